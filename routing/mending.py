"""Where contradictions are mended: rows of SQL that do not fit each other, and a waitlist that does not fit SQL.

Nothing of this happens by itself: each move of routing is one transaction. It is for what other hands, bugs and lost
memory leave behind, so that no agent stays held, and no caller forgotten, until somebody looks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from routing.agents import BUSY_STATES, Agent, AgentEvent, AgentState
from routing.census import Differences, compare
from routing.entries import EntryEvent, EntryState, QueueEntry
from routing.mirror import Mirror
from routing.news import Moved
from routing.parts import Held, Parts
from routing.reservations import HOLDING_STATES, OPEN_STATES, Reservation, ReservationEvent, ReservationState

REASON = "mended"
BELONGS = {
    ReservationState.PENDING: AgentState.RESERVED,
    ReservationState.ACCEPTED: AgentState.ON_CALL,
    ReservationState.WRAPPING: AgentState.WRAPPING_UP,
}


class Flaw(StrEnum):
    """What did not fit."""

    AGENT_STUCK = "agent stuck"  # reserved, on a call or wrapping up, and held for nobody
    HOLD_BROKEN = "hold broken"  # a reservation whose agent or caller knows nothing of it
    ENTRY_STUCK = "entry stuck"  # reserved, and no agent is held
    WAITLIST_MISSES = "waitlist misses"  # somebody who waits, or is free
    WAITLIST_KEEPS = "waitlist keeps"  # somebody who has gone


@dataclass(frozen=True, slots=True)
class Mended:
    """One thing put right."""

    flaw: Flaw
    subject: str


class Mender:
    """Looks and mends. Each row is locked and looked at again first, so several may look at once."""

    def __init__(self, parts: Parts, mirror: Mirror) -> None:
        self._parts = parts
        self._mirror = mirror

    def rows(self) -> list[Mended]:
        """Mend what contradicts itself in SQL: broken holds, then whoever is held by nothing any more."""
        with self._parts.reading() as session:
            holds = [row.id for row in _holds(session) if not _fits(row)]
        mended = [Mended(Flaw.HOLD_BROKEN, row_id) for row_id in holds if self._close(row_id)]
        with self._parts.reading() as session:
            held = exists().where(Reservation.agent_id == Agent.id, Reservation.state.in_(OPEN_STATES))
            agents = session.scalars(select(Agent.id).where(Agent.state.in_(BUSY_STATES), ~held)).all()
            kept = exists().where(Reservation.entry_id == QueueEntry.id, Reservation.state.in_(HOLDING_STATES))
            reserved = select(QueueEntry.id).where(QueueEntry.state == EntryState.RESERVED, ~kept)
            entries = session.scalars(reserved).all()
        mended += [Mended(Flaw.AGENT_STUCK, agent_id) for agent_id in agents if self._release(agent_id)]
        return mended + [Mended(Flaw.ENTRY_STUCK, entry_id) for entry_id in entries if self._give_back(entry_id)]

    def waitlist(self) -> list[Mended]:
        """Tell the waitlist again what it misses or keeps; what telling does not mend is rebuilt.

        What differs on the first look only was on its way. Raises WaitlistDown.
        """
        first = self._differences()
        if not first:
            return []
        self._mirror.settle_offers()
        found = first.both(self._differences())
        if not found:
            return []
        self._mirror.restore()
        if found.both(self._differences()):
            self._mirror.rebuild()
        return list(_told(found))

    def _differences(self) -> Differences:
        census = self._parts.waitlist.census()
        with self._parts.reading() as session:
            waiting = session.scalars(select(QueueEntry.id).where(QueueEntry.state == EntryState.WAITING)).all()
            free = session.scalars(select(Agent.id).where(Agent.state == AgentState.AVAILABLE)).all()
        return compare(census, waiting, free)

    def _close(self, reservation_id: str) -> bool:
        with self._parts.session() as session:
            held = self._parts.held(session, reservation_id)
            if not _is_open(held.reservation) or _fits(held):
                return False
            _end(self._parts, session, held)
            if held.entry.state == EntryState.RESERVED:
                self._parts.move_entry(held.entry, EntryEvent.GIVE_BACK)
            if held.agent.state in BUSY_STATES:
                self._parts.move_agent(session, held.agent, AgentEvent.RELEASE, reservation_id=reservation_id)
            self._parts.tell(session, Moved((held.entry.id,), (held.agent.id,), (reservation_id,)))
            return True

    def _release(self, agent_id: str) -> bool:
        with self._parts.session() as session:
            agent = self._parts.agent(session, agent_id)
            rows = select(Reservation.id).where(Reservation.agent_id == agent_id, Reservation.state.in_(OPEN_STATES))
            if agent.state not in BUSY_STATES or session.scalar(rows) is not None:
                return False
            self._parts.move_agent(session, agent, AgentEvent.RELEASE)
            self._parts.tell(session, Moved(agents=(agent_id,)))
            return True

    def _give_back(self, entry_id: str) -> bool:
        with self._parts.session() as session:
            entry = self._parts.entry(session, entry_id)
            rows = select(Reservation.id).where(Reservation.entry_id == entry_id, Reservation.state.in_(HOLDING_STATES))
            if entry.state != EntryState.RESERVED or session.scalar(rows) is not None:
                return False
            self._parts.move_entry(entry, EntryEvent.GIVE_BACK)
            self._parts.tell(session, Moved(entries=(entry_id,)))
            return True


@dataclass(frozen=True, slots=True)
class _Triple:
    id: str
    entry: QueueEntry
    reservation: Reservation
    agent: Agent


def _holds(session: Session) -> Iterator[_Triple]:
    rows = select(Reservation, QueueEntry, Agent).where(
        Reservation.state.in_(OPEN_STATES), QueueEntry.id == Reservation.entry_id, Agent.id == Reservation.agent_id
    )
    for reservation, entry, agent in session.execute(rows):
        yield _Triple(reservation.id, entry, reservation, agent)


def _is_open(reservation: Reservation) -> bool:
    return reservation.state in OPEN_STATES


def _fits(held: Held | _Triple) -> bool:
    """Whether agent and caller are where an open reservation says."""
    state = ReservationState(held.reservation.state)
    if held.agent.state != BELONGS[state]:
        return False
    if state is ReservationState.WRAPPING:
        return True
    wanted = EntryState.ANSWERED if held.reservation.connected_at else EntryState.RESERVED
    return held.entry.state == wanted


def _end(parts: Parts, session: Session, held: Held) -> None:
    """Close the reservation by the row of its table that fits: it was talked, or it was not."""
    talked = held.reservation.connected_at is not None
    event = ReservationEvent.COMPLETE if talked else ReservationEvent.RESCIND
    parts.move_reservation(session, held, event, reason=REASON)


def _told(found: Differences) -> Iterator[Mended]:
    for subject in sorted(found.missing_entries | found.missing_agents):
        yield Mended(Flaw.WAITLIST_MISSES, subject)
    for subject in sorted(found.extra_entries | found.extra_agents):
        yield Mended(Flaw.WAITLIST_KEEPS, subject)
