"""The tables of a running call: where it stands, what happened to it, and the versions of the site it may be on."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base, UtcDateTime


class CallSession(Base):
    """Where one call stands. `revision` counts the steps of the flow, `turn` those of the hold flow within a wait.

    `document` is what the caller hears now. Both counters are compared when a step is written: of two who step the
    same state, one wins and the other answers with the winner's document.
    """

    __tablename__ = "call_sessions"

    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    revision: Mapped[int]
    turn: Mapped[int] = mapped_column(default=0)
    site_version: Mapped[str] = mapped_column(String(64))
    state: Mapped[dict[str, Any]] = mapped_column(JSON)
    line: Mapped[dict[str, Any]] = mapped_column(JSON)
    document: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CallEvent(Base):
    """One thing that happened to a call, in the order of `seq`; private keys and words are masked.

    `step` names the webhook that brought it ("3/gathered"), once a call; `answer` is the document it was answered with,
    so that the same webhook again gets the same answer.
    """

    __tablename__ = "call_events"
    __table_args__ = (UniqueConstraint("call_id", "step", name="uq_call_events_step"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"))
    kind: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    step: Mapped[str | None] = mapped_column(String(48))
    answer: Mapped[str | None] = mapped_column(Text)


class SiteVersion(Base):
    """One version of a site as text, by the hash of its content: kept for the calls on it, replays and the way back."""

    __tablename__ = "site_versions"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    site: Mapped[str] = mapped_column(String(64))
    texts: Mapped[dict[str, str]] = mapped_column(JSON)
    folder: Mapped[str] = mapped_column(String(400))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SiteRelease(Base):
    """One decision about the version that new calls begin on; the newest holds, none is ever changed.

    Callers whose hash falls within `share` (of 10,000) begin on `version`, the others on `beside`. `folder` is where
    the version was taken from; empty when an earlier one was chosen again.
    """

    __tablename__ = "site_releases"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    act: Mapped[str] = mapped_column(String(16))
    who: Mapped[str] = mapped_column(String(64))
    why: Mapped[str] = mapped_column(String(400))
    version: Mapped[str] = mapped_column(String(64))
    share: Mapped[int]
    beside: Mapped[str | None] = mapped_column(String(64))
    folder: Mapped[str] = mapped_column(String(400))


class SiteRefusal(Base):
    """Why the files of a folder, as they stand, are not live; there is none when they are in order."""

    __tablename__ = "site_refusals"

    folder: Mapped[str] = mapped_column(String(400), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    problems: Mapped[list[str]] = mapped_column(JSON)


class Meeting(Base):
    """A caller and an agent being brought together: one a reservation, made before the agent's leg is dialled.

    `state` is a value of `ivr.meetings.MeetingState`. For a callback, `promise_id` is set and the customer is dialled
    once the agent is there.
    """

    __tablename__ = "meetings"

    reservation_id: Mapped[str] = mapped_column(String(34), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    entry_id: Mapped[str] = mapped_column(String(34))
    agent_id: Mapped[str] = mapped_column(String(64))
    promise_id: Mapped[str | None] = mapped_column(String(34), index=True)
    state: Mapped[str] = mapped_column(String(16))
    leg_id: Mapped[str] = mapped_column(String(34), unique=True)
    agent_sid: Mapped[str | None] = mapped_column(String(34))
    caller_sid: Mapped[str | None] = mapped_column(String(34))
    agent_in: Mapped[bool] = mapped_column(default=False)
    caller_in: Mapped[bool] = mapped_column(default=False)
    document: Mapped[str | None] = mapped_column(Text)
    caller_document: Mapped[str | None] = mapped_column(Text)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    connected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
