"""The rows of reconciliation: whose turn it is to look, and what was put right."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.db import Base, Database, UtcDateTime

EVERY = timedelta(seconds=30)
LEASE = timedelta(seconds=120)
"""A round may take so long before another ticker believes that whoever began it has died."""
NAME = "reconcile"
CARRIER = "carrier"
"""The note of a round in which the carrier could not be asked."""


class Round(Base):
    """Who looks: nobody else before `until`. `number` counts the rounds."""

    __tablename__ = "reconcile_rounds"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int]
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(String(64), default="")


class Repair(Base):
    """One thing put right, never altered. `subject` is the id of the call, agent, entry or reservation."""

    __tablename__ = "reconcile_repairs"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was put right, before it is written down."""

    kind: str
    subject: str


def take_turn(db: Database, now: datetime) -> int | None:
    """The number of the round that whoever asks may do now; None while another one's lasts, or it is not yet time.

    A clock that was set back does not stop the rounds.
    """
    try:
        with db.begin() as session:
            row = session.get(Round, NAME, with_for_update=True)
            if row is None:
                session.add(Round(name=NAME, number=1, began_at=now, until=now + LEASE, note=""))
                return 1
            if now < row.until <= now + LEASE:
                return None
            row.number, row.began_at, row.until = row.number + 1, now, now + LEASE
            return row.number
    except IntegrityError:
        return None  # the very first round, begun by two at once


def finish_turn(db: Database, number: int, repairs: Iterable[Repaired], *, now: datetime, note: str) -> None:
    """Write down what was put right, and let the next round come in its time."""
    with db.begin() as session:
        session.add_all(Repair(at=now, kind=repair.kind, subject=repair.subject) for repair in repairs)
        row = session.get(Round, NAME, with_for_update=True)
        if row is not None and row.number == number:
            row.until, row.note = max(now, row.began_at + EVERY), note


def repairs_since(session: Session, since: datetime) -> dict[str, int]:
    """How often each thing was put right."""
    counted = select(Repair.kind, func.count()).where(Repair.at >= since).group_by(Repair.kind).order_by(Repair.kind)
    return {kind: count for kind, count in session.execute(counted)}  # noqa: C416 - a row is not yet a pair to mypy


def last_round(session: Session) -> Round | None:
    """The round that was begun last."""
    return session.get(Round, NAME)
