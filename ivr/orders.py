"""Orders to the carrier that must not be lost: owed in the step's transaction, given right after it, repeated."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.calls import Call
from foundation.clock import Clock
from foundation.db import Database
from foundation.ids import IdSource
from foundation.logs import get_logger
from foundation.outbox import drain, put
from ivr.carrier import Carrier, CarrierRefused, CarrierUnreachable, RecordingOrder
from recordings.recording import discard

log = get_logger(__name__)
NOTHING_RECORDED = frozenset({"20404"})
"""What a carrier says when there is no recording that could be paused."""
RECORDING, REDIRECT, HANG_UP = "carrier.recording", "carrier.redirect", "carrier.hang_up"


class CarrierOrders:
    """Owes and gives orders. What the carrier refuses is noted and done with: asking again would not help."""

    def __init__(self, *, db: Database, clock: Clock, ids: IdSource, carrier: Carrier) -> None:
        self._db = db
        self._clock = clock
        self._ids = ids
        self._carrier = carrier

    def owe(self, session: Session, kind: str, call_sid: str, **details: str) -> None:
        """Owe an order, as part of the transaction."""
        payload = {"call_sid": call_sid, **details}
        put(session, row_id=self._ids.new("OB"), kind=kind, payload=payload, now=self._clock.now())

    def give(self) -> int:
        """Give every order that is due, oldest first; also what the ticker calls."""
        return drain(self._db, self.performers(), self._clock)

    def performers(self) -> dict[str, Callable[[dict[str, Any]], None]]:
        """How each kind of order is given."""
        carrier = self._carrier
        return {
            RECORDING: self._record,
            REDIRECT: lambda order: self._ask(lambda: carrier.redirect(order["call_sid"], order["url"]), order),
            HANG_UP: lambda order: self._ask(lambda: carrier.hang_up(order["call_sid"]), order),
        }

    def _record(self, order: dict[str, Any]) -> None:
        if order["order"] == "paused":
            self._silence(order["call_sid"])
        else:
            self._ask(lambda: self._carrier.recording(order["call_sid"], order["order"]), order)

    def _silence(self, call_sid: str) -> None:
        """What is private is asked next: what cannot be paused is stopped, and what cannot be stopped is not kept.

        It is not tried again later: a pause that comes after the answer would only silence the rest of the call.
        """
        order: RecordingOrder
        for order in ("paused", "stopped"):
            try:
                self._carrier.recording(call_sid, order)
            except CarrierRefused as refused:
                if refused.problem.code in NOTHING_RECORDED:
                    return
                log.warning("recording_not_silenced", call_sid=call_sid, order=order, code=refused.problem.code)
            except CarrierUnreachable as away:
                log.warning("recording_not_silenced", call_sid=call_sid, order=order, code=away.problem.code)
            else:
                return
        with self._db.begin() as session:
            call_id = session.scalar(select(Call.id).where(Call.carrier_sid == call_sid))
            gone = discard(session, call_id or "", problem="not_paused", now=self._clock.now())
        log.error("recording_discarded", call_id=call_id, recordings=gone)

    def _ask(self, order: Callable[[], None], payload: dict[str, Any]) -> None:
        try:
            order()
        except CarrierRefused as refused:
            log.warning("carrier_refused", call_sid=payload["call_sid"], code=refused.problem.code)
