"""What time brings: rings that open, calls nobody takes, waits and wrap-ups that are over."""

from datetime import timedelta
from typing import assert_never

from sqlalchemy import select

from foundation.logs import get_logger
from routing.contact import Contact
from routing.entries import EntryState, QueueEntry
from routing.errors import UnknownRow
from routing.match import to_micros
from routing.mirror import Mirror
from routing.parts import Parts
from routing.queue_door import QueueDoor
from routing.reservation_door import ReservationDoor
from routing.reservations import OPEN_STATES, Reservation, ReservationState
from routing.vigil import Vigil
from routing.waitlist import Due, TimerKind

log = get_logger(__name__)
SWEEP_SECONDS = 1.0
RESTORE_SECONDS = 30.0
LATE = timedelta(milliseconds=500)


class Timekeeper:
    """Does everything that is due. Several may run at once, in any number of processes; none leads."""

    def __init__(
        self,
        parts: Parts,
        mirror: Mirror,
        queue: QueueDoor,
        reservations: ReservationDoor,
        contact: Contact,
        vigil: Vigil,
    ) -> None:
        self._parts = parts
        self._vigil = vigil
        self._contact = contact
        self._mirror = mirror
        self._queue = queue
        self._reservations = reservations
        self._sweep_at = self._restore_at = parts.clock.monotonic()

    def tick(self) -> int:
        """Do what is due now and say how much it was. Call it some ten times a second."""
        done: list[Due] = []
        self._mirror.tell(lambda: done.extend(self._from_waitlist()))
        swept = 0
        now = self._parts.clock.monotonic()
        if now >= self._restore_at:
            self._restore_at = now + RESTORE_SECONDS
            self._mirror.tell(self._restore)
        if now >= self._sweep_at or self._mirror.degraded:
            self._sweep_at = now + SWEEP_SECONDS
            self._mirror.tell(self._catch_up)
            swept = self._from_sql() + self._contact.sweep() + self._vigil.look()
        return len(done) + swept

    def _from_waitlist(self) -> list[Due]:
        timers = self._parts.waitlist.timers
        due = timers.due(to_micros(self._parts.clock.now()))
        for item in due:
            self._perform(item.kind, item.subject)
            timers.done(item)
        self._mirror.settle_offers()
        return due

    def _from_sql(self) -> int:
        """What the waitlist has forgotten, being down or new: SQL knows every deadline but a ring's."""
        now = self._parts.clock.now()
        late = now if self._mirror.degraded else now - LATE
        with self._parts.reading() as session:
            rows = select(Reservation.id, Reservation.state).where(
                Reservation.state.in_(OPEN_STATES), Reservation.expires_at <= late
            )
            held = session.execute(rows.order_by(Reservation.expires_at)).all()
            waits = select(QueueEntry.id).where(QueueEntry.state == EntryState.WAITING, QueueEntry.max_wait_at <= late)
            over = list(session.scalars(waits.order_by(QueueEntry.max_wait_at)))
        for reservation_id, state in held:
            wrapping = state == ReservationState.WRAPPING
            self._perform(TimerKind.WRAP if wrapping else TimerKind.HOLD, reservation_id)
        for entry_id in over:
            self._perform(TimerKind.LIMIT, entry_id)
        return len(held) + len(over)

    def _perform(self, kind: TimerKind, subject: str) -> None:
        try:
            match kind:
                case TimerKind.RING:
                    token = self._parts.ids.new("RV")
                    self._parts.waitlist.widen(subject, now=to_micros(self._parts.clock.now()), token=token)
                case TimerKind.LIMIT:
                    self._queue.time_out(subject)
                case TimerKind.OVERFLOW:
                    self._queue.overflow(subject)
                case TimerKind.HOLD:
                    self._reservations.ring_out(subject)
                case TimerKind.WRAP:
                    self._reservations.wrap_up_over(subject)
                case _:
                    assert_never(kind)
        except UnknownRow:
            log.info("timer_without_row", kind=kind, subject=subject)

    def _catch_up(self) -> None:
        self._mirror.catch_up()

    def _restore(self) -> None:
        self._mirror.restore()
