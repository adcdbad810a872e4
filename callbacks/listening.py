"""What callbacks do when routing tells of a callback's entry or reservation. `console.wiring` calls `listen` once."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from callbacks import dialling
from callbacks.parts import Parts
from callbacks.promises import Promise
from callbacks.service import CallbackService
from foundation.events import Bus
from routing.entries import Outcome
from routing.news import EntryLeft, ReservationEnded
from routing.reservations import ReservationState

TALKED = frozenset({ReservationState.WRAPPING, ReservationState.COMPLETED})


class Listener:
    """Keeps promises in step with routing."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def reservation_ended(self, news: ReservationEnded) -> None:
        """They have talked, or the agent was lost before they met."""
        with self._parts.session() as session:
            promise_id = _promise_of(session, news.entry_id)
            if promise_id is None:
                return
            if news.outcome in TALKED:
                dialling.keep(self._parts, session, promise_id)
            elif news.outcome == ReservationState.RESCINDED:
                dialling.lose_agent(self._parts, session, promise_id)

    def entry_left(self, news: EntryLeft) -> None:
        """The promise stood in line and does so no longer, for a reason that is not ours."""
        if news.promise_id is None or news.outcome == Outcome.ANSWERED:
            return
        with self._parts.session() as session:
            if _promise_of(session, news.entry_id) is not None:
                dialling.put_back(self._parts, session, news.promise_id)


def listen(bus: Bus, callbacks: CallbackService) -> None:
    """Subscribe to what routing tells."""
    listener = Listener(callbacks.parts)
    bus.subscribe(ReservationEnded, listener.reservation_ended)
    bus.subscribe(EntryLeft, listener.entry_left)


def _promise_of(session: Session, entry_id: str) -> str | None:
    return session.scalar(select(Promise.id).where(Promise.entry_id == entry_id))
