"""Rows that others have printed: Whitt's basic call centre, and the worked examples of ContactCenters.

W. Whitt, "Engineering solution of a basic call-center model", Management Science 51 (2005). E. Buist and P. L'Ecuyer,
"A Java library for simulating contact centers", WSC 2005; examples MMC, MMCAb and SimpleMSK.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from routing.match import Ring
from routing.simulate.arrivals import RateTable
from routing.simulate.laws import NEVER, Exponential, Gamma, Law, LogNormal
from routing.simulate.measures import Measure
from routing.simulate.scenario import Callers, Group, Scenario, Window
from routing.simulate.tables.case import Case, Counting, Ratio, Row, Source
from routing.simulate.tables.shapes import one_queue, window_after

RATE, AGENTS, TRUNKS = 102.0, 100, 300
LAWS: dict[str, tuple[Law, Law]] = {
    "M/M/100/200+M exact": (Exponential(1.0), Exponential(1.0)),
    "M/M/100/200+M sim": (Exponential(1.0), Exponential(1.0)),
    "M/E2/100/200+E2 sim": (Gamma(1.0, 2.0), Gamma(1.0, 2.0)),
    "M/M/100/200+E2 sim": (Exponential(1.0), Gamma(1.0, 2.0)),
    "M/M/100/200+LN(1,1) sim": (Exponential(1.0), LogNormal(1.0, 1.0)),
}
WHITT = {
    "p_no_wait": (Measure("p_no_wait"), 5e-5),
    "p_abandon": (Measure("p_abandon"), 5e-5),
    "EQ": (Measure("mean_queue"), 5e-4),
    "VarQ": (Measure("var_queue"), 0.05),
    "EN": (Measure("in_system"), 0.05),
    "EW_served": (Measure("mean_wait_served"), 5e-5),
    "EW_abandon": (Measure("mean_wait_abandoned"), 5e-5),
    "P_le_0_1_served": (Measure("within_of_served", seconds=0.1), 5e-5),
    "P_le_0_2_served": (Measure("within_of_served", seconds=0.2), 5e-5),
}
MINUTE, HOUR = 60.0, 3600.0
TARGET = 20.0
IN_TARGET, SERVED = Measure("in_target", seconds=TARGET), Measure("served")
LATE = Measure("abandoned_after", seconds=TARGET)
DAYS: dict[str, Counting] = {
    "in_target": IN_TARGET,
    "abandoned": Measure("abandoned"),
    "served": SERVED,
    "service_level_with_abandon": Ratio((IN_TARGET,), (SERVED, LATE)),
    "mean_wait_min": Ratio((Measure("waited_in_all"),), (SERVED,)),
    "mean_wait_served_min": Ratio((Measure("waited_in_all"),), (SERVED,)),
    "occupancy": Measure("utilisation"),
    "occupancy_group0": Ratio((Measure("worked", group="group0"),), (Measure("stayed", group="group0"),)),
    "in_target_type0_p0": Measure("in_target", seconds=TARGET, queue="type0", between=(0.0, 2 * HOUR)),
    "in_target_type1_p0": Measure("in_target", seconds=TARGET, queue="type1", between=(0.0, 2 * HOUR)),
    "in_target_type2_p0": Measure("in_target", seconds=TARGET, queue="type2", between=(0.0, 2 * HOUR)),
}
PRINTED = 5e-4
"""ContactCenters prints three digits after the point."""


def published_cases(table: Mapping[str, Any], effort: float) -> Iterator[Case]:
    """Whitt's four models, and ContactCenters' three."""
    for name, row in table["whitt2004_engineering"]["rows"].items():
        service, patience = LAWS[name]
        window = window_after(10.0, RATE, effort, calls=200_000)
        scenario = one_queue(RATE, service, AGENTS, window, patience=patience, trunks=TRUNKS)
        rows = tuple(_whitt(label, known) for label, known in row.items())
        yield Case(f"published.whitt.{name.replace(' ', '_')}", Source.PUBLISHED, scenario, rows)
    examples = table["contactcenters_examples"]["rows"]
    sets = max(1, round(60 * effort))
    for name, scenario in (("MMC", _mmc(NEVER)), ("MMCAb", _mmc(Exponential(MINUTE))), ("SimpleMSK", _simple_msk())):
        yield Case(f"published.contactcenters.{name}", Source.PUBLISHED, scenario, tuple(_days(examples[name])), sets)


def _whitt(label: str, known: Any) -> Row:
    measure, rounding = WHITT[label]
    mean, width = known if isinstance(known, list) else (known, 0.0)
    return Row(label, measure, mean, width, rounding)


def _days(row: Mapping[str, Any]) -> Iterator[Row]:
    for label, known in row.items():
        if label == "model":
            continue
        scale = MINUTE if label.endswith("_min") else 1.0
        counting: Counting = _service_level(row) if label == "service_level" else DAYS[label]
        yield Row(label, counting, known[0] * scale, known[1] * scale, PRINTED * scale)


def _service_level(row: Mapping[str, Any]) -> Ratio:
    """MMC and MMCAb divide by the served, SimpleMSK also by those who gave up too late."""
    return Ratio((IN_TARGET,), (SERVED, LATE)) if "occupancy_group0" in row else Ratio((IN_TARGET,), (SERVED,))


def _mmc(patience: Law) -> Scenario:
    return one_queue(4.2 / MINUTE, Exponential(2 * MINUTE), 12, Window(8 * HOUR), patience=patience)


def _simple_msk() -> Scenario:
    """Three types, two groups that overlap, three periods; a day's busyness is one Gamma draw for all types."""
    rates = ((4.2, 5.3, 3.2), (5.1, 4.3, 4.8), (6.3, 5.2, 4.8))
    starts = (0.0, 2 * HOUR, 4 * HOUR)
    service = tuple((start, Exponential(MINUTE / rate)) for start, rate in zip(starts, (0.5, 0.6, 0.4), strict=True))
    patience = tuple((start, Exponential(MINUTE / rate)) for start, rate in zip(starts, (0.3, 0.4, 0.2), strict=True))
    callers = tuple(
        Callers(
            f"type{number}",
            RateTable(tuple((s, r / MINUTE) for s, r in zip(starts, row, strict=True)), 6 * HOUR),
            service,
            patience,
            rings=_rings(number),
        )
        for number, row in enumerate(rates)
    )
    groups = (
        Group("group0", {"first": 1}, tuple(zip(starts, (12, 18, 9), strict=True))),
        Group("group1", {"second": 1}, tuple(zip(starts, (15, 20, 11), strict=True))),
    )
    return Scenario(callers, groups, Window(6 * HOUR), busyness=Gamma(1.0, 28.7))


def _rings(number: int) -> tuple[Ring, ...]:
    """Type 0 goes to the first group, type 1 to the first and then the second, type 2 to the second."""
    return ((Ring(0.0, {"first": 1}),), (Ring(0.0, {"first": 1}), Ring(0.0, {})), (Ring(0.0, {"second": 1}),))[number]
