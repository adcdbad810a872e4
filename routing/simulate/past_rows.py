"""Past calls from Callwright's own history: queue entries and reservations, read and never changed."""

from collections.abc import Iterator
from datetime import datetime, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from routing.entries import EntryKind, Outcome, QueueEntry
from routing.reservations import Reservation
from routing.simulate.past import PastCall

_GAVE_UP = (Outcome.ABANDONED, Outcome.SHORT_ABANDON)
_AT_THE_DOOR = (Outcome.FULL, Outcome.NOBODY)


def read_history(session: Session, start: datetime, end: datetime, zone: tzinfo) -> list[PastCall]:
    """Every caller's wait that began from `start` to before `end`, by the site's own clock, in order.

    He counts in the queue in which he came. A promise is no caller: his own wait is there already. A call's length is
    conversation and wrap-up; one that is not over yet has none.
    """
    return list(_calls(session, start, end, zone))


def _calls(session: Session, start: datetime, end: datetime, zone: tzinfo) -> Iterator[PastCall]:
    entry, taken = QueueEntry, Reservation
    handled = (taken.entry_id == entry.id) & taken.connected_at.is_not(None) & taken.ended_at.is_not(None)
    columns = (
        entry.queue,
        entry.first_queue,
        entry.outcome,
        entry.arrived_at,
        entry.answered_at,
        entry.left_at,
        taken.connected_at,
        taken.ended_at,
    )
    rows = (
        select(*columns)
        .outerjoin(taken, handled)
        .where(entry.kind == EntryKind.CALL, entry.arrived_at >= start, entry.arrived_at < end)
        .order_by(entry.arrived_at, entry.id)
    )
    for queue, first, outcome, arrived, answered, left, connected, ended in session.execute(rows):
        over = answered or left
        if over is None or (outcome in _AT_THE_DOOR and over == arrived):
            waited = 0.0
        else:
            waited = (over - arrived).total_seconds()
        length = (ended - connected).total_seconds() if connected is not None and ended is not None else None
        yield PastCall(
            first or queue, arrived.astimezone(zone).replace(tzinfo=None), waited, outcome in _GAVE_UP, length
        )
