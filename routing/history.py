"""What happened in a time, read from SQL as `routing.metrics` counts it: waits, handled calls, agents' time."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from routing.agents import BUSY_STATES, SIGNED_IN, WORKING_STATES, Agent, AgentState, AgentStateLog
from routing.entries import EntryKind, EntryState, Outcome, QueueEntry
from routing.metrics import Ending, Handled, Records, Stay, Wait
from routing.reservations import Reservation

LOOK_BACK = timedelta(hours=24)
"""Where an agent's state at the start of a time is looked for first; whoever is not found there, is looked up alone."""
AT_THE_DOOR = frozenset({"full", "nobody"})
ENDINGS: Mapping[str, Ending] = {
    Outcome.ANSWERED: Ending.ANSWERED,
    Outcome.ABANDONED: Ending.ABANDONED,
    Outcome.SHORT_ABANDON: Ending.SHORT,
}


def read_records(session: Session, start: datetime, end: datetime) -> Records:
    """All that ended from `start` to `end`, both included, and the agents' states in between."""
    waits = tuple(_waits(session, start, end))
    return Records(waits, tuple(_handled(session, start, end)), tuple(_stays(session, start, end)))


def _waits(session: Session, start: datetime, end: datetime) -> Iterator[Wait]:
    entry = QueueEntry
    rows = select(entry.queue, entry.kind, entry.outcome, entry.arrived_at, entry.answered_at, entry.left_at).where(
        or_(entry.answered_at.between(start, end), entry.left_at.between(start, end)),
        entry.state.in_((EntryState.ANSWERED, EntryState.LEFT)),
    )
    for queue, kind, outcome, arrived, answered, left in session.execute(rows):
        over = answered or left or arrived
        ending = ENDINGS.get(outcome, Ending.ELSEWHERE)
        if outcome in AT_THE_DOOR and over == arrived:
            ending = Ending.TURNED_AWAY
        yield Wait((over - arrived).total_seconds(), ending, over, queue, kind == EntryKind.CALLBACK)


def _handled(session: Session, start: datetime, end: datetime) -> Iterator[Handled]:
    one = Reservation
    rows = select(one.queue, one.agent_id, one.connected_at, one.hung_up_at, one.ended_at).where(
        one.connected_at.is_not(None), one.ended_at.between(start, end)
    )
    for queue, agent_id, connected, hung_up, ended in session.execute(rows):
        if connected is None or ended is None:
            continue
        over = hung_up or ended
        talk, wrap_up = (over - connected).total_seconds(), (ended - over).total_seconds()
        yield Handled(talk, wrap_up, ended, queue, agent_id)


def _stays(session: Session, start: datetime, end: datetime) -> Iterator[Stay]:
    log = AgentStateLog
    rows = select(log.agent_id, log.state, log.reason, log.at).where(log.at.between(start, end))
    moves: dict[str, list[tuple[str, datetime]]] = {}
    for agent_id, state, reason, at in session.execute(rows.order_by(log.at, log.id)):
        if agent_id not in moves and reason == SIGNED_IN:
            moves[agent_id] = [(AgentState.OFFLINE, start)]
        moves.setdefault(agent_id, []).append((state, at))
    known = {agent_id for agent_id, found in moves.items() if found[0][1] == start}
    for agent_id, state in _states_at(session, start, known):
        moves.setdefault(agent_id, []).insert(0, (state, start))
    for agent_id, found in moves.items():
        for (state, since), (_next, until) in pairwise([*found, ("", end)]):
            if state in WORKING_STATES and until > since:
                yield Stay(agent_id, state in BUSY_STATES, since, until)


def _states_at(session: Session, moment: datetime, known: set[str]) -> Iterator[tuple[str, str]]:
    """The state just before a moment of every agent but those known; agents' rows save the long way for most."""
    log = AgentStateLog
    last = select(func.max(log.id)).where(log.at < moment, log.at >= moment - LOOK_BACK).group_by(log.agent_id)
    found = _states(session, last)
    rest = set()
    for agent_id, state, since in session.execute(select(Agent.id, Agent.state, Agent.since)):
        if agent_id not in found and agent_id not in known and since < moment:
            found[agent_id] = state
        elif agent_id not in found and agent_id not in known:
            rest.add(agent_id)
    if rest:
        older = select(func.max(log.id)).where(log.at < moment, log.agent_id.in_(rest)).group_by(log.agent_id)
        found |= _states(session, older)
    yield from ((agent_id, state) for agent_id, state in found.items() if agent_id not in known)


def _states(session: Session, rows: Select[int]) -> dict[str, str]:
    found = session.execute(select(AgentStateLog.agent_id, AgentStateLog.state).where(AgentStateLog.id.in_(rows)))
    return {row.agent_id: row.state for row in found}
