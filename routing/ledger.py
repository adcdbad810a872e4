"""The day's tallies, kept: what is settled is counted once, and only the last minutes are read at every look."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from threading import Lock

from sqlalchemy.orm import Session

from routing.history import read_records
from routing.metrics import Tallies

SETTLED = timedelta(minutes=2)
"""After this nothing is written any more that bears an earlier moment: no transaction takes so long."""
MOMENT = timedelta(microseconds=1)


class Ledger:
    """Counts from one start on, for one set of aims; another start or other aims begin anew. For many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._key: tuple[datetime, Mapping[str, float]] | None = None
        self._until = datetime.max.replace(tzinfo=UTC)
        self._settled = Tallies()

    def since(self, session: Session, start: datetime, now: datetime, within: Mapping[str, float]) -> Tallies:
        """Everything from `start` to this moment; `within` is each queue's aim in seconds."""
        with self._lock:
            if self._key != (start, within) or now < self._until:
                self._key, self._until, self._settled = (start, dict(within)), start, Tallies()
            latest = read_records(session, self._until, now)
            settled = max(self._until, now - SETTLED)
            self._settled.count(latest.within(self._until, settled), within)
            self._until = settled
            fresh = Tallies().count(latest.within(settled, now + MOMENT), within)
            return fresh.add(self._settled)
