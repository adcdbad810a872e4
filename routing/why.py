"""Where routing's rows are read for `routing.explain`: one caller and what holds him, or everybody in line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from routing.agents import Agent, AgentState
from routing.entries import IN_LINE, EntryKind, QueueEntry
from routing.errors import unknown
from routing.estimates import Estimate
from routing.explain import AgentFact, Explanation, WaitFact, explain
from routing.match import AgentChoice, rings_from_json, to_micros
from routing.mirror import Mirror
from routing.occupancy import occupied
from routing.parts import Parts
from routing.queue_now import Present
from routing.reservations import OPEN_STATES, Reservation, ReservationState

SHOWN = 25


@dataclass(frozen=True, slots=True)
class InLine:
    """Somebody in line, as a list shows him. `ringing` is the agent whose desk rings for him."""

    entry_id: str
    call_id: str | None
    promise_id: str | None
    queue: str
    is_callback: bool
    arrived_at: datetime
    position: int
    ewt: Estimate | None
    ringing: str = ""


class Why:
    """Reads only, and from SQL. Each takes the asker's transaction or opens its own."""

    def __init__(self, parts: Parts, mirror: Mirror) -> None:
        self._parts = parts
        self._mirror = mirror

    def look(self) -> bool:
        """Ask Redis now whether it answers: a process that has asked nothing yet does not know."""
        self._mirror.tell(self._ask)
        return not self._mirror.degraded

    def entry(self, entry_id: str, *, session: Session | None = None) -> Explanation | None:
        """Why this caller waits; None when he no longer does. Raises UnknownRow."""
        with self._parts.reading(session) as own:
            entry = own.get(QueueEntry, entry_id)
            if entry is None:
                raise unknown("entry", entry_id)
            if not entry.is_in_line:
                return None
            held = _held(own)
            agents = [self._agent(entry, agent, held) for agent in own.scalars(select(Agent).order_by(Agent.id))]
            return explain(self._wait(own, entry, held), agents, self._parts.clock.now())

    def waiting(self, *, limit: int = SHOWN, session: Session | None = None) -> tuple[tuple[InLine, ...], int]:
        """The first in line over all queues, by place, and how many more there are."""
        with self._parts.reading(session) as own:
            rows = select(QueueEntry).where(QueueEntry.state.in_(IN_LINE)).order_by(QueueEntry.place, QueueEntry.id)
            entries = list(own.scalars(rows))
            present = Present(own, self._parts.queues, self._parts.clock.now())
            rung = {row.entry_id: row.agent_id for row in _held(own) if row.state == ReservationState.PENDING}
            places = _places(entries)
            shown = tuple(
                InLine(
                    entry.id,
                    entry.call_id,
                    entry.promise_id,
                    entry.queue,
                    entry.kind == EntryKind.CALLBACK,
                    entry.arrived_at,
                    places[entry.id],
                    present.of_entry(entry).ewt,
                    rung.get(entry.id, ""),
                )
                for entry in entries[:limit]
            )
        return shown, len(entries) - len(shown)

    def _ask(self) -> None:
        self._parts.waitlist.offers.pending(limit=1)

    def _wait(self, session: Session, entry: QueueEntry, held: Sequence[Reservation]) -> WaitFact:
        parts = self._parts
        line = select(QueueEntry).where(QueueEntry.queue == entry.queue, QueueEntry.state.in_(IN_LINE))
        places = _places(session.scalars(line.order_by(QueueEntry.place, QueueEntry.id)).all())
        rung = next((row for row in held if row.entry_id == entry.id and row.state == ReservationState.PENDING), None)
        overflow = parts.queues.get(entry.queue).overflow
        return WaitFact(
            entry_id=entry.id,
            call_id=entry.call_id,
            queue=entry.queue,
            is_callback=entry.kind == EntryKind.CALLBACK,
            arrived_at=entry.arrived_at,
            rings=rings_from_json(entry.rings),
            position=places[entry.id],
            in_line=len(places),
            ewt=Present(session, parts.queues, parts.clock.now()).of_entry(entry).ewt,
            floor=entry.floor,
            preferred=entry.preferred_agent,
            alone_until=entry.alone_until,
            ringing=rung.agent_id if rung else "",
            ringing_until=rung.expires_at if rung else None,
            overflow_to=overflow.to if overflow and entry.overflow_at else "",
            overflow_at=entry.overflow_at,
            max_wait_at=entry.max_wait_at,
            degraded=self._mirror.degraded,
        )

    def _agent(self, entry: QueueEntry, agent: Agent, held: Sequence[Reservation]) -> AgentFact:
        least = self._parts.queues.get(entry.queue).agent_choice is AgentChoice.LEAST_OCCUPIED
        return AgentFact(
            id=agent.id,
            name=agent.name,
            skills=agent.skills,
            state=AgentState(agent.state),
            reason=agent.reason,
            since=agent.since,
            rank=occupied(agent) if least else to_micros(agent.idle_since or agent.since),
            queue=next((row.queue for row in held if row.agent_id == agent.id), ""),
        )


def _held(session: Session) -> Sequence[Reservation]:
    return session.scalars(select(Reservation).where(Reservation.state.in_(OPEN_STATES))).all()


def _places(entries: Sequence[QueueEntry]) -> dict[str, int]:
    """Each one's place in his own queue, from 1; the entries come in the order of their places."""
    counts: dict[str, int] = {}
    places = {}
    for entry in entries:
        counts[entry.queue] = counts.get(entry.queue, 0) + 1
        places[entry.id] = counts[entry.queue]
    return places
