"""Legal holds: a call that nobody may delete, whatever the rules of keeping or a person's wish say, until released."""

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.audit import record_access
from foundation.calls import Call
from foundation.db import Base, UtcDateTime

HELD, RELEASED = "call.held", "call.released"


class LegalHold(Base):
    """A call that is held: the row is there while it is."""

    __tablename__ = "legal_holds"

    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    why: Mapped[str] = mapped_column(String(200))
    who: Mapped[str] = mapped_column(String(64))
    since: Mapped[datetime] = mapped_column(UtcDateTime)


def hold(session: Session, call_id: str, *, why: str, who: str, at: datetime) -> bool:
    """Hold the call, noted in the audit; False when it is held already: the first reason stays."""
    if session.get(LegalHold, call_id) is not None:
        return False
    session.add(LegalHold(call_id=call_id, why=why, who=who, since=at))
    record_access(session, who=who, what=HELD, subject=call_id, at=at)
    return True


def release(session: Session, call_id: str, *, who: str, at: datetime) -> bool:
    """Let the call go, noted in the audit; False when it was not held."""
    row = session.get(LegalHold, call_id)
    if row is None:
        return False
    session.delete(row)
    session.flush()
    record_access(session, who=who, what=RELEASED, subject=call_id, at=at)
    return True


def holds(session: Session) -> list[LegalHold]:
    """Every hold, the oldest first."""
    return list(session.scalars(select(LegalHold).order_by(LegalHold.since, LegalHold.call_id)))


def not_held() -> ColumnElement[bool]:
    """The condition on calls that nobody holds them."""
    return Call.id.not_in(select(LegalHold.call_id))
