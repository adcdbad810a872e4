"""The place where the wall is read: routing's own figures, as the board shows them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from callbacks.promises import OPEN_STATES, Promise
from console.looking import looking
from console.services import Services
from console.views import AgentShown, AlertShown, Board, QueueRow
from console.wall.waiting import read_waiting
from ivr.alerts import unseen
from ivr.reconcile_rows import CARRIER, last_round, repairs_since
from ivr.versions import read_refusals
from routing.agents import BUSY_STATES
from routing.board import AgentOnWall, QueueOnWall


def read_board(here: Services) -> Board:
    """Queues and agents now; counts are since midnight in the site's zone."""
    now = here.clock.now()
    wall = here.routing.board.snapshot(since=midnight(now, here.timezone))
    agents = tuple(
        AgentShown(one.id, one.name, one.state, one.reason, one.since, one.next_reason) for one in wall.agents
    )
    rows = tuple(_row(here, queue, wall.agents, now) for queue in wall.queues)
    waiting, more = read_waiting(here)
    return Board(
        wall.at,
        rows,
        agents,
        callbacks_waiting=_callbacks(here),
        is_degraded=wall.degraded,
        refused=_refused(here),
        alerts=_alerts(here),
        repaired=_repaired(here, now),
        carrier_unheard=_carrier_unheard(here),
        waiting=waiting,
        waiting_more=more,
    )


def _repaired(here: Services, now: datetime) -> tuple[tuple[str, int], ...]:
    with looking(here.db) as session:
        return tuple(repairs_since(session, midnight(now, here.timezone)).items())


def _carrier_unheard(here: Services) -> bool:
    with looking(here.db) as session:
        last = last_round(session)
        return last is not None and last.note == CARRIER


def _refused(here: Services) -> tuple[str, ...]:
    """Why the site's files, as they stand, are not what answers."""
    with looking(here.db) as session:
        return tuple(line for refusal in read_refusals(session) for line in refusal.problems)


def _alerts(here: Services) -> tuple[AlertShown, ...]:
    with looking(here.db) as session:
        return tuple(AlertShown(row.id, row.call_id, row.level, row.text, row.raised_at) for row in unseen(session))


def _callbacks(here: Services) -> int:
    owed = select(func.count()).select_from(Promise).where(Promise.state.in_(OPEN_STATES))
    with looking(here.db) as session:
        return session.scalar(owed) or 0


def midnight(now: datetime, zone: str) -> datetime:
    """When the day began, where the site is."""
    return now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)


def _row(here: Services, queue: QueueOnWall, agents: tuple[AgentOnWall, ...], now: datetime) -> QueueRow:
    mine = [agent for agent in agents if queue.now.name in agent.queues]
    return QueueRow(
        name=queue.now.name,
        waiting=queue.now.waiting,
        longest_since=now - timedelta(seconds=queue.now.longest_wait) if queue.now.waiting else None,
        target=queue.service_level_target,
        within_seconds=here.routing.queues.get(queue.now.name).service_level.within,
        agents_available=queue.now.available,
        agents_busy=sum(agent.state in BUSY_STATES for agent in mine),
        figures=queue.figures,
        ewt=queue.now.ewt,
        callbacks=queue.now.callbacks,
    )
