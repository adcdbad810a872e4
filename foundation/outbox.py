"""Side effects that must not be lost: a row in the same transaction, performed after the commit, repeated until done.

The performer must be harmless to repeat: a crash between doing and noting it done means it is done again.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.clock import Clock
from foundation.db import Base, Database, UtcDateTime
from foundation.logs import get_logger

log = get_logger(__name__)
Performer = Callable[[dict[str, Any]], None]
LEASE = timedelta(seconds=20)
LIMIT = 100


class OutboxRow(Base):
    """One side effect owed."""

    __tablename__ = "outbox"

    id: Mapped[str] = mapped_column(String(34), primary_key=True)
    kind: Mapped[str] = mapped_column(String(48))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    last_error: Mapped[str] = mapped_column(String(200), default="")


def put(session: Session, *, row_id: str, kind: str, payload: dict[str, Any], now: datetime) -> None:
    """Owe a side effect, as part of the caller's transaction."""
    session.add(OutboxRow(id=row_id, kind=kind, payload=payload, created_at=now, due_at=now))


def drain(db: Database, performers: Mapping[str, Performer], clock: Clock) -> int:
    """Perform what is due and return how many were done; what fails is tried again later, each time later still."""
    done = 0
    for row in _lease(db, clock, tuple(performers)):
        try:
            performers[row.kind](row.payload)
        except Exception as error:  # noqa: BLE001 - the edge: a job that fails is noted and repeated
            log.warning("outbox_failed", kind=row.kind, row=row.id, attempts=row.attempts, error=type(error).__name__)
            _again(db, row, clock, type(error).__name__)
        else:
            _settle(db, row.id, clock)
            done += 1
    return done


def _lease(db: Database, clock: Clock, kinds: tuple[str, ...]) -> list[OutboxRow]:
    now = clock.now()
    with db.begin() as session:
        due = select(OutboxRow).where(OutboxRow.done_at.is_(None), OutboxRow.due_at <= now, OutboxRow.kind.in_(kinds))
        rows = list(session.scalars(due.order_by(OutboxRow.created_at).limit(LIMIT).with_for_update(skip_locked=True)))
        for row in rows:
            row.due_at, row.attempts = now + LEASE, row.attempts + 1
    return rows


def _again(db: Database, row: OutboxRow, clock: Clock, error: str) -> None:
    wait = timedelta(seconds=min(300, 2**row.attempts))
    with db.begin() as session:
        session.execute(
            update(OutboxRow).where(OutboxRow.id == row.id).values(due_at=clock.now() + wait, last_error=error)
        )


def _settle(db: Database, row_id: str, clock: Clock) -> None:
    with db.begin() as session:
        session.execute(update(OutboxRow).where(OutboxRow.id == row_id).values(done_at=clock.now()))
