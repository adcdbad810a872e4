"""Reservations: an agent held for a caller. Their table (TaskRouter's eight states) and their rows."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base, UtcDateTime
from routing.state_table import StateTable


class ReservationState(StrEnum):
    """Where a reservation stands."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    RESCINDED = "rescinded"
    WRAPPING = "wrapping"
    COMPLETED = "completed"


class ReservationEvent(StrEnum):
    """What can happen to it."""

    ACCEPT = "accept"
    REJECT = "reject"
    RING_OUT = "ring out"
    CALLER_LEFT = "caller left"
    RESCIND = "rescind"
    WRAP_UP = "wrap up"
    COMPLETE = "complete"


_S, _E = ReservationState, ReservationEvent

RESERVATION_TABLE: StateTable[ReservationState, ReservationEvent] = StateTable(
    "reservation",
    _S.PENDING,
    {
        (_S.PENDING, _E.ACCEPT): _S.ACCEPTED,
        (_S.PENDING, _E.REJECT): _S.REJECTED,
        (_S.PENDING, _E.RING_OUT): _S.TIMEOUT,
        (_S.PENDING, _E.CALLER_LEFT): _S.CANCELLED,
        (_S.PENDING, _E.RESCIND): _S.RESCINDED,
        (_S.ACCEPTED, _E.CALLER_LEFT): _S.CANCELLED,
        (_S.ACCEPTED, _E.RESCIND): _S.RESCINDED,
        (_S.ACCEPTED, _E.WRAP_UP): _S.WRAPPING,
        (_S.ACCEPTED, _E.COMPLETE): _S.COMPLETED,
        (_S.WRAPPING, _E.COMPLETE): _S.COMPLETED,
    },
)
OPEN_STATES = (_S.PENDING, _S.ACCEPTED, _S.WRAPPING)
HOLDING_STATES = (_S.PENDING, _S.ACCEPTED)
_OPEN = text("state IN ('pending', 'accepted', 'wrapping')")
_HOLDING = text("state IN ('pending', 'accepted')")


class Reservation(Base):
    """One agent held for one caller. The database itself refuses a second open one for either.

    `fence` grows with every hold of the site. `expires_at` is when ringing or wrap-up ends by itself.
    """

    __tablename__ = "reservations"
    __table_args__ = (
        Index("uq_reservations_open_agent", "agent_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("uq_reservations_open_entry", "entry_id", unique=True, sqlite_where=_HOLDING, postgresql_where=_HOLDING),
        Index("ix_reservations_state_expires_at", "state", "expires_at"),
    )

    id: Mapped[str] = mapped_column(String(34), primary_key=True)
    entry_id: Mapped[str] = mapped_column(ForeignKey("queue_entries.id"), index=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id"), index=True)
    queue: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[str] = mapped_column(String(16))
    fence: Mapped[int] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    connected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hung_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    reason: Mapped[str] = mapped_column(String(120), default="")
    disposition: Mapped[str] = mapped_column(String(64), default="")
    notes: Mapped[str] = mapped_column(String(2000), default="")
