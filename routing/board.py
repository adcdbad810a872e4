"""What may be asked of routing: a caller's place, a queue's state, the whole wall. Reads only, and from SQL."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from routing.agents import Agent, AgentState
from routing.config import QueueConfig
from routing.entries import IN_LINE, EntryKind, QueueEntry
from routing.errors import unknown
from routing.handled_lately import HandledLately
from routing.history import read_records
from routing.ledger import Ledger
from routing.match import innermost
from routing.metrics import HALF_HOUR, Figures, Tallies, intervals
from routing.mirror import Mirror
from routing.parts import Parts
from routing.queue_now import Present, QueueNow
from routing.reservations import Reservation


@dataclass(frozen=True, slots=True)
class QueueOnWall:
    """A queue on the wall: now, and since the time asked for."""

    now: QueueNow
    figures: Figures
    service_level_target: float


@dataclass(frozen=True, slots=True)
class AgentOnWall:
    """An agent on the wall, with what he has handled since the time asked for."""

    id: str
    name: str
    state: AgentState
    reason: str
    since: datetime
    skills: Mapping[str, int]
    queues: tuple[str, ...]
    figures: Figures = field(default_factory=Figures)
    next_reason: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The wall: `degraded` says that Redis is down and nobody is being matched."""

    at: datetime
    queues: tuple[QueueOnWall, ...]
    agents: tuple[AgentOnWall, ...]
    degraded: bool


@dataclass(frozen=True, slots=True)
class Interval:
    """The figures of a part of the day, by queue and by agent."""

    start: datetime
    end: datetime
    queues: Mapping[str, Figures]
    agents: Mapping[str, Figures]


class Board:
    """Answers questions; changes nothing. Each takes the asker's transaction or opens its own."""

    def __init__(self, parts: Parts, mirror: Mirror) -> None:
        self._parts = parts
        self._mirror = mirror
        self._ledger = Ledger()
        self._lately = HandledLately()

    @property
    def degraded(self) -> bool:
        """Whether Redis did not answer last time."""
        return self._mirror.degraded

    def position(self, entry_id: str, *, session: Session | None = None) -> int | None:
        """The caller's place in the queue, from 1; None when he no longer waits."""
        with self._parts.reading(session) as own:
            entry = own.get(QueueEntry, entry_id)
            if entry is None or not entry.is_in_line:
                return None
            before = or_(
                QueueEntry.place < entry.place, and_(QueueEntry.place == entry.place, QueueEntry.id < entry.id)
            )
            ahead = select(func.count()).where(QueueEntry.queue == entry.queue, QueueEntry.state.in_(IN_LINE), before)
            return (own.scalar(ahead) or 0) + 1

    def as_found_by(self, entry_id: str, *, session: Session | None = None) -> QueueNow | None:
        """The queue as this waiting caller finds it, the estimate from his own place on; None once he waits no more."""
        with self._parts.reading(session) as own:
            entry = own.get(QueueEntry, entry_id)
            return self._present(own).of_entry(entry) if entry is not None and entry.is_in_line else None

    def queue_facts(self, queue: str, *, session: Session | None = None) -> QueueNow:
        """The queue now, as a caller would find it who came this moment."""
        with self._parts.reading(session) as own:
            return self._present(own).queue(self._parts.queues.get(queue))

    def entry(self, entry_id: str, *, session: Session | None = None) -> QueueEntry:
        """The queue entry. Raises UnknownRow."""
        with self._parts.reading(session) as own:
            row = own.get(QueueEntry, entry_id)
            if row is None:
                raise unknown("entry", entry_id)
            return row

    def open_entry_of(self, call_id: str, *, session: Session | None = None) -> QueueEntry | None:
        """The entry with which this call waits, if it does."""
        with self._parts.reading(session) as own:
            rows = select(QueueEntry).where(
                QueueEntry.call_id == call_id, QueueEntry.state.in_(IN_LINE), QueueEntry.kind == EntryKind.CALL
            )
            return own.scalars(rows).first()

    def reservation(self, reservation_id: str, *, session: Session | None = None) -> Reservation:
        """The reservation. Raises UnknownRow."""
        with self._parts.reading(session) as own:
            row = own.get(Reservation, reservation_id)
            if row is None:
                raise unknown("reservation", reservation_id)
            return row

    def snapshot(self, *, since: datetime | None = None) -> Snapshot:
        """The wall; figures count from `since`, by default the last 24 hours."""
        now = self._parts.clock.now()
        queues = self._parts.queues.all()
        with self._parts.reading() as session:
            present = self._present(session)
            states = [present.queue(queue) for queue in queues]
            agents = [_agent(agent, queues) for agent in session.scalars(select(Agent).order_by(Agent.name, Agent.id))]
            tallies = self._ledger.since(session, since or now - timedelta(hours=24), now, _aims(queues))
        shown = tuple(
            QueueOnWall(state, tallies.queue(queue.name, _able(queue, agents)), queue.service_level.target)
            for state, queue in zip(states, queues, strict=True)
        )
        busy = tuple(replace(agent, figures=tallies.agent(agent.id)) for agent in agents)
        return Snapshot(now, shown, busy, degraded=self.degraded)

    def history(self, start: datetime, end: datetime, *, step: timedelta = HALF_HOUR) -> tuple[Interval, ...]:
        """The same figures for each step of a time that is over; what ended at `end` itself belongs to the next."""
        queues = self._parts.queues.all()
        with self._parts.reading() as session:
            agents = [_agent(agent, queues) for agent in session.scalars(select(Agent).order_by(Agent.name, Agent.id))]
            records = read_records(session, start, end)
        return tuple(
            Interval(
                begin,
                finish,
                {queue.name: part.queue(queue.name, _able(queue, agents)) for queue in queues},
                {agent.id: part.agent(agent.id) for agent in agents},
            )
            for begin, finish in intervals(start, end, step)
            for part in (Tallies().count(records.within(begin, finish), _aims(queues)),)
        )

    def _present(self, session: Session) -> Present:
        return Present(session, self._parts.queues, self._parts.clock.now(), self._lately)


def _able(queue: QueueConfig, agents: Sequence[AgentOnWall]) -> Iterator[str]:
    return (agent.id for agent in agents if queue.name in agent.queues)


def _aims(queues: Sequence[QueueConfig]) -> dict[str, float]:
    return {queue.name: queue.service_level.within for queue in queues}


def _agent(agent: Agent, queues: Sequence[QueueConfig]) -> AgentOnWall:
    serves = tuple(queue.name for queue in queues if innermost(queue.rings, agent.skills) is not None)
    return AgentOnWall(
        id=agent.id,
        name=agent.name,
        state=AgentState(agent.state),
        reason=agent.reason,
        since=agent.since,
        skills=agent.skills,
        queues=serves,
        next_reason=agent.next_reason,
    )
