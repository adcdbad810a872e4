"""What a process that died in the middle has left: news that nobody heard, and clocks that were set back."""

from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from callbacks import dialling
from callbacks.parts import Parts
from callbacks.promises import DialAttempt, Promise, PromiseState
from routing.entries import IN_LINE, QueueEntry
from routing.reservations import Reservation, ReservationState

EVERY = 1.0
"""Seconds between two looks."""
SET_BACK = 1.0
TALKED = (ReservationState.WRAPPING, ReservationState.COMPLETED)


class Mender:
    """Looks about once a second; what it does is harmless to repeat, and by several at once."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._look_at = parts.clock.monotonic()
        self._offset: float | None = None

    def mend(self) -> int:
        """Put right what is to be put right; how much it was."""
        now = self._parts.clock.monotonic()
        if now < self._look_at:
            return 0
        self._look_at = now + EVERY
        mended = self._strays() + self._talked()
        offset = self._parts.clock.now().timestamp() - now
        if self._offset is None or offset < self._offset - SET_BACK:
            mended += self._set_back()
        self._offset = offset
        return mended

    def _strays(self) -> int:
        """In line by its own word, and not in the queue: the news of leaving was lost."""
        stands = select(QueueEntry.id).where(QueueEntry.id == Promise.entry_id, QueueEntry.state.in_(IN_LINE))
        with self._parts.reading() as session:
            strays = select(Promise.id).where(
                Promise.state == PromiseState.DUE, or_(Promise.entry_id.is_(None), ~stands.exists())
            )
            found = list(session.scalars(strays))
        mended = 0
        for promise_id in found:
            with self._parts.session() as session:
                promise = self._parts.promise(session, promise_id)
                entry = session.get(QueueEntry, promise.entry_id) if promise.entry_id is not None else None
                if entry is None or not entry.is_in_line:
                    mended += dialling.put_back(self._parts, session, promise_id)
        return mended

    def _talked(self) -> int:
        """They have talked, and the news of the end was lost."""
        last = aliased(DialAttempt)
        with self._parts.reading() as session:
            rows = (
                select(Promise.id)
                .join(last, (last.promise_id == Promise.id) & (last.attempt == Promise.attempts))
                .join(Reservation, Reservation.id == last.reservation_id)
                .where(Promise.state == PromiseState.TALKING, Reservation.state.in_(TALKED))
            )
            found = list(session.scalars(rows))
        for promise_id in found:
            with self._parts.session() as session:
                dialling.keep(self._parts, session, promise_id)
        return len(found)

    def _set_back(self) -> int:
        """The clock was set back: waits after a failed dial that began in the future begin now."""
        now = self._parts.clock.now()
        with self._parts.session() as session:
            rows = (
                select(Promise, DialAttempt)
                .join(DialAttempt, (DialAttempt.promise_id == Promise.id) & (DialAttempt.attempt == Promise.attempts))
                .where(
                    Promise.state == PromiseState.SCHEDULED, DialAttempt.ended_at > now + timedelta(seconds=SET_BACK)
                )
            )
            found = session.execute(rows).all()
            for promise, attempt in found:
                if attempt.ended_at is not None:
                    promise.due_at -= attempt.ended_at - now
                    attempt.ended_at = now
        return len(found)
