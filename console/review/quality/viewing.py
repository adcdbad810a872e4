"""The place of who sees which review: an agent the submitted ones of their own, a reviewer own drafts and what is done.

While a calibration is open, its reviewers see nothing of each other.
"""

from dataclasses import dataclass

from flask_login import current_user
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from console.access import may
from console.review.quality.rows import Calibration, CoachingNote, Review
from console.review.quality.states import ReviewState

DONE = (ReviewState.SUBMITTED, ReviewState.ACKNOWLEDGED)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: their login, the agent they are if any, and whether they may review."""

    login: str
    agent_id: str
    reviews: bool


def viewer() -> Viewer:
    """Whoever asks."""
    return Viewer(current_user.login, current_user.agent_id or "", may(current_user.role, "quality.page"))


def visible(who: Viewer) -> ColumnElement[bool]:
    """The reviews this person may see."""
    told = and_(Review.state.in_(DONE), Review.calibration_id == "", Review.agent_id == who.agent_id)
    if not who.reviews:
        return told if who.agent_id else Review.id.is_(None)
    closed = select(Calibration.id).where(Calibration.closed_at.is_not(None))
    others = and_(Review.state.in_(DONE), or_(Review.calibration_id == "", Review.calibration_id.in_(closed)))
    own = and_(Review.reviewer == who.login, Review.state != ReviewState.DISCARDED)
    return or_(own, others)


def find_review(session: Session, review_id: str, who: Viewer) -> Review | None:
    """The review, if there is such a one and this person may see it."""
    return session.scalar(select(Review).where(Review.id == review_id, visible(who)))


def may_see_note(note: CoachingNote, who: Viewer) -> bool:
    """A note is for its agent, and for who reviews."""
    return who.reviews or (bool(who.agent_id) and note.agent_id == who.agent_id)
