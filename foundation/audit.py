"""Who looked at or changed what: rows that are only ever added."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.db import Base, UtcDateTime


class AuditRow(Base):
    """One look or one change: who did what to which subject, and when."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    who: Mapped[str] = mapped_column(String(64))
    what: Mapped[str] = mapped_column(String(48))
    subject: Mapped[str] = mapped_column(String(64), index=True)


def record_access(session: Session, *, who: str, what: str, subject: str, at: datetime) -> None:
    """Note it, in the same transaction as the act itself."""
    session.add(AuditRow(at=at, who=who, what=what, subject=subject))
