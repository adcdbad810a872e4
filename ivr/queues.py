"""Routing as the engine's facts see it; what cannot be known now is left open, and the call goes on."""

from sqlalchemy.exc import SQLAlchemyError

from call_flows.facts import QueueFacts
from foundation.clock import Clock
from foundation.errors import CallwrightError
from foundation.logs import get_logger
from routing.service import RoutingService

log = get_logger(__name__)


class RoutingView:
    """Reads routing's board."""

    def __init__(self, routing: RoutingService, clock: Clock) -> None:
        self._board = routing.board
        self._clock = clock

    def queue(self, name: str) -> QueueFacts:
        """One queue as it stands; an empty one when that cannot be read."""
        try:
            now = self._board.queue_facts(name)
        except (CallwrightError, SQLAlchemyError) as error:
            log.warning("queue_facts_missing", queue=name, error=type(error).__name__)
            return QueueFacts()
        return QueueFacts(waiting=now.waiting, agents=now.agents, ewt_seconds=now.ewt_seconds)

    def position(self, entry_id: str) -> tuple[int | None, float]:
        """The caller's place and the seconds waited."""
        try:
            entry = self._board.entry(entry_id)
            place = self._board.position(entry_id)
        except (CallwrightError, SQLAlchemyError) as error:
            log.warning("position_missing", entry=entry_id, error=type(error).__name__)
            return None, 0.0
        return place, max(0.0, (self._clock.now() - entry.arrived_at).total_seconds())
