"""The live routing engine under a virtual clock: what-if, proof against theory, staffing. See README.md."""

from routing.simulate.arrivals import Listed, Poisson, RateTable, Renewal
from routing.simulate.calls import Calls
from routing.simulate.chance import Chance
from routing.simulate.counted import Counted
from routing.simulate.laws import Exponential, Fixed, Gamma, LogNormal, Measured, Never, TwoPhase
from routing.simulate.measures import Measure
from routing.simulate.replicate import Result, crew, gather, play, simulate
from routing.simulate.scenario import CallbackMode, Callbacks, Callers, Choice, Group, Redial, Scenario, Window
from routing.simulate.statistics import Estimate
from routing.simulate.twins import Twin, waitlists

__all__ = [
    "CallbackMode", "Callbacks", "Callers", "Calls", "Chance", "Choice", "Counted", "Estimate", "Exponential", "Fixed",
    "Gamma", "Group", "Listed", "LogNormal", "Measure", "Measured", "Never", "Poisson", "RateTable", "Redial",
    "Renewal", "Result", "Scenario", "Twin", "TwoPhase", "Window", "crew", "gather", "play", "simulate", "waitlists",
]  # fmt: skip
