"""The Call, which every trade refers to, and its legs."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base, UtcDateTime


class CallStatus(StrEnum):
    """Where a call stands; the words are Twilio's. Order matters: a call never moves back (`later`)."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    FAILED = "failed"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"

    @property
    def is_over(self) -> bool:
        """Whether nothing more can happen."""
        return _RANK[self] == _OVER

    def may_become(self, other: "CallStatus") -> bool:
        """Whether the news is newer: forward only, and never out of an ended state."""
        return _RANK[other] > _RANK[self]


_OVER = 4
_RANK = {
    CallStatus.QUEUED: 0,
    CallStatus.INITIATED: 1,
    CallStatus.RINGING: 2,
    CallStatus.IN_PROGRESS: 3,
    CallStatus.COMPLETED: _OVER,
    CallStatus.BUSY: _OVER,
    CallStatus.FAILED: _OVER,
    CallStatus.NO_ANSWER: _OVER,
    CallStatus.CANCELED: _OVER,
}


class Direction(StrEnum):
    """Who began the call."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class LegKind(StrEnum):
    """Who is on a leg."""

    CALLER = "caller"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    OTHER = "other"


class Call(Base):
    """One conversation with an outside party, from arrival to end.

    `caller` and `dialled` are E.164 or empty; `consent` is None until the caller was told of the recording.
    """

    __tablename__ = "calls"

    id: Mapped[str] = mapped_column(String(34), primary_key=True)
    carrier_sid: Mapped[str | None] = mapped_column(String(34), unique=True)
    direction: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))
    caller: Mapped[str] = mapped_column(String(64), default="", index=True)
    dialled: Mapped[str] = mapped_column(String(64), default="")
    caller_name: Mapped[str] = mapped_column(String(120), default="")
    language: Mapped[str] = mapped_column(String(16), default="en-US")
    site: Mapped[str] = mapped_column(String(64), default="")
    flow: Mapped[str] = mapped_column(String(64), default="")
    flow_version: Mapped[str] = mapped_column(String(64), default="")
    queue: Mapped[str] = mapped_column(String(64), default="")
    agent_id: Mapped[str | None] = mapped_column(String(64), index=True)
    outcome: Mapped[str] = mapped_column(String(32), default="")
    disposition: Mapped[str] = mapped_column(String(64), default="")
    consent: Mapped[bool | None]
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Leg(Base):
    """One connection of a call: the caller, an agent, a supervisor."""

    __tablename__ = "legs"

    id: Mapped[str] = mapped_column(String(34), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    carrier_sid: Mapped[str | None] = mapped_column(String(34), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    agent_id: Mapped[str | None] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
