"""Rows that the reference describes in words: six types with any number of skills, linear hunting, a peaky day.

No interval is given for some of them; those get the interval of a neighbouring row of the same table.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from routing.simulate.laws import NEVER, Exponential
from routing.simulate.measures import Measure
from routing.simulate.scenario import Callbacks, Choice, Scenario
from routing.simulate.tables.callbacks import FORGETS, day
from routing.simulate.tables.case import Case, Row, Source
from routing.simulate.tables.shapes import groups_by_levels, leveled, markov, one_queue, window_after, window_for
from routing.waitlist import Discipline

TYPES, EACH = 6, 15
OWN_FIRST = {  # skills → E[W], P(W > 30 s), share of calls at level 1
    2: (36.0, 0.286, 0.742),
    3: (29.3, 0.239, 0.690),
    4: (27.8, 0.226, 0.673),
    5: (27.3, 0.221, 0.666),
    6: (27.3, 0.220, 0.664),
}
BY_AGE = {2: (34.6, 0.323), 3: (28.9, 0.284), 4: (27.7, 0.274), 5: (27.3, 0.271), 6: (27.3, 0.270)}
WAIT_WIDTH, TAIL_WIDTH = 1.3, 0.0095
DELAY_WIDTH = 2.5
HUNTED = (0.896, 0.413)


def described_cases(table: Mapping[str, Any], effort: float) -> Iterator[Case]:
    """The six-type table whole, linear hunting, and the peaky day with callbacks."""
    for skills, (wait, tail, own) in OWN_FIRST.items():
        rows = (
            Row("mean_wait", Measure("mean_wait"), wait, WAIT_WIDTH, 0.05),
            Row("p_wait_gt_30", Measure("p_wait_over", seconds=30), tail, TAIL_WIDTH, 5e-4),
            Row("level_1", Measure("at_ring", index=0), own, 0.004, 5e-4),
        )
        yield _six_types(f"six_types_skills{skills}_own_first", skills, Discipline.INNERMOST, rows, effort)
    for skills, (wait, tail) in BY_AGE.items():
        fifo = (
            Row("mean_wait", Measure("mean_wait"), wait, WAIT_WIDTH, 0.05),
            Row("p_wait_gt_30", Measure("p_wait_over", seconds=30), tail, TAIL_WIDTH, 5e-4),
        )
        yield _six_types(f"six_types_skills{skills}_fifo", skills, Discipline.LONGEST, fifo, effort)
    yield from _fairness(effort)
    yield from _dialling(effort)
    params = table["day_none"]["params"]
    yield from _days(params, effort)


def _six_types(name: str, skills: int, discipline: Discipline, rows: tuple[Row, ...], effort: float) -> Case:
    rate, service = 84.0 / 600, Exponential(600.0)
    callers = tuple(leveled(n, rate / TYPES, service, NEVER, skills) for n in range(TYPES))
    agents = [_skills_of(kind, number, skills) for kind in range(TYPES) for number in range(EACH)]
    window = window_for(rate, 600.0, 100, effort)
    scenario = Scenario(callers, groups_by_levels(agents), window, discipline=discipline, trunks=120)
    return Case(f"described.{name}", Source.PUBLISHED, scenario, rows)


def _skills_of(kind: int, number: int, skills: int) -> dict[str, int]:
    """The own type first, then the others in turn, each colleague beginning with another."""
    others = [(kind + 1 + step) % TYPES for step in range(TYPES - 1)]
    turned = [others[(number + step) % len(others)] for step in range(skills - 1)]
    return {str(one): level for level, one in enumerate([kind, *turned], start=1)}


def _fairness(effort: float) -> Iterator[Case]:
    """M/M/10 at load 7: the mean wait is 13.22 s whoever is chosen; how the work is shared is not."""
    for choice in Choice:
        scenario = markov(7 / 180, 180.0, 10, effort)
        scenario = Scenario(scenario.callers, scenario.groups, scenario.window, choice=choice)
        rows = [Row("mean_wait", Measure("mean_wait"), 13.22, 0.48, 0.005)]
        if choice is Choice.LINEAR:
            rows.append(Row("first_agent_util", Measure("agent_utilisation", index=0), HUNTED[0], 0.002, 5e-4))
            rows.append(Row("last_agent_util", Measure("agent_utilisation", index=9), HUNTED[1], 0.004, 5e-4))
        yield Case(f"described.fair_{choice.value}", Source.PUBLISHED, scenario, tuple(rows), family="described.fair")


def _dialling(effort: float) -> Iterator[Case]:
    """Four of five called back pick up after 12 s; against everybody at once, which costs half a point of occupancy."""
    rate, service, agents, patience = 4.2 / 60, 300.0, 20, Exponential(180.0)
    window = window_after(FORGETS, rate, effort, calls=150_000)
    delay = Measure("mean_wait_callback")
    at_once = (Row("mean_wait_callback", delay, 110.0, DELAY_WIDTH, 0.5),)
    really = (
        Row("cb_success", Measure("callback_success"), 1 - 0.2**3),
        Row("dials_per_callback", Measure("dials_per_callback"), 1 + 0.2 + 0.2**2),
        Row("mean_wait_callback", delay, 261.0, DELAY_WIDTH, 0.5),
    )
    tried = Callbacks(60.0, 0.5, ring=12, answer=0.8, no_answer=25, attempts=3, retry_after=600)
    for name, rule, rows in (("at_once", Callbacks(60.0, 0.5), at_once), ("dialled", tried, really)):
        scenario = one_queue(rate, Exponential(service), agents, window, patience=patience, callbacks=rule)
        yield Case(f"described.callbacks_{name}", Source.PUBLISHED, scenario, rows)


def _days(params: Mapping[str, Any], effort: float) -> Iterator[Case]:
    kept = day({**params, "tau": 60, "p": 0.6})
    behind = day({**params, "tau": 60, "p": 0.6, "mode": "low", "reserve": 1})
    sets = max(1, round(20 * effort))
    live, gave_up = Measure("live_within", seconds=20), Measure("p_abandon")
    delay = Measure("mean_wait_callback")
    rows = (
        Row("p_abandon_all", gave_up, 0.130, 0.0022, 5e-4),
        Row("sl20_live", live, 0.696, 0.0047, 5e-4),
        Row("mean_wait_callback", delay, 253.0, 8.0, 0.5),
    )
    yield Case("described.day_keep_place", Source.PUBLISHED, kept, rows, sets)
    rows = (
        Row("p_abandon_all", gave_up, 0.084, 0.0022, 5e-4),
        Row("sl20_live", live, 0.630, 0.0047, 5e-4),
        Row("mean_wait_callback", delay, 94 * 60.0, 180.0, 30.0),
    )
    yield Case("described.day_behind_live", Source.PUBLISHED, behind, rows, sets)
