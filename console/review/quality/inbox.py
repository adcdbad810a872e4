"""The place of what an agent is told: reviews to acknowledge, and coaching notes to read."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.review.quality.reading import notes_shown, read_reviews
from console.review.quality.rows import CoachingNote, Review
from console.review.quality.shown import NoteShown, ReviewShown
from console.review.quality.states import ReviewState
from console.review.quality.viewing import DONE, Viewer
from console.services import Services

MOST_NOTES = 200


@dataclass(frozen=True, slots=True)
class Inbox:
    """All of it: what is new comes first."""

    reviews: tuple[ReviewShown, ...]
    notes: tuple[NoteShown, ...]
    mean: float | None
    """The mean score of the reviews that have one."""


def read_inbox(session: Session, here: Services, who: Viewer) -> Inbox:
    """What this agent was told."""
    mine = (Review.agent_id == who.agent_id, Review.state.in_(DONE), Review.calibration_id == "")
    reviews = sorted(read_reviews(session, here, who, *mine), key=lambda one: one.row.state != ReviewState.SUBMITTED)
    rows = select(CoachingNote).where(CoachingNote.agent_id == who.agent_id, CoachingNote.withdrawn_at.is_(None))
    newest = rows.order_by(CoachingNote.read_at.is_not(None), CoachingNote.written_at.desc())
    scores = [one.row.score for one in reviews if one.row.score is not None]
    return Inbox(
        reviews=tuple(reviews),
        notes=tuple(notes_shown(session, session.scalars(newest.limit(MOST_NOTES)), who)),
        mean=sum(scores) / len(scores) if scores else None,
    )


def count_new(session: Session, agent_id: str) -> int:
    """How many reviews wait for the agent's word, and notes for being read."""
    reviews = select(func.count()).where(
        Review.agent_id == agent_id, Review.state == ReviewState.SUBMITTED, Review.calibration_id == ""
    )
    notes = select(func.count()).where(
        CoachingNote.agent_id == agent_id, CoachingNote.read_at.is_(None), CoachingNote.withdrawn_at.is_(None)
    )
    return (session.scalar(reviews) or 0) + (session.scalar(notes) or 0)
