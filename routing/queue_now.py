"""A queue as it stands: who waits, who can serve, what the wait will be. Read from SQL, at one moment."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from routing.agents import SIGNED_IN, WORKING_STATES, Agent, AgentState
from routing.config import QueueBook, QueueConfig
from routing.entries import IN_LINE, EntryKind, EntryState, Outcome, QueueEntry
from routing.estimates import Estimate, Pool, Seen, estimate, leaving_rate
from routing.handled_lately import LATELY, HandledLately
from routing.match import Ring, innermost, rings_from_json

JUST_NOW = timedelta(minutes=2)
WAITED = 200
"""Waits that ended, from which patience is known: the latest so many of `LATELY`."""


@dataclass(frozen=True, slots=True)
class QueueNow:
    """A queue now. `waiting` are callers in line and `callbacks` promises that keep a place there.

    `agents` are signed in and can serve it (resting ones too), `available` are free. `longest_wait` in seconds is that
    of the callers in line. `ewt` is the estimate, None where nothing can be said.
    """

    name: str
    waiting: int
    agents: int
    available: int
    ewt: Estimate | None
    longest_wait: float
    callbacks: int = 0

    @property
    def ewt_seconds(self) -> float | None:
        """The mean of the estimate."""
        return None if self.ewt is None else self.ewt.seconds


@dataclass(frozen=True, slots=True)
class InLine:
    """One who is in line."""

    id: str
    queue: str
    is_call: bool
    is_reserved: bool
    arrived_at: datetime
    place: datetime


class Present:
    """Who is in line and who works, read once for as many questions as are asked of the moment."""

    def __init__(self, session: Session, queues: QueueBook, now: datetime, lately: HandledLately | None = None) -> None:
        self._session, self._queues, self._now = session, queues, now
        self._lately = lately or HandledLately()
        one = QueueEntry
        rows = select(one.id, one.queue, one.kind, one.state, one.arrived_at, one.place).where(one.state.in_(IN_LINE))
        self._line = [
            InLine(row.id, row.queue, row.kind == EntryKind.CALL, row.state == EntryState.RESERVED, row[4], row.place)
            for row in session.execute(rows)
        ]
        self._agents = list(session.scalars(select(Agent)))
        # the moment is one: what was read for one caller of a queue holds for the next
        self._waited: dict[str, list[tuple[datetime, float, bool]]] = {}

    def queue(self, queue: QueueConfig) -> QueueNow:
        """The queue as a caller finds it who comes this moment."""
        return self._facts(queue, queue.rings, self._line, 0.0)

    def of_entry(self, entry: QueueEntry) -> QueueNow:
        """The queue as somebody finds it who already waits there: the estimate is from his place on."""
        queue, place = self._queues.get(entry.queue), (entry.place, entry.id)
        before = [one for one in self._line if (one.place, one.id) < place]
        waited = (self._now - entry.arrived_at).total_seconds()
        return self._facts(queue, rings_from_json(entry.rings), before, waited)

    def _facts(self, queue: QueueConfig, rings: Sequence[Ring], before: Sequence[InLine], waited: float) -> QueueNow:
        mine = [one for one in self._line if one.queue == queue.name]
        able = [agent for agent in self._agents if innermost(rings, agent.skills) is not None]
        there = [agent for agent in able if agent.state != AgentState.OFFLINE]
        heads = [one.arrived_at for one in mine if one.is_call]
        longest = (self._now - min(heads)).total_seconds() if heads else 0.0
        return QueueNow(
            name=queue.name,
            waiting=len(heads),
            agents=len(there),
            available=sum(agent.state == AgentState.AVAILABLE for agent in there),
            ewt=estimate(self._seen(queue, rings, before, able, waited), queue.ewt),
            longest_wait=longest,
            callbacks=len(mine) - len(heads),
        )

    def _seen(
        self, queue: QueueConfig, rings: Sequence[Ring], before: Sequence[InLine], able: Sequence[Agent], waited: float
    ) -> Seen:
        waiting = [one for one in before if not one.is_reserved]
        ahead = [one for one in waiting if one.queue == queue.name]
        elsewhere = Counter(one.queue for one in waiting if one.queue != queue.name)
        calls = [one.arrived_at for one in ahead if one.is_call]
        came = min(calls, default=self._now)
        waits = self._waited.get(queue.name) or self._waited.setdefault(queue.name, self._waits(queue.name))
        leaving = leaving_rate([(seconds, gave_up) for _end, seconds, gave_up in waits])
        return Seen(
            ahead=len(ahead),
            pools=tuple(self._pools(rings, len(ahead) + 1, elsewhere)),
            handling=self._lately.of(self._session, frozenset(agent.id for agent in able), self._now),
            leaving=leaving * len(calls) / len(ahead) if ahead else 0.0,
            head_waited=(self._now - came).total_seconds(),
            passed=None if len(waits) == WAITED else sum(end >= came and not gave_up for end, _, gave_up in waits),
            waited=waited,
            left=sum(self._has_left(agent) for agent in able),
        )

    def _pools(self, rings: Sequence[Ring], mine: int, elsewhere: Counter[str]) -> Iterator[Pool]:
        """Ring by ring, all agents up to it. One whom callers of other queues await too is there in that part."""
        agents, heads, idle = 0.0, 0, 0
        working = [(innermost(rings, agent.skills), agent) for agent in self._agents if agent.state in WORKING_STATES]
        for index, ring in enumerate(rings):
            for agent in (agent for found, agent in working if found == index):
                others = sum(count for name, count in elsewhere.items() if self._serves(agent, name))
                agents += mine / (mine + others)
                heads += 1
                idle += agent.state == AgentState.AVAILABLE
            yield Pool(agents, heads, idle, ring.after)

    def _serves(self, agent: Agent, queue: str) -> bool:
        return innermost(self._queues.get(queue).rings, agent.skills) is not None

    def _has_left(self, agent: Agent) -> bool:
        return agent.state not in WORKING_STATES and agent.reason != SIGNED_IN and agent.since >= self._now - JUST_NOW

    def _waits(self, queue: str) -> list[tuple[datetime, float, bool]]:
        """When the latest waits ended, how long they were, and whether the caller gave up."""
        one, since = QueueEntry, self._now - LATELY
        ended = (Outcome.ANSWERED, Outcome.ABANDONED, Outcome.SHORT_ABANDON)
        rows = select(one.arrived_at, one.answered_at, one.left_at).where(
            one.queue == queue, one.kind == EntryKind.CALL, one.outcome.in_(ended), one.arrived_at >= since
        )
        latest = rows.order_by(func.coalesce(one.answered_at, one.left_at).desc()).limit(WAITED)
        found = [(answered or left, came, answered is None) for came, answered, left in self._session.execute(latest)]
        return [(end, (end - came).total_seconds(), gave_up) for end, came, gave_up in found if end]
