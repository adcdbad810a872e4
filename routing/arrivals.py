"""What a caller's arrival becomes: his rings, his place, whom he waits for, and whether he may wait at all."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from routing.agents import WORKING_STATES, Agent, AgentState
from routing.callers import earlier_place, last_agent, lost_entry, number_of
from routing.config import QueueConfig
from routing.entries import IN_LINE, EntryKind, EntryState, Outcome, QueueEntry
from routing.match import Ring, innermost, opened_early, rings_to_json, with_needs
from routing.parts import Parts
from routing.skills import Needs, Skills


@dataclass(frozen=True, slots=True)
class Arrival:
    """A caller who comes to a queue. None means: as the queue has it.

    `rings` replace the queue's, `needs` are added to each; `place` overrides the virtual arrival (a promise's), and
    `keep_place` makes it that of the call's earlier wait; `priority` is credit in seconds; for `alone` seconds only the
    preferred agent is asked.
    """

    queue: str
    call_id: str | None = None
    kind: str = EntryKind.CALL
    promise_id: str | None = None
    needs: Needs = field(default_factory=dict)
    rings: Sequence[Ring] | None = None
    priority: float = 0.0
    preferred_agent: str = ""
    alone: float | None = None
    arrived_at: datetime | None = None
    place: datetime | None = None
    max_wait: float | None = None
    max_size: int | None = None
    keep_place: bool = False


def staffed(session: Session) -> list[Skills]:
    """What each agent who is signed in can do, those who rest included."""
    return list(session.scalars(select(Agent.skills).where(Agent.state != AgentState.OFFLINE)))


def in_line(session: Session, queue: str) -> int:
    """How many wait in the queue."""
    counted = select(func.count()).where(QueueEntry.queue == queue, QueueEntry.state.in_(IN_LINE))
    with session.no_autoflush:
        return session.scalar(counted) or 0


def make_entry(parts: Parts, session: Session, arrival: Arrival) -> QueueEntry:
    """The entry of an arrival, not yet added: waiting, or with the outcome `full` or `nobody`."""
    queue, now = parts.queues.get(arrival.queue), parts.clock.now()
    arrived = arrival.arrived_at or now
    rings = with_needs(arrival.rings if arrival.rings is not None else queue.rings, arrival.needs)
    is_call = arrival.kind == EntryKind.CALL
    entry = QueueEntry(
        id=parts.ids.new("QE"),
        call_id=arrival.call_id,
        queue=arrival.queue,
        first_queue=arrival.queue,
        kind=arrival.kind,
        promise_id=arrival.promise_id,
        rings=rings_to_json(rings),
        needs=dict(rings[0].needs),
        priority=arrival.priority,
        preferred_agent=arrival.preferred_agent,
        ring_time=queue.ring_time,
        arrived_at=arrived,
        place=arrival.place or arrived - timedelta(seconds=_credit(queue, arrival.priority)),
        floor=0,
        state=EntryState.WAITING,
        outcome="",
        revision=1,
    )
    if is_call:
        max_wait = arrival.max_wait if arrival.max_wait is not None else queue.max_wait
        entry.max_wait_at = None if max_wait is None else arrived + timedelta(seconds=max_wait)
        entry.overflow_at = None if queue.overflow is None else arrived + timedelta(seconds=queue.overflow.after)
        _turn_away(session, entry, queue, rings, arrival.max_size)
        _known(session, entry, queue, arrival, now)
    if entry.outcome == "":
        _begin(session, entry, queue, rings, arrival.alone, now)
    return entry


def _credit(queue: QueueConfig, priority: float) -> float:
    return max(-queue.most_credit, min(queue.most_credit, priority + queue.credit))


def _turn_away(
    session: Session, entry: QueueEntry, queue: QueueConfig, rings: Sequence[Ring], max_size: int | None
) -> None:
    """A queue that is full, or in which nobody is there and nobody is to be waited for."""
    limit = max_size if max_size is not None else queue.max_size
    if limit is not None and in_line(session, queue.name) >= limit:
        entry.outcome = Outcome.FULL
    elif queue.leave_when_nobody and all(innermost(rings, skills) is None for skills in staffed(session)):
        entry.outcome = Outcome.NOBODY
    if entry.outcome:
        entry.state, entry.left_at = EntryState.LEFT, entry.arrived_at


def _known(session: Session, entry: QueueEntry, queue: QueueConfig, arrival: Arrival, now: datetime) -> None:
    """What earlier waits have earned: a place that was kept or lost, and the agent who knows the caller."""
    if arrival.keep_place:
        entry.place = min(entry.place, earlier_place(session, arrival.call_id) or entry.place)
    if queue.resume_within is None and queue.known_agent is None:
        return
    number = number_of(session, arrival.call_id)
    if queue.resume_within is not None:
        lost = lost_entry(session, number, queue.name, since=now - timedelta(seconds=queue.resume_within))
        if lost is not None:
            entry.place, entry.resumed_from = min(entry.place, lost.place), lost.id
    if queue.known_agent is not None and not entry.preferred_agent:
        entry.preferred_agent = last_agent(session, number, since=now - timedelta(seconds=queue.known_within))


def _begin(
    session: Session, entry: QueueEntry, queue: QueueConfig, rings: Sequence[Ring], alone: float | None, now: datetime
) -> None:
    """The rings that are open from the first moment, and the time in which one agent is waited for.

    A crowd opens rings for those who wait, in their order (`vigil`): never first for the one who made it a crowd.
    """
    if queue.skip_unstaffed:
        entry.floor = opened_early(rings, staffed(session), waiting=0, skip_unstaffed=True)
    seconds = alone if alone is not None else queue.known_agent
    if not entry.preferred_agent or not seconds:
        return
    agent = session.get(Agent, entry.preferred_agent)
    if agent is not None and agent.state in WORKING_STATES and innermost(rings, agent.skills) is not None:
        entry.alone_until = now + timedelta(seconds=seconds)
