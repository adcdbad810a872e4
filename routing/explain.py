"""Why a caller waits. Pure: the caller and the agents come in as facts, what holds him comes out.

The order in which free agents would be asked is the waitlist's: the preferred agent, then the innermost ring, then
whoever is idle for longest (or least occupied, where the queue has it so).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from routing.agents import BUSY_STATES, AgentState
from routing.estimates import Estimate
from routing.match import Ring, innermost, open_ring
from routing.skills import missing


class Hold(StrEnum):
    """What keeps a caller waiting, or no longer."""

    RINGING = "ringing"  # a desk rings for him right now
    ABOUT_TO = "about to be offered"  # somebody is free who would do: it takes a moment, or Redis is away
    UNMATCHED = "nobody is being matched"  # Redis is down
    ALONE = "waits for one agent"
    BUSY = "all who would do are busy"
    RESTING = "those who would do are not ready"
    ABSENT = "those who would do are signed out"
    LATER = "only agents of a later ring would do"
    NOBODY = "no agent of the site would do"
    AHEAD = "others are before him"


@dataclass(frozen=True, slots=True)
class AgentFact:
    """An agent as he is. `rank` orders the free: lower is asked first. `queue` is whose call he has."""

    id: str
    name: str
    skills: Mapping[str, int]
    state: AgentState
    reason: str
    since: datetime
    rank: int = 0
    queue: str = ""


@dataclass(frozen=True, slots=True)
class WaitFact:
    """A caller as he waits. `ringing` is the agent whose desk rings for him, until `ringing_until`."""

    entry_id: str
    call_id: str | None
    queue: str
    is_callback: bool
    arrived_at: datetime
    rings: tuple[Ring, ...]
    position: int
    in_line: int
    ewt: Estimate | None = None
    floor: int = 0
    preferred: str = ""
    alone_until: datetime | None = None
    ringing: str = ""
    ringing_until: datetime | None = None
    overflow_to: str = ""
    overflow_at: datetime | None = None
    max_wait_at: datetime | None = None
    degraded: bool = False


@dataclass(frozen=True, slots=True)
class AgentSeen:
    """An agent as the caller finds him: from which ring on he would do (None: never), what he lacks for the last."""

    fact: AgentFact
    ring: int | None
    lacks: Mapping[str, int]
    would_do_now: bool

    @property
    def is_free(self) -> bool:
        """Whether he waits for a caller."""
        return self.fact.state is AgentState.AVAILABLE


@dataclass(frozen=True, slots=True)
class NextRing:
    """The ring that opens next: when by time, from how many waiting on sooner, what it needs, whom it adds."""

    index: int
    opens_at: datetime
    when_waiting: int | None
    needs: Mapping[str, int]
    adds: tuple[AgentSeen, ...]
    would_take: str
    """The agent who is asked if nothing changes until then; empty when none of them is free."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why this caller waits, at one moment. `agents` holds everybody, those who would do first."""

    at: datetime
    wait: WaitFact
    ring: int | None
    """The ring that is open; None while one agent alone is waited for."""
    needs: Mapping[str, int]
    agents: tuple[AgentSeen, ...]
    free_now: tuple[str, ...]
    """The free agents who would do now, in the order in which they are asked."""
    next_ring: NextRing | None
    holds: tuple[Hold, ...]

    @property
    def waited(self) -> float:
        """Seconds since he came."""
        return max(0.0, (self.at - self.wait.arrived_at).total_seconds())


def explain(wait: WaitFact, agents: Sequence[AgentFact], at: datetime) -> Explanation:
    """Say which requirement holds, who would meet it and what each of them does, and what opens next."""
    alone = wait.alone_until is not None and wait.alone_until > at
    ring = None if alone else _open(wait, at)
    seen = tuple(sorted((_seen(wait, agent, ring) for agent in agents), key=lambda one: _order(one, wait, ring)))
    free = tuple(one.fact.id for one in seen if one.would_do_now and one.is_free)
    return Explanation(
        at=at,
        wait=wait,
        ring=ring,
        needs=wait.rings[ring or 0].needs,
        agents=seen,
        free_now=free,
        next_ring=_next_ring(wait, seen, ring or 0, at),
        holds=tuple(_holds(wait, seen, free, alone=alone)),
    )


def _open(wait: WaitFact, at: datetime) -> int:
    opens = [round(ring.after * 1e6) for ring in wait.rings]
    by_time = open_ring(opens, round((at - wait.arrived_at).total_seconds() * 1e6))
    return max(min(wait.floor, len(opens) - 1), by_time)


def _seen(wait: WaitFact, agent: AgentFact, ring: int | None) -> AgentSeen:
    own = innermost(wait.rings, agent.skills)
    lacks = {} if own is not None else missing(agent.skills, wait.rings[-1].needs)
    would = agent.id == wait.preferred if ring is None else own is not None and own <= ring
    return AgentSeen(agent, own, lacks, would)


def _order(one: AgentSeen, wait: WaitFact, ring: int | None) -> tuple[object, ...]:
    """Who is asked first stands first; then who would do and is not free; then the later rings; then the others."""
    own = len(wait.rings) if one.ring is None else one.ring
    is_preferred = one.fact.id == wait.preferred and (one.would_do_now or ring is None)
    return (not one.would_do_now, not one.is_free, not is_preferred, own, one.fact.rank, one.fact.id)


def _next_ring(wait: WaitFact, seen: Sequence[AgentSeen], ring: int, at: datetime) -> NextRing | None:
    if ring + 1 >= len(wait.rings):
        return None
    index, then = ring + 1, wait.rings[ring + 1]
    opens_at = wait.arrived_at + timedelta(seconds=then.after)
    adds = tuple(one for one in seen if one.ring == index)
    would = sorted(
        (one for one in seen if one.is_free and one.ring is not None and one.ring <= index),
        key=lambda one: (one.fact.id != wait.preferred, one.ring, one.fact.rank, one.fact.id),
    )
    taken = would[0].fact.id if would else ""
    return NextRing(index, max(opens_at, at), then.when_waiting, then.needs, adds, taken)


def _holds(wait: WaitFact, seen: Sequence[AgentSeen], free: Sequence[str], *, alone: bool) -> list[Hold]:
    if wait.ringing:
        return [Hold.RINGING]
    found = [Hold.UNMATCHED] if wait.degraded else []
    if free:
        return [*found, Hold.ABOUT_TO]
    if alone:
        return [*found, Hold.ALONE]
    able = [one.fact.state for one in seen if one.would_do_now]
    if any(state in BUSY_STATES for state in able):
        found.append(Hold.BUSY)
    elif AgentState.NOT_READY in able:
        found.append(Hold.RESTING)
    elif any(one.ring is not None and one.fact.state is not AgentState.OFFLINE for one in seen):
        found.append(Hold.LATER)
    elif any(one.ring is not None for one in seen):
        found.append(Hold.ABSENT)
    else:
        found.append(Hold.NOBODY)
    return [*found, Hold.AHEAD] if wait.position > 1 else found
