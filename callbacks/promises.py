"""Promises: their table of states, their rows, and the record of every dial."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base, UtcDateTime
from routing.state_table import StateTable


class PromiseState(StrEnum):
    """Where a promise stands."""

    ASKED = "asked"
    WAITING = "waiting"  # keeps the caller's place; comes in line in a moment
    SCHEDULED = "scheduled"  # for a chosen time, or for the next attempt
    DUE = "due"  # in line, as an entry of its own
    DIALLING = "dialling"  # the number is being dialled, for an agent who is held or one who is about to be free
    HOLDING = "holding"  # the customer is on the line and hears music; an agent is about to come
    TALKING = "talking"
    KEPT = "kept"
    GIVEN_UP = "given_up"
    CANCELLED = "cancelled"
    EXPIRED = "expired"  # its window is over


class PromiseEvent(StrEnum):
    """What can happen to it."""

    KEEP_PLACE = "keep place"
    SCHEDULE = "schedule"
    FALL_DUE = "fall due"
    DIAL = "dial"
    DIAL_AHEAD = "dial ahead"  # the customer first, since an agent is free or about to be
    CONFIRM = "confirm"  # the customer dialled ahead wants to be connected
    NOBODY_CAME = "nobody came"
    ANSWER = "answer"
    KEEP = "keep"
    RETRY = "retry"
    LOSE_AGENT = "lose agent"
    GIVE_UP = "give up"
    CANCEL = "cancel"
    EXPIRE = "expire"


_S, _E = PromiseState, PromiseEvent

PROMISE_TABLE: StateTable[PromiseState, PromiseEvent] = StateTable(
    "promise",
    _S.ASKED,
    {
        (_S.ASKED, _E.KEEP_PLACE): _S.WAITING,
        (_S.ASKED, _E.SCHEDULE): _S.SCHEDULED,
        (_S.WAITING, _E.FALL_DUE): _S.DUE,
        (_S.WAITING, _E.SCHEDULE): _S.SCHEDULED,
        (_S.WAITING, _E.CANCEL): _S.CANCELLED,
        (_S.WAITING, _E.GIVE_UP): _S.GIVEN_UP,
        (_S.SCHEDULED, _E.FALL_DUE): _S.DUE,
        (_S.SCHEDULED, _E.SCHEDULE): _S.SCHEDULED,
        (_S.SCHEDULED, _E.CANCEL): _S.CANCELLED,
        (_S.SCHEDULED, _E.GIVE_UP): _S.GIVEN_UP,
        (_S.DUE, _E.DIAL): _S.DIALLING,
        (_S.DUE, _E.SCHEDULE): _S.SCHEDULED,
        (_S.DUE, _E.CANCEL): _S.CANCELLED,
        (_S.DUE, _E.GIVE_UP): _S.GIVEN_UP,
        (_S.DIALLING, _E.ANSWER): _S.TALKING,
        (_S.DIALLING, _E.RETRY): _S.SCHEDULED,
        (_S.DIALLING, _E.LOSE_AGENT): _S.DUE,
        (_S.DIALLING, _E.GIVE_UP): _S.GIVEN_UP,
        (_S.WAITING, _E.DIAL_AHEAD): _S.DIALLING,
        (_S.SCHEDULED, _E.DIAL_AHEAD): _S.DIALLING,
        (_S.DIALLING, _E.CONFIRM): _S.HOLDING,
        (_S.HOLDING, _E.ANSWER): _S.TALKING,
        (_S.HOLDING, _E.NOBODY_CAME): _S.DUE,
        (_S.HOLDING, _E.RETRY): _S.SCHEDULED,
        (_S.HOLDING, _E.GIVE_UP): _S.GIVEN_UP,
        (_S.WAITING, _E.EXPIRE): _S.EXPIRED,
        (_S.SCHEDULED, _E.EXPIRE): _S.EXPIRED,
        (_S.DUE, _E.EXPIRE): _S.EXPIRED,
        (_S.DIALLING, _E.EXPIRE): _S.EXPIRED,
        (_S.TALKING, _E.KEEP): _S.KEPT,
    },
)
OPEN_STATES = tuple(state for state in PromiseState if not PROMISE_TABLE.is_final(state))
ABIDING_STATES = (_S.WAITING, _S.SCHEDULED)
_OPEN = text("state NOT IN ('kept', 'given_up', 'cancelled', 'expired')")


class Why(StrEnum):
    """What led to a promise."""

    WAITING = "waiting"  # offered to a caller who waited in line
    FLOW = "flow"  # asked for elsewhere in a flow: closed, full, nobody there
    AGENT = "agent"  # an agent owes it
    ABANDONED = "abandoned"  # the caller hung up while waiting
    MESSAGE = "message"  # asked for by text message


class Promise(Base):
    """One owed callback. The database itself refuses a second open one for a number and queue.

    `place` is the virtual arrival it keeps; `due_at` is when it comes in line; `lease_until` is until when whoever
    dials may be believed to be alive. `zone` is the clock by which the customer was told the time. A time chosen in a
    queue whose times have room for so many holds a `seat` of the span that begins at `slot_at`: the database refuses
    the same seat twice. `line` is our number of which the customer knows; `owner` the agent who calls, else anyone.
    After `expires_at` (set when it first comes in line) it is not called any more; at `advanced_at` it was brought to
    the front, since it was about to be late.
    """

    __tablename__ = "promises"
    __table_args__ = (
        Index(
            "uq_promises_open_number_queue", "number", "queue", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
        Index(
            "uq_promises_open_seat",
            "queue",
            "slot_at",
            "seat",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_promises_state_due_at", "state", "due_at"),
    )

    id: Mapped[str] = mapped_column(String(34), primary_key=True)
    call_id: Mapped[str | None] = mapped_column(String(34), index=True)
    number: Mapped[str] = mapped_column(String(16), index=True)
    queue: Mapped[str] = mapped_column(String(64))
    needs: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    language: Mapped[str] = mapped_column(String(16), default="en-US")
    state: Mapped[str] = mapped_column(String(16))
    chosen_time: Mapped[bool] = mapped_column(default=False)
    place: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    entry_id: Mapped[str | None] = mapped_column(String(34), index=True)
    last_result: Mapped[str] = mapped_column(String(24), default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    advanced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    zone: Mapped[str] = mapped_column(String(64), default="")
    slot_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seat: Mapped[int | None]
    why: Mapped[str] = mapped_column(String(16), default="")
    waited: Mapped[float] = mapped_column(default=0.0)
    note: Mapped[str] = mapped_column(Text, default="")
    owner: Mapped[str] = mapped_column(String(64), default="")
    asked_by: Mapped[str] = mapped_column(String(64), default="")
    line: Mapped[str] = mapped_column(String(64), default="")


class DialResult(StrEnum):
    """How a dial ended."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    NOT_CONFIRMED = "not_confirmed"  # somebody or some machine answered, and nobody pressed 1
    MACHINE = "machine"  # an answering machine, or a fax
    INVALID = "invalid"  # the carrier says that this number cannot be called
    HUNG_UP = "hung_up"  # the customer pressed 1 and left before an agent came
    STOPPED = "stopped"  # the customer asked never to be called
    NOBODY = "nobody"  # the customer waited on the line and no agent came
    AGENT_LOST = "agent_lost"
    NOT_MADE = "not_made"  # recorded, but the carrier never heard of it
    UNKNOWN = "unknown"  # whoever dialled is gone, and the carrier cannot say either


class DialAttempt(Base):
    """One dial, recorded before it was made. `id` is our key at the carrier: promise and number of the attempt.

    `reservation_id` is that of the agent who is held; empty while the customer is dialled ahead of an agent.
    `dial_at` is the dial's turn at the carrier; `tried_at` is when somebody last set out to make it: while it is empty
    the carrier cannot know of the dial, and whoever changes it from what he saw is the only one who dials.
    """

    __tablename__ = "dial_attempts"
    __table_args__ = (UniqueConstraint("promise_id", "attempt", name="uq_dial_attempts_promise_attempt"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    promise_id: Mapped[str] = mapped_column(ForeignKey("promises.id"), index=True)
    attempt: Mapped[int]
    number: Mapped[str] = mapped_column(String(16), index=True)
    reservation_id: Mapped[str] = mapped_column(String(34), index=True)
    carrier_sid: Mapped[str | None] = mapped_column(String(34))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    dial_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    result: Mapped[str] = mapped_column(String(24), default="")
