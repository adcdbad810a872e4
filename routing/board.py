"""What may be asked of routing: a caller's place, a queue's state, the whole wall. Reads only, and from SQL."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from routing.agents import WORKING_STATES, Agent, AgentState
from routing.config import QueueConfig
from routing.entries import IN_LINE, EntryKind, Outcome, QueueEntry
from routing.errors import unknown
from routing.estimates import Ended, Figures, estimated_wait, figures
from routing.match import innermost
from routing.mirror import Mirror
from routing.parts import Parts
from routing.reservations import Reservation

LATELY = timedelta(hours=4)
SAMPLES = 50


@dataclass(frozen=True, slots=True)
class QueueNow:
    """A queue now: callers in line, agents signed in who can serve it (resting ones too), those free, the estimate."""

    name: str
    waiting: int
    agents: int
    available: int
    ewt_seconds: float | None
    longest_wait: float


@dataclass(frozen=True, slots=True)
class QueueOnWall:
    """A queue on the wall: now, and since the time asked for."""

    now: QueueNow
    figures: Figures
    service_level_target: float


@dataclass(frozen=True, slots=True)
class AgentOnWall:
    """An agent on the wall."""

    id: str
    name: str
    state: AgentState
    reason: str
    since: datetime
    skills: Mapping[str, int]
    queues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The wall: `degraded` says that Redis is down and nobody is being matched."""

    at: datetime
    queues: tuple[QueueOnWall, ...]
    agents: tuple[AgentOnWall, ...]
    degraded: bool


class Board:
    """Answers questions; changes nothing. Each takes the asker's transaction or opens its own."""

    def __init__(self, parts: Parts, mirror: Mirror) -> None:
        self._parts = parts
        self._mirror = mirror

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

    def estimate(self, entry_id: str, *, session: Session | None = None) -> float | None:
        """The estimated wait in seconds of somebody who already waits; None when nothing safe can be said."""
        with self._parts.reading(session) as own:
            place = self.position(entry_id, session=own)
            entry = own.get(QueueEntry, entry_id)
            if place is None or entry is None:
                return None
            return self._now(own, self._parts.queues.get(entry.queue), ahead=place - 1).ewt_seconds

    def queue_facts(self, queue: str, *, session: Session | None = None) -> QueueNow:
        """The queue now, as a caller would find it who came this moment."""
        with self._parts.reading(session) as own:
            return self._now(own, self._parts.queues.get(queue))

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
        start = since or now - timedelta(hours=24)
        queues = self._parts.queues.all()
        with self._parts.reading() as session:
            on_wall = tuple(
                QueueOnWall(self._now(session, queue), self._figures(session, queue, start), queue.service_level.target)
                for queue in queues
            )
            agents = session.scalars(select(Agent).order_by(Agent.name, Agent.id)).all()
        return Snapshot(now, on_wall, tuple(_agent(agent, queues) for agent in agents), degraded=self.degraded)

    def _now(self, session: Session, queue: QueueConfig, *, ahead: int | None = None) -> QueueNow:
        in_line = QueueEntry.state.in_(IN_LINE)
        counted = select(QueueEntry.queue, func.count()).where(in_line).group_by(QueueEntry.queue)
        waiting = {name: count for name, count in session.execute(counted)}  # noqa: C416 - a row is not yet a pair to mypy
        first = session.scalar(select(func.min(QueueEntry.arrived_at)).where(in_line, QueueEntry.queue == queue.name))
        agents = session.scalars(select(Agent).where(Agent.state != AgentState.OFFLINE)).all()
        able = [agent for agent in agents if innermost(queue.rings, agent.skills) is not None]
        busy_queues = [self._parts.queues.get(name) for name in {*waiting, queue.name}]
        idle = sum(agent.state == AgentState.AVAILABLE for agent in able)
        mine = waiting.get(queue.name, 0)
        estimate = estimated_wait(
            ahead=mine if ahead is None else ahead,
            agents=sum(_share(agent, busy_queues) for agent in able if agent.state in WORKING_STATES),
            handling=self._handling(session, queue.name),
            idle=idle,
        )
        longest = (self._parts.clock.now() - first).total_seconds() if first else 0.0
        return QueueNow(queue.name, mine, len(able), idle, estimate, longest)

    def _handling(self, session: Session, queue: str) -> list[float]:
        start = self._parts.clock.now() - LATELY
        rows = select(Reservation.connected_at, Reservation.ended_at).where(
            Reservation.queue == queue, Reservation.connected_at.is_not(None), Reservation.ended_at >= start
        )
        found = session.execute(rows.order_by(Reservation.ended_at.desc()).limit(SAMPLES)).all()
        return [(ended - began).total_seconds() for began, ended in found if began and ended]

    @staticmethod
    def _figures(session: Session, queue: QueueConfig, start: datetime) -> Figures:
        rows = select(QueueEntry).where(
            QueueEntry.queue == queue.name,
            QueueEntry.kind == EntryKind.CALL,
            or_(QueueEntry.answered_at >= start, QueueEntry.left_at >= start),
        )
        return figures(list(_ended(session.scalars(rows))), within=queue.service_level.within)


def _ended(entries: Iterable[QueueEntry]) -> Iterable[Ended]:
    gone = defaultdict(lambda: (False, False), {Outcome.ABANDONED: (True, False), Outcome.SHORT_ABANDON: (True, True)})
    for entry in entries:
        end = entry.answered_at or entry.left_at
        if end is None:
            continue
        abandoned, short = gone[Outcome(entry.outcome)]
        yield Ended((end - entry.arrived_at).total_seconds(), entry.answered_at is not None, abandoned, short)


def _share(agent: Agent, busy_queues: Sequence[QueueConfig]) -> float:
    """How much of an agent one queue may count on: he is shared by all queues he serves that have callers."""
    serves = sum(innermost(queue.rings, agent.skills) is not None for queue in busy_queues)
    return 1 / max(serves, 1)


def _agent(agent: Agent, queues: Sequence[QueueConfig]) -> AgentOnWall:
    serves = tuple(queue.name for queue in queues if innermost(queue.rings, agent.skills) is not None)
    return AgentOnWall(agent.id, agent.name, AgentState(agent.state), agent.reason, agent.since, agent.skills, serves)
