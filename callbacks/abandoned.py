"""Callers who hung up while waiting: who of them is called back or written to, once."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base, UtcDateTime


class AbandonedCall(Base):
    """What was decided about a caller who hung up: `call`, `sms`, or why neither. Decided once an entry."""

    __tablename__ = "abandoned_calls"

    entry_id: Mapped[str] = mapped_column(String(34), primary_key=True)
    number: Mapped[str] = mapped_column(String(64), index=True)
    line: Mapped[str] = mapped_column(String(64), default="")
    queue: Mapped[str] = mapped_column(String(64))
    call_id: Mapped[str] = mapped_column(String(34), default="")
    language: Mapped[str] = mapped_column(String(16), default="en-US")
    decided: Mapped[str] = mapped_column(String(24))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    promise_id: Mapped[str | None] = mapped_column(String(34))
