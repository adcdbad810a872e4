"""Rings and lines: which agents a waiting caller may have now, and who comes next. Pure.

A ring says from when on what is enough; a caller's rings open one after the other, and who was good enough
for an earlier ring stays so. Callers of one queue with the same rings stand in one *line*.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from routing.skills import Needs, Skills, meets, merged

MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class AgentChoice(StrEnum):
    """Which of several free agents of a ring gets the call."""

    LONGEST_IDLE = "longest_idle"
    LEAST_OCCUPIED = "least_occupied"


@dataclass(frozen=True, slots=True)
class Ring:
    """What an agent must have once the caller has waited `after` seconds, or sooner while `when_waiting` wait."""

    after: float = 0.0
    needs: Needs = field(default_factory=dict)
    when_waiting: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Callers of one queue with the same rings; `opens` are the microseconds of waiting at which each ring opens."""

    id: str
    queue: str
    opens: tuple[int, ...]
    choice: AgentChoice = AgentChoice.LONGEST_IDLE


def with_needs(rings: Sequence[Ring], needs: Needs) -> tuple[Ring, ...]:
    """The rings, each with the caller's own needs added; in order of opening, the first open at once."""
    ordered = sorted(rings or (Ring(),), key=lambda ring: ring.after)
    opens = [0.0, *(max(0.0, ring.after) for ring in ordered[1:])]
    both = zip(opens, ordered, strict=True)
    return tuple(Ring(after, merged(ring.needs, needs), ring.when_waiting) for after, ring in both)


def line_of(queue: str, rings: Sequence[Ring], choice: AgentChoice = AgentChoice.LONGEST_IDLE) -> Line:
    """The line of callers with these rings; the same rings give the same line, in every process."""
    opens = tuple(round(ring.after * 1e6) for ring in rings)
    written = json.dumps([opens, [dict(sorted(ring.needs.items())) for ring in rings], choice])
    return Line(f"{queue}~{hashlib.sha256(written.encode()).hexdigest()[:10]}", queue, opens, choice)


def innermost(rings: Sequence[Ring], skills: Skills) -> int | None:
    """The first ring the skills are good enough for; None when there is none."""
    return next((index for index, ring in enumerate(rings) if meets(skills, ring.needs)), None)


def open_ring(opens: Sequence[int], waited: int) -> int:
    """The ring that is open after waiting so many microseconds."""
    for index in range(len(opens) - 1, 0, -1):
        if opens[index] <= waited:
            return index
    return 0


def opened_early(rings: Sequence[Ring], staffed: Iterable[Skills], *, waiting: int, skip_unstaffed: bool) -> int:
    """The ring that is open whatever the time: for so many callers, or since nobody signed in serves an earlier one."""
    crowded = [
        index for index, ring in enumerate(rings) if ring.when_waiting is not None and ring.when_waiting <= waiting
    ]
    first = None
    if skip_unstaffed:
        served = (innermost(rings, skills) for skills in staffed)
        first = min((ring for ring in served if ring is not None), default=None)
    return max([0, *crowded, *([] if first is None else [first])])


def members(rings: Sequence[Ring], agents: Iterable[tuple[str, Skills]]) -> dict[str, int]:
    """For every agent who can serve the line at all: the ring he belongs to."""
    found = ((agent_id, innermost(rings, skills)) for agent_id, skills in agents)
    return {agent_id: ring for agent_id, ring in found if ring is not None}


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970: exact both ways, and well below 2**53."""
    return (moment - EPOCH) // MICROSECOND


def rings_to_json(rings: Sequence[Ring]) -> list[list[object]]:
    """The rings as a column keeps them."""
    return [[ring.after, dict(ring.needs), *_crowd(ring)] for ring in rings]


def _crowd(ring: Ring) -> list[int]:
    return [] if ring.when_waiting is None else [ring.when_waiting]


def rings_from_json(written: Sequence[Sequence[object]]) -> tuple[Ring, ...]:
    """The rings as a column kept them."""
    rings = []
    for after, needs, *crowd in written:
        if not isinstance(after, int | float) or not isinstance(needs, Mapping):
            raise TypeError("a ring is [seconds, {skill: level}], and maybe the crowd that opens it")
        when_waiting = crowd[0] if crowd and isinstance(crowd[0], int) else None
        rings.append(Ring(float(after), {str(skill): int(level) for skill, level in needs.items()}, when_waiting))
    return tuple(rings)
