"""Shapes of scenarios that come again and again in the tables, and how long each must be played."""

import math
from collections.abc import Mapping, Sequence

from routing.simulate.arrivals import Poisson
from routing.simulate.estimators import COUNT
from routing.simulate.golden import rings_of_levels, skills_of_levels
from routing.simulate.laws import NEVER, Exponential, Law
from routing.simulate.measures import Measure
from routing.simulate.scenario import Callbacks, Callers, Choice, Group, Scenario, Window
from routing.simulate.tables.case import Ratio

CALLS = 100_000
"""Callers of a replication at full effort, where the reference does not say."""
RELAXATIONS = 5.0
"""A warm-up lasts for so many times the time in which the queue forgets where it began."""
STRETCHES = 15.0
"""And a window is at least so many times that long."""
ENOUGH = 12_000.0
"""Callers of a replication of a reference simulation, however small the effort."""


def window_for(rate: float, service: float, servers: int, effort: float, *, calls: int = CALLS) -> Window:
    """For M/M/s, where nobody gives up: it forgets in some 1 ÷ (s µ (1 - √ρ)²)."""
    load = rate * service / servers
    return window_after(max(service, service / (servers * (1 - math.sqrt(load)) ** 2)), rate, effort, calls=calls)


def window_after(forgets: float, rate: float, effort: float, *, calls: int = CALLS) -> Window:
    """A window of so many calls after a warm-up, for a queue that forgets in so many seconds where it began.

    However small the effort, it is long against the forgetting: else means of replications are too low (the queue was
    empty when it began) and too skewed for Student's intervals.
    """
    length = max(effort * calls / rate, STRETCHES * forgets)
    return Window(length, warm_up=RELAXATIONS * forgets, tail=min(RELAXATIONS * forgets, 0.02 * length))


def share_of(came: float, effort: float) -> float:
    """How much of a reference simulation with so many callers is played: `effort`, or more if that were too few."""
    return max(effort, min(1.0, ENOUGH / came))


def one_queue(
    rate: float,
    service: Law,
    servers: int,
    window: Window,
    *,
    patience: Law = NEVER,
    trunks: int | None = None,
    choice: Choice = Choice.LONGEST_IDLE,
    callbacks: Callbacks | None = None,
) -> Scenario:
    """Poisson callers, one line, equal agents."""
    callers = Callers("all", Poisson(rate), service, patience, callbacks=callbacks)
    return Scenario((callers,), (Group("all", {}, servers),), window, trunks=trunks, choice=choice)


def squared_error(index: int, constant: float = 0.0) -> Ratio:
    """The mean squared error of an estimator over all who waited, in all replications together."""
    summed = Measure("estimator_sum", seconds=constant, index=index)
    return Ratio((summed,), (Measure("estimator_error", index=COUNT),))


def markov(rate: float, service: float, servers: int, effort: float, *, patience: float | None = None) -> Scenario:
    """M/M/s, or M/M/s+M with that mean patience."""
    law = NEVER if patience is None else Exponential(patience)
    window = window_for(rate, service, servers, effort)
    return one_queue(rate, Exponential(service), servers, window, patience=law)


def groups_by_levels(agents: Sequence[Mapping[str, int]]) -> tuple[Group, ...]:
    """Agents of the reference, neighbours with the same levels in one group; level 1 is the best."""
    runs: list[tuple[Mapping[str, int], int]] = []
    for agent in agents:
        if runs and runs[-1][0] == agent:
            runs[-1] = (agent, runs[-1][1] + 1)
        else:
            runs.append((agent, 1))
    return tuple(Group(f"g{n}", skills_of_levels(levels), count) for n, (levels, count) in enumerate(runs))


def deepest(agents: Sequence[Mapping[str, int]]) -> int:
    """How many levels there are."""
    return max(level for agent in agents for level in agent.values())


def leveled(number: int, rate: float, service: Law, patience: Law, levels: int, *, credit: float = 0.0) -> Callers:
    """Callers who need skill number so and so, whatever the level; better agents first."""
    skill = str(number)
    return Callers(skill, Poisson(rate), service, patience, rings=rings_of_levels(skill, levels), credit=credit)
