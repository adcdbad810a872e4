"""Queue entries: one waiting caller each. Their table and their rows."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base, UtcDateTime
from routing.state_table import StateTable


class EntryState(StrEnum):
    """Where a caller stands."""

    WAITING = "waiting"
    RESERVED = "reserved"
    ANSWERED = "answered"
    LEFT = "left"


class EntryEvent(StrEnum):
    """What can happen to a waiting caller."""

    OFFER = "offer"
    GIVE_BACK = "give back"
    ANSWER = "answer"
    LEAVE = "leave"


class EntryKind(StrEnum):
    """Who stands there: the caller himself, or a promise that keeps his place."""

    CALL = "call"
    CALLBACK = "callback"


class Outcome(StrEnum):
    """How a wait ended."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    SHORT_ABANDON = "short_abandon"
    TIMED_OUT = "timed_out"
    FULL = "full"
    CALLBACK = "callback"  # the caller hung up with a promise that keeps the place
    CLOSED = "closed"
    NOBODY = "nobody"  # no agent was signed in who could have served
    LEFT = "left"  # to something else, by the flow's word
    FAILED = "failed"


_S, _E = EntryState, EntryEvent

ENTRY_TABLE: StateTable[EntryState, EntryEvent] = StateTable(
    "entry",
    _S.WAITING,
    {
        (_S.WAITING, _E.OFFER): _S.RESERVED,
        (_S.WAITING, _E.LEAVE): _S.LEFT,
        (_S.RESERVED, _E.GIVE_BACK): _S.WAITING,
        (_S.RESERVED, _E.ANSWER): _S.ANSWERED,
        (_S.RESERVED, _E.LEAVE): _S.LEFT,
    },
)
IN_LINE = (_S.WAITING, _S.RESERVED)
_CALL_IN_LINE = text("kind = 'call' AND state IN ('waiting', 'reserved')")
_PROMISE_IN_LINE = text("kind = 'callback' AND state IN ('waiting', 'reserved')")


class QueueEntry(Base):
    """One waiting caller; `call_id` refers to the Call. The rings are the ones with which the caller came.

    The database itself refuses a second open entry for a call or a promise.

    `place` is the virtual arrival: arrival less priority credit, or the place a promise has kept.
    Until `alone_until` only the preferred agent is offered the caller; `floor` is a ring that is open without waiting.
    `first_queue` is where the caller came, `overflow_at` when he may go on from there (once); `resumed_from` is the
    lost entry whose place he took up.
    """

    __tablename__ = "queue_entries"
    __table_args__ = (
        Index("ix_queue_entries_queue_state_place", "queue", "state", "place"),
        Index(
            "uq_queue_entries_open_call",
            "call_id",
            unique=True,
            sqlite_where=_CALL_IN_LINE,
            postgresql_where=_CALL_IN_LINE,
        ),
        Index(
            "uq_queue_entries_open_promise",
            "promise_id",
            unique=True,
            sqlite_where=_PROMISE_IN_LINE,
            postgresql_where=_PROMISE_IN_LINE,
        ),
    )

    id: Mapped[str] = mapped_column(String(34), primary_key=True)
    call_id: Mapped[str | None] = mapped_column(String(34), index=True)
    queue: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16), default=EntryKind.CALL)
    promise_id: Mapped[str | None] = mapped_column(String(34), index=True)
    rings: Mapped[list[Any]] = mapped_column(JSON)
    needs: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    priority: Mapped[float] = mapped_column(default=0.0)
    preferred_agent: Mapped[str] = mapped_column(String(64), default="")
    alone_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    floor: Mapped[int] = mapped_column(default=0)
    first_queue: Mapped[str] = mapped_column(String(64), default="")
    overflow_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resumed_from: Mapped[str | None] = mapped_column(String(34))
    ring_time: Mapped[float] = mapped_column(default=20.0)
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    place: Mapped[datetime] = mapped_column(UtcDateTime)
    max_wait_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(16), index=True)
    outcome: Mapped[str] = mapped_column(String(16), default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    revision: Mapped[int] = mapped_column(default=1)

    @property
    def is_in_line(self) -> bool:
        """Whether the caller still waits (an agent's desk may be ringing)."""
        return self.state in IN_LINE
