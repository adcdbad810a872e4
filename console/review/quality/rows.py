"""The tables of quality: reviews with their answers, coaching notes, and calibrations."""

from datetime import datetime

from sqlalchemy import JSON, Float, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from console.review.quality.states import ReviewState
from foundation.db import Base, UtcDateTime

ID_LONGEST = 34
_ALIVE = text("state = 'draft'")


class Calibration(Base):
    """Several reviewers score one call unseen. `expert` is the login of the one the others are compared with, or empty.

    `closed_at` is None while they score; from then on each sees what the others have answered.
    """

    __tablename__ = "quality_calibrations"

    id: Mapped[str] = mapped_column(String(ID_LONGEST), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    agent_id: Mapped[str] = mapped_column(String(64))
    scorecard: Mapped[str] = mapped_column(String(64))
    site_version: Mapped[str] = mapped_column(String(64))
    reviewers: Mapped[list[str]] = mapped_column(JSON, default=list)
    expert: Mapped[str] = mapped_column(String(64), default="")
    opened_by: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Review(Base):
    """One call scored by one reviewer (a login), for one agent. It stays on the site version on which it began.

    `score` is 0 to 100 and set when it is submitted, None then where nothing applied. Of a calibration's reviews the
    agent learns nothing.
    """

    __tablename__ = "quality_reviews"
    __table_args__ = (
        Index(
            "uq_quality_reviews_draft",
            *("call_id", "agent_id", "scorecard", "reviewer", "calibration_id"),
            unique=True,
            sqlite_where=_ALIVE,
            postgresql_where=_ALIVE,
        ),
        Index("ix_quality_reviews_agent_id", "agent_id", "submitted_at"),
    )

    id: Mapped[str] = mapped_column(String(ID_LONGEST), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    agent_id: Mapped[str] = mapped_column(String(64))
    reviewer: Mapped[str] = mapped_column(String(64))
    scorecard: Mapped[str] = mapped_column(String(64))
    site_version: Mapped[str] = mapped_column(String(64))
    calibration_id: Mapped[str] = mapped_column(String(ID_LONGEST), default="")
    state: Mapped[str] = mapped_column(String(16), default=ReviewState.DRAFT)
    score: Mapped[float | None] = mapped_column(Float)
    passed: Mapped[bool | None]
    summary: Mapped[str] = mapped_column(Text, default="")
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reply: Mapped[str] = mapped_column(Text, default="")
    """What the agent wrote when acknowledging."""


class ReviewAnswer(Base):
    """The answer to one question. `found` is what answered it by itself, and is kept when the reviewer says otherwise.

    `at_seconds` is the moment in the transcript it is about, where there is one.
    """

    __tablename__ = "quality_answers"

    review_id: Mapped[str] = mapped_column(ForeignKey("quality_reviews.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(64), primary_key=True)
    answer: Mapped[str] = mapped_column(String(40), default="")
    comment: Mapped[str] = mapped_column(Text, default="")
    found: Mapped[str] = mapped_column(String(40), default="")
    why: Mapped[str] = mapped_column(String(200), default="")
    at_seconds: Mapped[float | None] = mapped_column(Float)


class CoachingNote(Base):
    """What a reviewer wants an agent to hear, tied to a moment of a call: seconds of its transcript and sound."""

    __tablename__ = "coaching_notes"
    __table_args__ = (Index("ix_coaching_notes_agent_id", "agent_id", "written_at"),)

    id: Mapped[str] = mapped_column(String(ID_LONGEST), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    agent_id: Mapped[str] = mapped_column(String(64))
    author: Mapped[str] = mapped_column(String(64))
    at_seconds: Mapped[float] = mapped_column(Float)
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
