"""Taking a caller out of the carrier's queue when routing says that the wait is over."""

from foundation.logs import get_logger
from ivr.deps import IvrDeps
from ivr.orders import REDIRECT, CarrierOrders
from ivr.store import SessionStore
from routing.news import EntryTakenOut

log = get_logger(__name__)


class QueueExit:
    """Fetches a caller whose wait has ended from our side; the flow goes on at that exit of the queue."""

    def __init__(self, deps: IvrDeps) -> None:
        self._deps = deps
        self._store = SessionStore(deps.db)
        self._orders = CarrierOrders(db=deps.db, clock=deps.clock, ids=deps.ids, carrier=deps.carrier)

    def take_out(self, news: EntryTakenOut) -> None:
        """Redirect the caller's leg; owed in SQL, so that a carrier out of reach is asked again."""
        call = self._store.load(news.call_id) if news.call_id else None
        if call is None or call.ended or call.line.entry_id != news.entry_id:
            return
        base = self._deps.settings.public_base_url
        url = f"{base}/voice/calls/{call.call_id}/{call.revision}/queued?outcome={news.outcome}"
        with self._deps.db.begin() as session:
            self._orders.owe(session, REDIRECT, call.carrier_sid, url=url)
        self._orders.give()
