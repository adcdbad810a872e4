"""The carrier takes so many new calls a second: each dial gets its turn, in one row that all processes share."""

from datetime import datetime, timedelta

from sqlalchemy import String
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.db import Base, UtcDateTime

CARRIER = "carrier"
LONGEST_LINE = timedelta(seconds=60)
"""No line for the carrier is longer: a row that says so was written by a clock that has been set back since."""


class DialPace(Base):
    """From when on the carrier takes another call."""

    __tablename__ = "dial_pace"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    free_at: Mapped[datetime] = mapped_column(UtcDateTime)


def next_turn(session: Session, *, now: datetime, per_second: float) -> datetime:
    """The moment of the next dial's turn, as things stand; nothing is taken. `per_second` 0: no limit."""
    row = session.get(DialPace, CARRIER) if per_second > 0 else None
    return now if row is None else _free(row, now)


def take_turn(session: Session, *, now: datetime, per_second: float) -> datetime:
    """Take the next dial's turn, in the transaction that records the dial."""
    if per_second <= 0:
        return now
    row = session.get(DialPace, CARRIER, with_for_update=True, populate_existing=True) or _begun(session, now)
    turn = _free(row, now)
    row.free_at = turn + timedelta(seconds=1 / per_second)
    return turn


def _free(row: DialPace, now: datetime) -> datetime:
    return max(now, row.free_at) if row.free_at <= now + LONGEST_LINE else now


def _begun(session: Session, now: datetime) -> DialPace:
    try:
        with session.begin_nested():
            session.add(DialPace(name=CARRIER, free_at=now))
    except IntegrityError:
        pass  # another process has begun it in the same moment
    return session.get_one(DialPace, CARRIER, with_for_update=True, populate_existing=True)
