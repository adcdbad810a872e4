"""What every part of routing works with, and the few moves they all make on rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.clock import Clock
from foundation.db import Database
from foundation.events import Bus, News, publish
from foundation.ids import IdSource
from routing.agents import AGENT_TABLE, BUSY_STATES, NO_CONTACT, Agent, AgentEvent, AgentState, AgentStateLog
from routing.config import QueueBook
from routing.entries import ENTRY_TABLE, EntryEvent, EntryState, QueueEntry
from routing.errors import unknown
from routing.news import AgentStateChanged, ReservationEnded
from routing.occupancy import account
from routing.reservations import RESERVATION_TABLE, Reservation, ReservationEvent, ReservationState
from routing.waitlist import Waitlist

NEW_WAIT = frozenset({AgentEvent.READY, AgentEvent.FINISH, AgentEvent.REGAIN, AgentEvent.RELEASE})
OF_CONTACT = frozenset({AgentEvent.LOSE_CONTACT, AgentEvent.REGAIN})
AT_NO_FAULT = frozenset({AgentEvent.REJECT, AgentEvent.RESCIND})
"""Ends of a hold after which a rest chosen before is what the agent rests for, and not what ended the hold."""


@dataclass(frozen=True, slots=True)
class Held:
    """A reservation with both its sides, locked."""

    entry: QueueEntry
    reservation: Reservation
    agent: Agent


@dataclass(frozen=True, slots=True)
class Parts:
    """The collaborators of routing, and rows under lock: always entry, then reservation, then agent."""

    db: Database
    waitlist: Waitlist
    clock: Clock
    ids: IdSource
    bus: Bus
    queues: QueueBook

    @contextmanager
    def session(self, given: Session | None = None) -> Iterator[Session]:
        """The caller's transaction when there is one, else one of our own."""
        if given is not None:
            yield given
            return
        with self.db.begin() as session:
            yield session

    @contextmanager
    def reading(self, given: Session | None = None) -> Iterator[Session]:
        """The caller's transaction when there is one, else a look that waits for no writer and keeps none waiting."""
        if given is not None:
            yield given
            return
        engine = self.db.engine.execution_options(isolation_level="AUTOCOMMIT")
        with Session(engine, expire_on_commit=False) as session:
            yield session

    def tell(self, session: Session, *news: News) -> None:
        """Publish after the commit."""
        for item in news:
            publish(session, self.bus, item)

    def entry(self, session: Session, entry_id: str) -> QueueEntry:
        """The entry, locked. Raises UnknownRow."""
        row = session.get(QueueEntry, entry_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise unknown("entry", entry_id)
        return row

    def agent(self, session: Session, agent_id: str) -> Agent:
        """The agent, locked. Raises UnknownRow."""
        row = session.get(Agent, agent_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise unknown("agent", agent_id)
        return row

    def held(self, session: Session, reservation_id: str) -> Held:
        """The reservation with both its sides, locked in order. Raises UnknownRow."""
        found = session.execute(
            select(Reservation.entry_id, Reservation.agent_id).where(Reservation.id == reservation_id)
        ).one_or_none()
        if found is None:
            raise unknown("reservation", reservation_id)
        entry = self.entry(session, found.entry_id)
        row = session.get_one(Reservation, reservation_id, with_for_update=True, populate_existing=True)
        return Held(entry, row, self.agent(session, found.agent_id))

    def move_agent(
        self, session: Session, agent: Agent, event: AgentEvent, *, reason: str = "", reservation_id: str | None = None
    ) -> None:
        """Take the agent along one row of the table, and on to the rest he has asked for after his call.

        Whose desk is silent does not become available by the end of a call.
        """
        then = AGENT_TABLE.after(AgentState(agent.state), event)
        is_silent = agent.state in BUSY_STATES and agent.reason == NO_CONTACT and event is not AgentEvent.REGAIN
        if then is AgentState.NOT_READY:
            reason = (agent.next_reason if event in AT_NO_FAULT else "") or reason
            agent.next_reason = ""
        elif then in BUSY_STATES and is_silent:
            reason = NO_CONTACT
        if then is AgentState.AVAILABLE and event in NEW_WAIT:
            agent.idle_since = self.clock.now()
        self._enter(session, agent, then, event, reason, reservation_id)
        if then is not AgentState.AVAILABLE:
            return
        if agent.next_reason:
            self.move_agent(session, agent, AgentEvent.PAUSE, reason=agent.next_reason)
        elif is_silent:
            self.move_agent(session, agent, AgentEvent.LOSE_CONTACT, reason=NO_CONTACT)

    def _enter(
        self,
        session: Session,
        agent: Agent,
        state: AgentState,
        event: AgentEvent,
        reason: str,
        reservation_id: str | None,
    ) -> None:
        now = self.clock.now()
        if agent.state != state or event not in OF_CONTACT:
            account(agent, now)
            agent.since = now  # a call is as long as it is, whether or not the desk is heard
        agent.state, agent.reason = state, reason
        agent.revision += 1
        session.add(AgentStateLog(agent_id=agent.id, state=state, reason=reason, at=now, reservation_id=reservation_id))
        self.tell(session, AgentStateChanged(agent.id, state, reason, agent.since))

    def move_reservation(self, session: Session, held: Held, event: ReservationEvent, *, reason: str = "") -> None:
        """Take the reservation along one row of the table; at an end, say so."""
        row = held.reservation
        then = RESERVATION_TABLE.after(ReservationState(row.state), event)
        row.state, row.reason, row.expires_at = then, reason or row.reason, None
        if RESERVATION_TABLE.is_final(then):
            row.ended_at = self.clock.now()
        if then is not ReservationState.ACCEPTED:
            told = (row.id, row.entry_id, row.agent_id, held.entry.call_id, row.queue, then.value, reason)
            self.tell(session, ReservationEnded(*told))

    @staticmethod
    def move_entry(entry: QueueEntry, event: EntryEvent) -> None:
        """Take the entry along one row of the table."""
        entry.state = ENTRY_TABLE.after(EntryState(entry.state), event)
        entry.revision += 1
