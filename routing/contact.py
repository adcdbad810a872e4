"""Where agents whose desk has fallen silent are noticed: nobody is routed to a page that is not there."""

from datetime import datetime, timedelta

from sqlalchemy import select

from routing.agents import NO_CONTACT, WORKING_STATES, Agent, AgentEvent, AgentState
from routing.news import Moved
from routing.parts import Parts
from routing.reservation_door import ReservationDoor
from routing.reservations import Reservation, ReservationState

USUAL = 30.0


class Contact:
    """Looks for desks that were heard, and are no longer. An agent without a page is not looked for.

    Available: no calls come until it is heard again. Ringing: the caller goes back to his place, the agent must say
    that he is back. In a call or its wrap-up: that goes on, and the screens say that the desk is silent.
    """

    def __init__(self, parts: Parts, reservations: ReservationDoor) -> None:
        self._parts = parts
        self._reservations = reservations
        self._limit = timedelta(seconds=USUAL)

    def expect_within(self, seconds: float) -> None:
        """From now on a desk silent for longer than this is lost."""
        self._limit = timedelta(seconds=seconds)

    def sweep(self) -> int:
        """Give up every desk that has been silent too long; how many. Repeats find nothing."""
        since = self._parts.clock.now() - self._limit
        silent = select(Agent.id, Agent.state).where(
            Agent.state.in_(WORKING_STATES), Agent.heartbeat_at <= since, Agent.reason != NO_CONTACT
        )
        with self._parts.reading() as session:
            found = session.execute(silent.order_by(Agent.id)).all()
        return sum(self._lose(agent_id, state, since) for agent_id, state in found)

    def _lose(self, agent_id: str, state: str, since: datetime) -> bool:
        if state == AgentState.RESERVED:
            ringing = select(Reservation.id).where(
                Reservation.agent_id == agent_id, Reservation.state == ReservationState.PENDING
            )
            with self._parts.reading() as session:
                reservation_id = session.scalar(ringing)
            return reservation_id is not None and self._reservations.lose_contact(reservation_id, silent_since=since)
        with self._parts.session() as session:
            agent = self._parts.agent(session, agent_id)
            if agent.state != state or agent.reason == NO_CONTACT or agent.heartbeat_at is None:
                return False
            if agent.heartbeat_at > since:
                return False
            self._parts.move_agent(session, agent, AgentEvent.LOSE_CONTACT, reason=NO_CONTACT)
            self._parts.tell(session, Moved(agents=(agent_id,)))
            return True
