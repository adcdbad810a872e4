"""The one door to calibrations: opened for a call, scored by each unseen, closed and compared."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.access import SCORES
from console.auth.people import User
from console.review.quality.agreement import PAIR
from console.review.quality.reviewing import ReviewRefused, Subject
from console.review.quality.rows import Calibration, Review
from console.review.quality.states import ReviewState
from foundation.audit import record_access
from foundation.errors import Problem
from foundation.ids import IdSource

MOST_REVIEWERS = 20


def open_calibration(
    session: Session, ids: IdSource, subject: Subject, *, reviewers: Sequence[str], expert: str, who: str, now: datetime
) -> Calibration:
    """Ask several reviewers (logins) to score the agent's part of the call. Raises ReviewRefused for fewer than two."""
    asked = sorted({*reviewers, *([expert] if expert else [])})
    known = {person.login for person in scorers(session)}
    if not PAIR <= len(asked) <= MOST_REVIEWERS or not known.issuperset(asked):
        todo = f"Choose from two to {MOST_REVIEWERS} who may review."
        raise ReviewRefused(
            Problem("calibration_reviewers", "These are not the reviewers of a calibration.", todo=todo)
        )
    made = Calibration(
        id=ids.new("QC"),
        call_id=subject.call.id,
        agent_id=subject.agent_id,
        scorecard=str(subject.card.scorecard),
        site_version=subject.version,
        reviewers=asked,
        expert=expert,
        opened_by=who,
        opened_at=now,
    )
    session.add(made)
    record_access(session, who=who, what="calibration opened", subject=made.id, at=now)
    return made


def close_calibration(session: Session, calibration: Calibration, *, who: str, now: datetime) -> None:
    """From now on all see what all have answered. Drafts stay outside. Raises ReviewRefused before two are there."""
    if calibration.closed_at is not None:
        return
    ready = [one for one in reviews_of(session, calibration.id) if one.state == ReviewState.SUBMITTED]
    if len(ready) < PAIR:
        what = f"{len(ready)} of {len(calibration.reviewers)} have submitted: there is nothing to compare."
        raise ReviewRefused(Problem("calibration_open", what, todo="Close it when two have."))
    calibration.closed_at = now
    record_access(session, who=who, what="calibration closed", subject=calibration.id, at=now)


def locked_calibration(session: Session, calibration_id: str) -> Calibration | None:
    """The calibration, held until the transaction ends."""
    return session.get(Calibration, calibration_id, with_for_update=True, populate_existing=True)


def reviews_of(session: Session, calibration_id: str) -> list[Review]:
    """What its reviewers have made so far, but for what was discarded."""
    rows = select(Review).where(Review.calibration_id == calibration_id, Review.state != ReviewState.DISCARDED)
    return list(session.scalars(rows.order_by(Review.reviewer)))


def scorers(session: Session) -> list[User]:
    """Everybody who may review, by name."""
    rows = select(User).where(User.role.in_([role.value for role in SCORES]), User.active)
    return list(session.scalars(rows.order_by(User.name)))
