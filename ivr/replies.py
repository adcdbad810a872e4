"""Text messages that customers send: what each asked for, and what it was answered with, once."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base, UtcDateTime


class ReceivedMessage(Base):
    """One message from a customer. Its words are not kept: only what they asked for, and the answer."""

    __tablename__ = "received_messages"

    carrier_sid: Mapped[str] = mapped_column(String(34), primary_key=True)
    number: Mapped[str] = mapped_column(String(64), index=True)
    wish: Mapped[str] = mapped_column(String(16))
    promise_id: Mapped[str | None] = mapped_column(String(34))
    answer: Mapped[str] = mapped_column(Text, default="")
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
