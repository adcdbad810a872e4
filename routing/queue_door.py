"""Where callers come into a queue and leave it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from routing.agents import AgentEvent
from routing.entries import IN_LINE, EntryEvent, EntryKind, EntryState, Outcome, QueueEntry
from routing.match import Ring, rings_to_json, with_needs
from routing.news import EntryJoined, EntryLeft, EntryTimedOut, Moved
from routing.parts import Held, Parts
from routing.reservations import HOLDING_STATES, Reservation, ReservationEvent
from routing.skills import Needs


@dataclass(frozen=True, slots=True)
class Arrival:
    """A caller who comes to a queue. None means: as the queue has it.

    `rings` replace the queue's, `needs` are added to each; `place` overrides the virtual arrival (a promise's);
    `priority` is credit in seconds.
    """

    queue: str
    call_id: str | None = None
    kind: str = EntryKind.CALL
    promise_id: str | None = None
    needs: Needs = field(default_factory=dict)
    rings: Sequence[Ring] | None = None
    priority: float = 0.0
    preferred_agent: str = ""
    arrived_at: datetime | None = None
    place: datetime | None = None
    max_wait: float | None = None
    max_size: int | None = None


class QueueDoor:
    """Enqueue and leave."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def enqueue(self, session: Session, arrival: Arrival) -> QueueEntry:
        """The caller waits from the commit on. Full: the entry comes back with outcome `full`, and does not wait.

        The same call (or promise) twice gets the entry it already has in that queue; one in another queue is left.
        """
        already = self._already(session, arrival)
        if already is not None and already.queue == arrival.queue:
            return already
        if already is not None:
            self._leave(session, already, Outcome.LEFT)
            session.flush()
        entry = self._entry(arrival)
        session.add(entry)
        if self._is_full(session, arrival):
            entry.state, entry.outcome, entry.left_at = EntryState.LEFT, Outcome.FULL, entry.arrived_at
            return entry
        self._parts.tell(session, EntryJoined(entry.id, entry.call_id, entry.queue), Moved(entries=(entry.id,)))
        return entry

    def leave(self, entry_id: str, outcome: Outcome, *, session: Session | None = None) -> bool:
        """The caller waits no longer; False when he no longer did. An agent held for him is free again at once."""
        with self._parts.session(session) as own:
            entry = self._parts.entry(own, entry_id)
            return self._leave(own, entry, outcome)

    def time_out(self, entry_id: str) -> bool:
        """The longest allowed wait is over, unless a desk is ringing for the caller right now."""
        with self._parts.session() as session:
            entry = self._parts.entry(session, entry_id)
            limit = entry.max_wait_at
            if entry.state != EntryState.WAITING or limit is None or limit > self._parts.clock.now():
                return False
            self._parts.tell(session, EntryTimedOut(entry.id, entry.call_id, entry.queue))
            return self._leave(session, entry, Outcome.TIMED_OUT)

    def _leave(self, session: Session, entry: QueueEntry, outcome: Outcome) -> bool:
        if not entry.is_in_line:
            return False
        parts, now = self._parts, self._parts.clock.now()
        holds = select(Reservation).where(Reservation.entry_id == entry.id, Reservation.state.in_(HOLDING_STATES))
        reservation = session.scalars(holds.with_for_update()).one_or_none()
        parts.move_entry(entry, EntryEvent.LEAVE)
        short = parts.queues.get(entry.queue).service_level.short_abandon
        if outcome is Outcome.ABANDONED and now - entry.arrived_at < timedelta(seconds=short):
            outcome = Outcome.SHORT_ABANDON
        entry.outcome, entry.left_at = outcome, now
        agents: tuple[str, ...] = ()
        if reservation is not None:
            held = Held(entry, reservation, parts.agent(session, reservation.agent_id))
            parts.move_reservation(session, held, ReservationEvent.CALLER_LEFT, reason=outcome)
            parts.move_agent(session, held.agent, AgentEvent.CALLER_LEFT, reservation_id=reservation.id)
            agents = (held.agent.id,)
        left = EntryLeft(entry.id, entry.call_id, entry.queue, outcome, entry.promise_id)
        parts.tell(session, left, Moved(entries=(entry.id,), agents=agents))
        return True

    def _already(self, session: Session, arrival: Arrival) -> QueueEntry | None:
        same = (
            QueueEntry.promise_id == arrival.promise_id
            if arrival.kind == EntryKind.CALLBACK
            else QueueEntry.call_id == arrival.call_id
        )
        if (arrival.promise_id if arrival.kind == EntryKind.CALLBACK else arrival.call_id) is None:
            return None
        found = select(QueueEntry).where(same, QueueEntry.kind == arrival.kind, QueueEntry.state.in_(IN_LINE))
        return session.scalars(found.with_for_update()).first()

    def _is_full(self, session: Session, arrival: Arrival) -> bool:
        limit = arrival.max_size if arrival.max_size is not None else self._parts.queues.get(arrival.queue).max_size
        if limit is None or arrival.kind == EntryKind.CALLBACK:
            return False
        in_line = select(func.count()).where(QueueEntry.queue == arrival.queue, QueueEntry.state.in_(IN_LINE))
        with session.no_autoflush:
            return (session.scalar(in_line) or 0) >= limit

    def _entry(self, arrival: Arrival) -> QueueEntry:
        queue, now = self._parts.queues.get(arrival.queue), self._parts.clock.now()
        arrived = arrival.arrived_at or now
        rings = with_needs(arrival.rings if arrival.rings is not None else queue.rings, arrival.needs)
        max_wait = arrival.max_wait if arrival.max_wait is not None else queue.max_wait
        limited = max_wait is not None and arrival.kind == EntryKind.CALL
        return QueueEntry(
            id=self._parts.ids.new("QE"),
            call_id=arrival.call_id,
            queue=arrival.queue,
            kind=arrival.kind,
            promise_id=arrival.promise_id,
            rings=rings_to_json(rings),
            needs=dict(rings[0].needs),
            priority=arrival.priority,
            preferred_agent=arrival.preferred_agent,
            ring_time=queue.ring_time,
            arrived_at=arrived,
            place=arrival.place or arrived - timedelta(seconds=arrival.priority),
            max_wait_at=arrived + timedelta(seconds=max_wait) if limited and max_wait is not None else None,
            state=EntryState.WAITING,
            outcome="",
            revision=1,
        )
