"""Orders to the carrier that must not be lost: owed in the step's transaction, given right after it, repeated."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from foundation.clock import Clock
from foundation.db import Database
from foundation.ids import IdSource
from foundation.logs import get_logger
from foundation.outbox import drain, put
from ivr.carrier import Carrier, CarrierRefused

log = get_logger(__name__)
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
            RECORDING: lambda order: self._ask(lambda: carrier.recording(order["call_sid"], order["order"]), order),
            REDIRECT: lambda order: self._ask(lambda: carrier.redirect(order["call_sid"], order["url"]), order),
            HANG_UP: lambda order: self._ask(lambda: carrier.hang_up(order["call_sid"]), order),
        }

    def _ask(self, order: Callable[[], None], payload: dict[str, Any]) -> None:
        try:
            order()
        except CarrierRefused as refused:
            log.warning("carrier_refused", call_sid=payload["call_sid"], code=refused.problem.code)
