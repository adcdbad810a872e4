"""The reference's own simulations, read from their parameters: every measure it reports, with its interval."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from routing.simulate.arrivals import Arrivals, Poisson, Renewal
from routing.simulate.estimators import NI
from routing.simulate.golden import rings_of_levels
from routing.simulate.laws import NEVER, Exponential, Fixed, Gamma, Law, LogNormal, TwoPhase
from routing.simulate.measures import Measure
from routing.simulate.scenario import Callers, Choice, Scenario, Window
from routing.simulate.tables.case import Case, Counting, Row, Source
from routing.simulate.tables.exact import LATER
from routing.simulate.tables.shapes import deepest, groups_by_levels, share_of, squared_error
from routing.waitlist import Discipline

CHOICES = {
    "lia": Choice.LONGEST_IDLE,
    "linear": Choice.LINEAR,
    "random": Choice.RANDOM,
    "least_occ": Choice.LEAST_OCCUPIED,
}
OVERALL = {
    "p_block": "p_block",
    "p_wait": "p_wait",
    "mean_wait": "mean_wait",
    "mean_wait_served": "mean_wait_served",
    "p_abandon": "p_abandon",
    "p_wait_gt_thr": "p_wait_over",
    "sl": "served_within",
}
ERRORS = ("mse_ql", "mse_hol", "mse_les", "mse_ni", "n", "mean_w")


def simulated_cases(table: Mapping[str, Any], effort: float) -> Iterator[Case]:
    """One case for each simulation of the reference, of `effort` times its length."""
    for name, row in table.items():
        share = share_of(row["overall"]["arrivals"][0], effort)
        yield Case(f"sim.{name}", Source.SIMULATED, _scenario(row, share), tuple(_rows(row, share)))


def law_of(written: Sequence[Any] | None) -> Law:
    """`["exp", mean]`, `["det", value]`, `["ln", mean, scv]`, `["erlang", mean, phases]`, `["h2", mean, scv]`, null."""
    if written is None:
        return NEVER
    kind, *numbers = written
    laws = {"exp": Exponential, "det": Fixed, "ln": LogNormal, "erlang": Gamma, "gamma": Gamma, "h2": TwoPhase}
    law: Law = laws[kind](*numbers)
    return law


def _scenario(row: Mapping[str, Any], effort: float) -> Scenario:
    params = row["params"]
    strict = params["discipline"] == "classprio"
    levels = 1 if strict else deepest(params["agents"])
    callers = tuple(
        Callers(
            str(number),
            _arrivals(kind["inter"]),
            law_of(kind["service"]),
            law_of(kind.get("patience")),
            rings=rings_of_levels(str(number), levels),
            credit=-LATER * kind.get("priority", 0) if strict else 0.0,
        )
        for number, kind in enumerate(params["classes"])
    )
    length = effort * row["length"]
    longest = max(law_of(kind["service"]).mean for kind in params["classes"])
    return Scenario(
        callers,
        groups_by_levels(params["agents"]),
        Window(length, warm_up(row, length, longest), 5 * longest),
        discipline=Discipline.INNERMOST if params["discipline"] == "priority" else Discipline.LONGEST,
        choice=CHOICES[params["select"]],
        trunks=params["trunks"],
    )


def warm_up(row: Mapping[str, Any], length: float, service: float) -> float:
    """The reference's, which is for long runs; for a short one at least fifty calls' length, or 0.3 of the window."""
    return min(float(row["warmup"]), max(0.3 * length, 50 * service))


def _arrivals(inter: Sequence[Any]) -> Arrivals:
    return Poisson(1 / inter[1]) if inter[0] == "exp" else Renewal(law_of(inter))


def _rows(row: Mapping[str, Any], effort: float) -> Iterator[Row]:
    threshold = row["params"]["sl_threshold"]
    yield Row("util", Measure("utilisation"), *row["util"])
    yield Row("mean_queue", Measure("mean_queue"), *row["mean_queue"])
    yield from _of_part("", None, row["overall"], threshold, effort)
    for number, part in enumerate(row["per_class"] or ()):
        yield from _of_part(f"[{number}]", str(number), part, threshold, effort)
    for level, share in enumerate(row["p_skill_level_used"]):
        if 0 < share < 1:
            yield Row(f"level_{level}", Measure("at_ring", index=level - 1), share, math.nan)
    least, most = [*row.get("agent_util_min_max", ()), None, None][:2]
    if least and effort == 1:  # extremes depend on the length
        yield Row("least_agent_util", Measure("least_utilisation"), *least)
        yield Row("most_agent_util", Measure("most_utilisation"), *most)
    for number, agent in enumerate(row.get("agent_util_by_agent", ())):
        yield Row(f"agent_util[{number}]", Measure("agent_utilisation", index=number), *agent)
    for number, name in enumerate(ERRORS):
        if name in row.get("delay_estimators", ()):
            mean, width = row["delay_estimators"][name]
            scale = effort if name == "n" else 1.0
            counting: Counting = squared_error(number) if number <= NI else Measure("estimator_error", index=number)
            yield Row(name, counting, mean * scale, width * scale)


def _of_part(suffix: str, queue: str | None, part: Mapping[str, Any], threshold: float, effort: float) -> Iterator[Row]:
    mean, width = part["arrivals"]
    yield Row(f"arrivals{suffix}", Measure("arrivals", queue=queue), mean * effort, width * effort, 0.5)
    for label, name in OVERALL.items():
        mean, width = part[label]
        if (mean, width) == (0.0, 0.0) and label in {"p_block", "p_abandon"}:
            continue  # nothing to measure: nobody can be blocked, or nobody gives up
        seconds = threshold if name in {"p_wait_over", "served_within"} else 0.0
        yield Row(f"{label}{suffix}", Measure(name, queue=queue, seconds=seconds), mean, width)
