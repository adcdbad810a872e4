"""What is known of a caller before he waits: who talked with him last, and the place he lost when the call dropped."""

from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from foundation.calls import Call, Direction
from routing.entries import EntryKind, Outcome, QueueEntry
from routing.reservations import Reservation

LOST = (Outcome.ABANDONED, Outcome.SHORT_ABANDON, Outcome.FAILED)
"""Ends of a wait after which the place may be taken up again: the call was gone, whoever's fault it was."""


def number_of(session: Session, call_id: str | None) -> str:
    """The outside party's number; empty when it is withheld or there is no such call."""
    call = session.get(Call, call_id) if call_id else None
    if call is None:
        return ""
    return call.caller if call.direction != Direction.OUTBOUND else call.dialled


def last_agent(session: Session, number: str, *, since: datetime) -> str:
    """The agent who last talked with that number, in any queue; empty when nobody has since then."""
    if not number:
        return ""
    theirs = or_(
        and_(Call.direction != Direction.OUTBOUND, Call.caller == number),
        and_(Call.direction == Direction.OUTBOUND, Call.dialled == number),
    )
    talked = (
        select(Reservation.agent_id)
        .join(QueueEntry, QueueEntry.id == Reservation.entry_id)
        .join(Call, Call.id == QueueEntry.call_id)
        .where(theirs, Reservation.connected_at >= since)
        .order_by(Reservation.connected_at.desc())
    )
    return session.scalars(talked.limit(1)).first() or ""


def lost_entry(session: Session, number: str, queue: str, *, since: datetime) -> QueueEntry | None:
    """The latest wait of that number in the queue, if the call was lost in it since then.

    A place is taken up once: who comes at the same moment waits for the row, and finds that it is no longer the latest.
    """
    if not number:
        return None
    waits = (
        select(QueueEntry)
        .join(Call, Call.id == QueueEntry.call_id)
        .where(Call.caller == number, QueueEntry.first_queue == queue, QueueEntry.kind == EntryKind.CALL)
        .order_by(QueueEntry.arrived_at.desc(), QueueEntry.id.desc())
    )
    with session.no_autoflush:
        latest = session.scalars(waits.limit(1)).first()
        if latest is None or latest.outcome not in LOST or latest.left_at is None or latest.left_at < since:
            return None
        session.get_one(QueueEntry, latest.id, with_for_update=True)
        return latest if session.scalars(waits.limit(1)).first() is latest else None


def earlier_place(session: Session, call_id: str | None) -> datetime | None:
    """The place of the call's latest wait, in whatever queue and however it ended."""
    if call_id is None:
        return None
    waits = select(QueueEntry.place).where(QueueEntry.call_id == call_id, QueueEntry.kind == EntryKind.CALL)
    with session.no_autoflush:
        return session.scalars(waits.order_by(QueueEntry.arrived_at.desc(), QueueEntry.id.desc()).limit(1)).first()
