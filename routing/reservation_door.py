"""Where a reservation is accepted, refused, lived through and closed. Exactly one accept wins: SQL decides."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from foundation.errors import Problem
from routing.agents import DECLINED, LINE_FAILED, LOST_CONTACT, NO_ANSWER, AgentEvent
from routing.config import WrapUp, WrapUpMode
from routing.entries import EntryEvent, EntryKind, EntryState, Outcome
from routing.errors import DispositionRefused, gone
from routing.news import Moved, ReservationAccepted
from routing.parts import Held, Parts
from routing.reservations import HOLDING_STATES, Reservation, ReservationEvent, ReservationState

CONNECT_SECONDS = {EntryKind.CALL: 45.0, EntryKind.CALLBACK: 180.0}
"""How long both parties may take to meet after an accept; then the agent is not left hanging."""
NOTES_LENGTH = 2000


class ReservationDoor:
    """Everything that happens to a reservation. Each method takes the caller's transaction or opens its own."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def accept(self, reservation_id: str, agent_id: str, *, session: Session | None = None) -> Reservation:
        """The agent takes the caller. Raises ReservationGone for everyone but the first."""
        parts = self._parts
        with parts.session(session) as own:
            held = parts.held(own, reservation_id)
            row, entry = held.reservation, held.entry
            if row.state != ReservationState.PENDING or row.agent_id != agent_id:
                raise gone(reservation_id, row.state if row.agent_id == agent_id else "another agent's")
            parts.move_reservation(own, held, ReservationEvent.ACCEPT)
            row.accepted_at = parts.clock.now()
            row.expires_at = row.accepted_at + timedelta(seconds=CONNECT_SECONDS[EntryKind(entry.kind)])
            parts.move_agent(own, held.agent, AgentEvent.ACCEPT, reservation_id=row.id)
            held.agent.heartbeat_at = held.agent.heartbeat_at and row.accepted_at
            told = (row.id, entry.id, row.agent_id, entry.call_id, entry.queue, entry.kind, entry.promise_id)
            parts.tell(own, _moved(held), ReservationAccepted(*told))
            return row

    def reject(self, reservation_id: str, agent_id: str, *, session: Session | None = None) -> None:
        """The agent declines: he is not ready, the caller keeps the place. Raises ReservationGone when too late."""
        with self._parts.session(session) as own:
            held = self._parts.held(own, reservation_id)
            row = held.reservation
            if row.state != ReservationState.PENDING or row.agent_id != agent_id:
                raise gone(reservation_id, row.state if row.agent_id == agent_id else "another agent's")
            self._give_back(own, held, ReservationEvent.REJECT, AgentEvent.REJECT, DECLINED)

    def ring_out(self, reservation_id: str) -> bool:
        """RONA: nobody took the call in time. Accepted but never connected counts as a failed line."""
        with self._parts.session() as session:
            held = self._parts.held(session, reservation_id)
            row, now = held.reservation, self._parts.clock.now()
            if row.state not in HOLDING_STATES or row.expires_at is None or row.expires_at > now:
                return False
            if row.state == ReservationState.PENDING:
                self._give_back(session, held, ReservationEvent.RING_OUT, AgentEvent.RING_OUT, NO_ANSWER)
            else:
                self._give_back(session, held, ReservationEvent.RESCIND, AgentEvent.RESCIND, LINE_FAILED)
            return True

    def rescind(self, reservation_id: str, reason: str, *, session: Session | None = None) -> bool:
        """Take the caller back, to his place; the agent is not ready for that reason. False when it is too late."""
        with self._parts.session(session) as own:
            held = self._parts.held(own, reservation_id)
            if held.reservation.state not in HOLDING_STATES or held.entry.state != EntryState.RESERVED:
                return False
            self._give_back(own, held, ReservationEvent.RESCIND, AgentEvent.RESCIND, reason)
            return True

    def lose_contact(self, reservation_id: str, *, silent_since: datetime) -> bool:
        """The desk that rings is silent: the caller back to his place at once. False when it was heard meanwhile."""
        with self._parts.session() as session:
            held = self._parts.held(session, reservation_id)
            heard = held.agent.heartbeat_at
            if held.reservation.state != ReservationState.PENDING or heard is None or heard > silent_since:
                return False
            self._give_back(session, held, ReservationEvent.RESCIND, AgentEvent.LOSE_CONTACT, LOST_CONTACT)
            return True

    def connected(self, reservation_id: str, *, session: Session | None = None) -> bool:
        """Both parties are together: the wait is answered. False when it was, or when it is too late."""
        parts = self._parts
        with parts.session(session) as own:
            held = parts.held(own, reservation_id)
            row, entry = held.reservation, held.entry
            if row.state != ReservationState.ACCEPTED or entry.state != EntryState.RESERVED:
                return False
            parts.move_entry(entry, EntryEvent.ANSWER)
            now = parts.clock.now()
            entry.answered_at, entry.outcome = now, Outcome.ANSWERED
            row.connected_at, row.expires_at = now, None
            parts.tell(own, _moved(held))
            return True

    def ended(self, reservation_id: str, *, session: Session | None = None) -> bool:
        """The conversation is over: wrap-up, or free at once where the queue has none. False when it already was."""
        parts = self._parts
        with parts.session(session) as own:
            held = parts.held(own, reservation_id)
            row = held.reservation
            if row.state != ReservationState.ACCEPTED:
                return False
            if held.entry.state == EntryState.RESERVED:
                self._give_back(own, held, ReservationEvent.RESCIND, AgentEvent.RESCIND, LINE_FAILED)
                return True
            row.hung_up_at = parts.clock.now()
            wrap_up = parts.queues.get(row.queue).wrap_up
            if wrap_up.mode is WrapUpMode.NONE:
                self._complete(own, held)
                return True
            parts.move_reservation(own, held, ReservationEvent.WRAP_UP)
            if wrap_up.mode is WrapUpMode.TIMED:
                row.expires_at = row.hung_up_at + timedelta(seconds=wrap_up.limit)
            parts.move_agent(own, held.agent, AgentEvent.WRAP_UP, reservation_id=row.id)
            parts.tell(own, _moved(held))
            return True

    def finish_wrap_up(
        self, reservation_id: str, disposition: str = "", *, notes: str = "", session: Session | None = None
    ) -> None:
        """The agent is done. Raises DispositionRefused or MoveRefused; twice the same is harmless."""
        with self._parts.session(session) as own:
            held = self._parts.held(own, reservation_id)
            row = held.reservation
            if row.state == ReservationState.COMPLETED and row.disposition == disposition:
                return
            _check_disposition(self._parts.queues.get(row.queue).wrap_up, disposition)
            self._complete(own, held)
            row.disposition, row.notes = disposition, notes[:NOTES_LENGTH]

    def wrap_up_over(self, reservation_id: str) -> bool:
        """The limit of a timed wrap-up is reached."""
        with self._parts.session() as session:
            held = self._parts.held(session, reservation_id)
            row = held.reservation
            over = row.expires_at is not None and row.expires_at <= self._parts.clock.now()
            if row.state != ReservationState.WRAPPING or not over:
                return False
            self._complete(session, held)
            return True

    def _give_back(
        self, session: Session, held: Held, event: ReservationEvent, agent_event: AgentEvent, reason: str
    ) -> None:
        self._parts.move_reservation(session, held, event, reason=reason)
        self._parts.move_entry(held.entry, EntryEvent.GIVE_BACK)
        self._parts.move_agent(session, held.agent, agent_event, reason=reason, reservation_id=held.reservation.id)
        self._parts.tell(session, _moved(held))

    def _complete(self, session: Session, held: Held) -> None:
        self._parts.move_reservation(session, held, ReservationEvent.COMPLETE)
        self._parts.move_agent(session, held.agent, AgentEvent.FINISH, reservation_id=held.reservation.id)
        self._parts.tell(session, _moved(held))


def _moved(held: Held) -> Moved:
    return Moved(entries=(held.entry.id,), agents=(held.agent.id,), reservations=(held.reservation.id,))


def _check_disposition(wrap_up: WrapUp, disposition: str) -> None:
    needed = wrap_up.mode is WrapUpMode.MANDATORY and bool(wrap_up.dispositions)
    if (not disposition and not needed) or disposition in wrap_up.dispositions:
        return
    if disposition and not wrap_up.dispositions:
        return
    choice = ", ".join(wrap_up.dispositions)
    raise DispositionRefused(
        Problem(
            "disposition",
            "This call needs one of the queue's dispositions.",
            where=disposition,
            todo=f"Choose: {choice}.",
        )
    )
