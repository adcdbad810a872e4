"""Where callers come into a queue, go on to another, and leave."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from routing.agents import AgentEvent
from routing.arrivals import Arrival, in_line, make_entry
from routing.config import Overflow
from routing.entries import IN_LINE, EntryEvent, EntryKind, EntryState, Outcome, QueueEntry
from routing.match import Ring, rings_from_json, rings_to_json, with_needs
from routing.news import EntryJoined, EntryLeft, EntryOverflowed, EntryTakenOut, Moved
from routing.parts import Held, Parts
from routing.reservations import HOLDING_STATES, Reservation, ReservationEvent
from routing.skills import beyond


class QueueDoor:
    """Enqueue, overflow and leave."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def enqueue(self, session: Session, arrival: Arrival) -> QueueEntry:
        """The caller waits from the commit on. The entry of one who is turned away says why, and does not wait.

        The same call (or promise) twice gets the entry it already has in that queue; one in another queue is left.
        """
        already = self._already(session, arrival)
        if already is not None and already.queue == arrival.queue:
            return already
        if already is not None:
            self._leave(session, already, Outcome.LEFT)
            session.flush()
        entry = make_entry(self._parts, session, arrival)
        session.add(entry)
        if not entry.is_in_line:
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
            return self._take_out(session, entry, Outcome.TIMED_OUT)

    def take_out(self, entry_id: str, outcome: Outcome) -> bool:
        """The wait ends from our side, unless a desk is ringing for the caller right now."""
        with self._parts.session() as session:
            entry = self._parts.entry(session, entry_id)
            return entry.state == EntryState.WAITING and self._take_out(session, entry, outcome)

    def overflow(self, entry_id: str) -> bool:
        """Let the caller go on to the other queue, his place kept; False while it takes no more. Once a wait."""
        with self._parts.session() as session:
            entry = self._parts.entry(session, entry_id)
            rule, now = self._parts.queues.get(entry.queue).overflow, self._parts.clock.now()
            if entry.state != EntryState.WAITING or entry.overflow_at is None or entry.overflow_at > now:
                return False
            if rule is None:
                entry.overflow_at = None
                return False
            if rule.while_fewer is not None and in_line(session, rule.to) >= rule.while_fewer:
                return False
            self._go_on(session, entry, rule)
            return True

    def _go_on(self, session: Session, entry: QueueEntry, rule: Overflow) -> None:
        own, queue = rings_from_json(entry.rings), self._parts.queues.get(entry.queue)
        other, needs = self._parts.queues.get(rule.to), beyond(own[-1].needs, queue.rings[-1].needs)
        rings = with_needs(other.rings, needs)
        if rule.also:
            rings = with_needs([*own, *(Ring(rule.after + ring.after, ring.needs) for ring in rings)], {})
        else:
            entry.queue, entry.ring_time = rule.to, other.ring_time
        entry.rings, entry.needs, entry.floor, entry.overflow_at = rings_to_json(rings), dict(rings[0].needs), 0, None
        entry.revision += 1
        overflowed = EntryOverflowed(entry.id, entry.call_id, queue.name, rule.to, rule.also)
        self._parts.tell(session, overflowed, Moved(entries=(entry.id,)))

    def _take_out(self, session: Session, entry: QueueEntry, outcome: Outcome) -> bool:
        self._parts.tell(session, EntryTakenOut(entry.id, entry.call_id, entry.queue, outcome))
        return self._leave(session, entry, outcome)

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
