"""The stretches a caller was on hold: what the measure of a conversation leaves out of its silence."""

from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.db import Base, UtcDateTime


class Hold(Base):
    """One stretch on hold; `ended_at` is None while it lasts, and stays so when the caller hung up in it."""

    __tablename__ = "holds"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def note_hold(session: Session, call_id: str, *, on: bool, now: datetime) -> None:
    """The caller is on hold from now on, or no more. Told again, nothing changes."""
    lasting = session.scalar(select(Hold).where(Hold.call_id == call_id, Hold.ended_at.is_(None)).limit(1))
    if on and lasting is None:
        session.add(Hold(call_id=call_id, began_at=now))
    elif not on and lasting is not None:
        lasting.ended_at = now


def holds_of(session: Session, call_id: str) -> list[Hold]:
    """Every stretch on hold of the call, in order."""
    return list(session.scalars(select(Hold).where(Hold.call_id == call_id).order_by(Hold.began_at, Hold.id)))
