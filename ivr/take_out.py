"""Taking a caller out of the carrier's queue when routing says that the wait is over."""

from foundation.logs import get_logger
from ivr.deps import IvrDeps
from ivr.orders import REDIRECT, CarrierOrders
from ivr.store import SessionStore
from routing.news import EntryTimedOut

log = get_logger(__name__)


class QueueExit:
    """Fetches a caller whose longest wait is over; the flow goes on at the queue's `timed_out`."""

    def __init__(self, deps: IvrDeps) -> None:
        self._deps = deps
        self._store = SessionStore(deps.db)
        self._orders = CarrierOrders(db=deps.db, clock=deps.clock, ids=deps.ids, carrier=deps.carrier)

    def timed_out(self, news: EntryTimedOut) -> None:
        """Redirect the caller's leg; owed in SQL, so that a carrier out of reach is asked again."""
        call = self._store.load(news.call_id) if news.call_id else None
        if call is None or call.ended or call.line.entry_id != news.entry_id:
            return
        base = self._deps.settings.public_base_url
        url = f"{base}/voice/calls/{call.call_id}/{call.revision}/queued?outcome=timed_out"
        with self._deps.db.begin() as session:
            self._orders.owe(session, REDIRECT, call.carrier_sid, url=url)
        self._orders.give()
