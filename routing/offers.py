"""Where SQL confirms or refuses an offer of the waitlist: the only place that makes reservations."""

from datetime import timedelta

from sqlalchemy.orm import Session

from routing.agents import Agent, AgentEvent, AgentState
from routing.entries import EntryEvent, EntryState, QueueEntry
from routing.news import ReservationOffered
from routing.parts import Parts
from routing.reservations import Reservation, ReservationState
from routing.waitlist import Offer


def confirm(parts: Parts, offer: Offer) -> tuple[QueueEntry | None, Agent | None, Reservation | None]:
    """Reserve the agent for the entry if both are still free, and return the rows as they now are.

    The same offer twice makes one reservation: its id is the offer's token.
    """
    with parts.db.begin() as session:
        entry = session.get(QueueEntry, offer.entry_id, with_for_update=True)
        reservation = session.get(Reservation, offer.token)
        agent = session.get(Agent, offer.agent_id, with_for_update=True)
        if entry is None or agent is None or reservation is not None:
            return entry, agent, reservation
        if entry.state == EntryState.WAITING and agent.state == AgentState.AVAILABLE:
            reservation = _reserve(parts, session, offer, entry, agent)
        return entry, agent, reservation


def _reserve(parts: Parts, session: Session, offer: Offer, entry: QueueEntry, agent: Agent) -> Reservation:
    now = parts.clock.now()
    reservation = Reservation(
        id=offer.token,
        entry_id=entry.id,
        agent_id=agent.id,
        queue=entry.queue,
        state=ReservationState.PENDING,
        fence=offer.fence,
        created_at=now,
        expires_at=now + timedelta(seconds=entry.ring_time),
        reason="",
        disposition="",
        notes="",
    )
    session.add(reservation)
    parts.move_entry(entry, EntryEvent.OFFER)
    parts.move_agent(session, agent, AgentEvent.HOLD, reservation_id=reservation.id)
    expires = now + timedelta(seconds=entry.ring_time)
    offered = ReservationOffered(
        reservation.id, entry.id, agent.id, entry.call_id, entry.queue, entry.kind, entry.promise_id, expires
    )
    parts.tell(session, offered)
    return reservation
