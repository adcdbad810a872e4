"""Routing as the engine's facts see it; what cannot be known now is left open, and the call goes on."""

from sqlalchemy.exc import SQLAlchemyError

from call_flows.facts import QueueFacts
from foundation.clock import Clock
from foundation.errors import CallwrightError
from foundation.logs import get_logger
from ivr.facts import Standing
from routing.estimates import Quiet
from routing.queue_now import QueueNow
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
        return _facts(now)

    def as_found_by(self, entry_id: str) -> tuple[str, QueueFacts] | None:
        """The queue in which this caller waits, as he finds it: the estimate is from his own place on."""
        try:
            now = self._board.as_found_by(entry_id)
        except (CallwrightError, SQLAlchemyError) as error:
            log.warning("queue_facts_missing", entry=entry_id, error=type(error).__name__)
            return None
        return None if now is None else (now.name, _facts(now))

    def standing(self, entry_id: str) -> Standing:
        """The caller's place, the seconds waited, and whether the place is one that a dropped call had lost."""
        try:
            entry = self._board.entry(entry_id)
            place = self._board.position(entry_id)
        except (CallwrightError, SQLAlchemyError) as error:
            log.warning("position_missing", entry=entry_id, error=type(error).__name__)
            return Standing()
        waited = max(0.0, (self._clock.now() - entry.arrived_at).total_seconds())
        return Standing(place, waited, resumed=entry.resumed_from is not None)


def _facts(now: QueueNow) -> QueueFacts:
    ewt = now.ewt
    if ewt is None:
        return QueueFacts(waiting=now.waiting, agents=now.agents)
    return QueueFacts(
        waiting=now.waiting,
        agents=now.agents,
        ewt_seconds=ewt.seconds,
        ewt_span=(ewt.low, ewt.high),
        ewt_least=ewt.least,
        is_ewt_safe=ewt.quiet is Quiet.NO,
    )
