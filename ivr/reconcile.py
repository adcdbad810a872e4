"""Reconciliation: every 30 s the present is compared with SQL and with the carrier, and what differs is put right.

Webhooks that never came, rows other hands have touched, a Redis that has forgotten: whoever is gone is gone everywhere
within a minute, and nobody is forgotten. Any number of tickers may ask; one of them does the round.
"""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from foundation.calls import Call, CallStatus
from foundation.errors import CallwrightError
from foundation.logs import get_logger
from ivr.carrier import CarrierRefused, CarrierUnreachable
from ivr.meetings import OPEN_STATES as OPEN_MEETINGS
from ivr.reconcile_carrier import YOUNG, CarrierRound
from ivr.reconcile_rows import CARRIER, Repaired, finish_turn, take_turn
from ivr.tables import Meeting
from ivr.webhooks.house import House
from routing.entries import IN_LINE, EntryKind, Outcome, QueueEntry
from routing.errors import WaitlistDown
from routing.reservations import Reservation, ReservationState

log = get_logger(__name__)
WALL = "wall"
OVER = tuple(status for status in CallStatus if status.is_over)


class Reconciliation:
    """Compares and repairs, in rounds."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._deps = house.deps

    def look(self) -> int | None:
        """Do a round if it is time for one and nobody else does it: how much was put right. None when it is not."""
        number = take_turn(self._deps.db, self._deps.clock.now())
        if number is None:
            return None
        repairs: list[Repaired] = []
        note = ""
        try:
            for repair in self._round(number):
                log.warning("repaired", kind=repair.kind, subject=repair.subject)
                repairs.append(repair)
        except (CarrierUnreachable, CarrierRefused) as error:
            note = CARRIER
            log.warning("carrier_not_compared", code=error.problem.code)
        except (CallwrightError, SQLAlchemyError) as error:
            note = type(error).__name__[:64]
            log.warning("round_broken_off", error=note)
        finally:
            finish_turn(self._deps.db, number, repairs, now=self._deps.clock.now(), note=note)
        if repairs:
            self._deps.live.push(WALL, "repaired", {"count": len(repairs)})
        return len(repairs)

    def _round(self, number: int) -> Iterator[Repaired]:
        """What needs no carrier comes first, and again after it: what the carrier says may leave somebody held."""
        yield from self._waits_over()
        yield from self._talks_over()
        yield from self._rows()
        yield from self._waitlist()
        yield from CarrierRound(self._house, number).look()
        yield from self._rows()

    def _waits_over(self) -> Iterator[Repaired]:
        """Somebody stands in line whose call is over: he has left."""
        with self._deps.db.begin() as session:
            over = select(QueueEntry.id).join(Call, Call.id == QueueEntry.call_id)
            waits = over.where(QueueEntry.kind == EntryKind.CALL, QueueEntry.state.in_(IN_LINE), Call.status.in_(OVER))
            found = session.scalars(waits.order_by(QueueEntry.id)).all()
        for entry_id in found:
            if self._deps.routing.leave(entry_id, Outcome.ABANDONED):
                yield Repaired("wait over", entry_id)

    def _talks_over(self) -> Iterator[Repaired]:
        """An agent is held in a conversation that nobody keeps going: no meeting of it is open."""
        before = self._deps.clock.now() - YOUNG
        with self._deps.db.begin() as session:
            is_open = select(Meeting.reservation_id).where(Meeting.state.in_(OPEN_MEETINGS))
            talks = select(Reservation.id).where(
                Reservation.state == ReservationState.ACCEPTED,
                Reservation.connected_at <= before,
                Reservation.id.not_in(is_open),
            )
            found = session.scalars(talks.order_by(Reservation.id)).all()
        for reservation_id in found:
            if self._deps.routing.ended(reservation_id):
                yield Repaired("talk over", reservation_id)

    def _rows(self) -> Iterator[Repaired]:
        yield from (Repaired(mended.flaw.value, mended.subject) for mended in self._deps.routing.mending.rows())

    def _waitlist(self) -> Iterator[Repaired]:
        try:
            found = self._deps.routing.mending.waitlist()
        except WaitlistDown:
            return  # the wall says so; everything is told as soon as Redis is back
        yield from (Repaired(mended.flaw.value, mended.subject) for mended in found)
