"""Golden traces: calls, agents and patience are the file's, every decision is the waitlist's own."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from routing.match import Ring
from routing.simulate.arrivals import Listed
from routing.simulate.calls import FOREVER, Calls
from routing.simulate.chance import Chance
from routing.simulate.floor import Floor
from routing.simulate.laws import Fixed
from routing.simulate.scenario import Callers, Group, Scenario, Window
from routing.simulate.trace import Fate, Trace
from routing.simulate.twins import NewWaitlist, Twin, waitlists
from routing.waitlist import Discipline

DISCIPLINES = {"longest": Discipline.LONGEST, "priority": Discipline.INNERMOST}
Decision = list[Any]
TOP = 10
"""Levels in the reference count from 1, the best; our skills from 10 down."""


def rings_of_levels(skill: str, levels: int) -> tuple[Ring, ...]:
    """One ring for each level, all open at once: who is best at it is innermost."""
    return tuple(Ring(0.0, {skill: TOP - level}) for level in range(levels))


def skills_of_levels(levels: Mapping[str, int]) -> dict[str, int]:
    """Our skill levels for the reference's."""
    return {skill: TOP + 1 - level for skill, level in levels.items()}


def replay(trace: Mapping[str, Any], new_waitlist: NewWaitlist) -> list[Decision]:
    """Decide the trace again: `[call, "s" | "a" | "b", agent, start, wait, level]` for each call, in order."""
    kinds = sorted({skill for agent in trace["agents"] for skill in agent})
    levels = max(level for agent in trace["agents"] for level in agent.values())
    callers = tuple(Callers(kind, Listed(()), Fixed(0.0), rings=rings_of_levels(kind, levels)) for kind in kinds)
    groups = tuple(Group(str(n), skills_of_levels(agent), 1) for n, agent in enumerate(trace["agents"]))
    scenario = Scenario(
        callers,
        groups,
        Window(0.0),
        discipline=DISCIPLINES[trace["discipline"]],
        trunks=trace["trunks"],
        wrap_up=Fixed(trace["wrapup_us"] / 1e6),
    )
    _, arrival, skill, service, patience = (list(column) for column in zip(*trace["calls"], strict=True))
    patience = [FOREVER if given is None else given for given in patience]
    calls = Calls(arrival, [kinds.index(name) for name in skill], service, patience)
    made = Floor(scenario, calls, new_waitlist(scenario.discipline), Chance(0)).run()
    return [_decision(made, number, row[0]) for number, row in enumerate(trace["calls"])]


def first_difference(made: Sequence[Decision], expected: Sequence[Decision]) -> tuple[Decision, Decision] | None:
    """The first call decided otherwise: ours and the reference's; None when all agree."""
    decided = {row[0]: row for row in made}
    return next(((decided[row[0]], row) for row in expected if decided[row[0]] != row), None)


def _decision(trace: Trace, number: int, call_id: int) -> Decision:
    fate, arrival, left = trace.fate[number], trace.calls.arrival[number], trace.left[number]
    if fate == Fate.BLOCKED:
        return [call_id, "b", None, None, None, None]
    if fate == Fate.ABANDONED:
        return [call_id, "a", None, None, left - arrival, None]
    return [call_id, "s", trace.agent[number], left, left - arrival, trace.ring[number] + 1]


def check_golden(file: Path, twins: Sequence[Twin], say: Callable[[str], object]) -> int:
    """Decide every trace of the file again on each twin; say `identical N of N`, in decisions; 1 when one differs."""
    traces: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    identical = whole = 0
    for twin in twins:
        with waitlists(twin) as new:
            for name, trace in traces.items():
                made, expected = replay(trace, new), trace["expected"]
                decided = {row[0]: row for row in made}
                same = sum(decided[row[0]] == row for row in expected)
                say(f"{twin}  {name}  identical {same} of {len(expected)}{_told(first_difference(made, expected))}\n")
                identical, whole = identical + same, whole + len(expected)
    say(f"identical {identical} of {whole}\n")
    return 0 if identical == whole else 1


def _told(different: tuple[Decision, Decision] | None) -> str:
    return "" if different is None else f", first ours {different[0]}, expected {different[1]}"
