"""The one door to reviews: begun, answered, submitted, taken back, discarded, acknowledged. Each step is noted.

Functions take the open transaction; what is refused changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from call_flows.scorecards import Scorecard
from console.review.quality.automatic import answer_by_itself
from console.review.quality.facts import agents_of, facts_of
from console.review.quality.rows import Review, ReviewAnswer
from console.review.quality.scoring import check_answer, passes, score
from console.review.quality.states import REVIEW_TABLE, ReviewEvent, ReviewState
from foundation.audit import record_access
from foundation.calls import Call, CallStatus
from foundation.errors import CallwrightError, Problem
from foundation.ids import IdSource

LONGEST = 2000


class ReviewRefused(CallwrightError):
    """The review cannot be begun or submitted as it is: the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is reviewed, and by what: the call, whose part of it, the scorecard and the site version it is of."""

    call: Call
    agent_id: str
    card: Scorecard
    version: str
    calibration_id: str = ""


def begin(session: Session, ids: IdSource, subject: Subject, *, reviewer: str, now: datetime) -> Review:
    """Begin a review, with the answers that give themselves. A draft of the same is gone on with."""
    _may_be_reviewed(session, subject)
    known = session.scalar(_same(subject, reviewer))
    if known is not None:
        return known
    made = Review(
        id=ids.new("QR"),
        call_id=subject.call.id,
        agent_id=subject.agent_id,
        reviewer=reviewer,
        scorecard=str(subject.card.scorecard),
        site_version=subject.version,
        calibration_id=subject.calibration_id,
        state=ReviewState.DRAFT,
        begun_at=now,
    )
    session.add(made)
    session.flush()
    for found in answer_by_itself(subject.card, facts_of(session, subject.call, subject.agent_id)):
        own = {"found": found.answer, "why": found.why[:200], "at_seconds": found.at_seconds}
        session.add(ReviewAnswer(review_id=made.id, question=found.question, answer=found.answer, **own))
    record_access(session, who=reviewer, what="review begun", subject=made.id, at=now)
    return made


def locked(session: Session, review_id: str) -> Review | None:
    """The review, held until the transaction ends."""
    return session.get(Review, review_id, with_for_update=True, populate_existing=True)


def answers_of(session: Session, review_id: str) -> dict[str, ReviewAnswer]:
    """Every answer so far, by question."""
    rows = session.scalars(select(ReviewAnswer).where(ReviewAnswer.review_id == review_id))
    return {row.question: row for row in rows}


def given(answers: dict[str, ReviewAnswer]) -> dict[str, str]:
    """The answers alone, without questions that have only a comment."""
    return {name: row.answer for name, row in answers.items() if row.answer}


def answer(session: Session, review: Review, card: Scorecard, question: str, *, chosen: str, comment: str) -> None:
    """Keep the answer and the comment to one question. Raises AnswerRefused and MoveRefused."""
    REVIEW_TABLE.after(ReviewState(review.state), ReviewEvent.ANSWER)
    if chosen or card.question(question) is None:
        check_answer(card, question, chosen)
    row = session.get(ReviewAnswer, (review.id, question))
    if row is None:
        row = ReviewAnswer(review_id=review.id, question=question)
        session.add(row)
    row.answer, row.comment = chosen or row.answer or "", comment.strip()[:LONGEST]


def submit(session: Session, review: Review, card: Scorecard, *, summary: str, now: datetime) -> None:
    """Give it to the agent, or to the calibration. Raises ReviewRefused while a question has no answer."""
    after = REVIEW_TABLE.after(ReviewState(review.state), ReviewEvent.SUBMIT)
    found = score(card, given(answers_of(session, review.id)))
    if found.unanswered:
        asked = [one.ask for one in card.questions() if one.question in found.unanswered]
        what = f"{len(asked)} question{'' if len(asked) == 1 else 's'} without an answer."
        raise ReviewRefused(Problem("review_open", what, todo=f"Answer: {asked[0]}"))
    review.state, review.submitted_at = after, now
    review.score, review.passed = found.points, passes(card, found.points)
    review.summary = summary.strip()[:LONGEST]
    record_access(session, who=review.reviewer, what="review submitted", subject=review.id, at=now)


def take_back(session: Session, review: Review, *, now: datetime) -> None:
    """Back to a draft, to be mended: the agent sees it no more until it is submitted again."""
    review.state = REVIEW_TABLE.after(ReviewState(review.state), ReviewEvent.TAKE_BACK)
    review.score, review.passed, review.submitted_at = None, None, None
    record_access(session, who=review.reviewer, what="review taken back", subject=review.id, at=now)


def discard(session: Session, review: Review, *, now: datetime) -> None:
    """A draft that is not to be; it stays in the tables, and on no page."""
    review.state = REVIEW_TABLE.after(ReviewState(review.state), ReviewEvent.DISCARD)
    record_access(session, who=review.reviewer, what="review discarded", subject=review.id, at=now)


def acknowledge(session: Session, review: Review, *, reply: str, who: str, now: datetime) -> None:
    """The agent has read it, and may say something to it. Said again, nothing changes."""
    if review.state == ReviewState.ACKNOWLEDGED:
        return
    review.state = REVIEW_TABLE.after(ReviewState(review.state), ReviewEvent.ACKNOWLEDGE)
    review.acknowledged_at, review.reply = now, reply.strip()[:LONGEST]
    record_access(session, who=who, what="review acknowledged", subject=review.id, at=now)


def _may_be_reviewed(session: Session, subject: Subject) -> None:
    if not CallStatus(subject.call.status).is_over:
        raise ReviewRefused(Problem("call_on", "The call is still on.", todo="Review it when it has ended."))
    if subject.agent_id not in dict(agents_of(session, subject.call)):
        what = "This agent did not talk on the call."
        raise ReviewRefused(Problem("not_on_call", what, todo="Choose an agent who did."))


def _same(subject: Subject, reviewer: str) -> Select[Review]:
    mine = select(Review).where(
        Review.call_id == subject.call.id,
        Review.agent_id == subject.agent_id,
        Review.scorecard == str(subject.card.scorecard),
        Review.reviewer == reviewer,
        Review.calibration_id == subject.calibration_id,
    )
    if subject.calibration_id:  # once each: what was submitted is gone back to, not begun anew
        return mine.where(Review.state != ReviewState.DISCARDED).limit(1)
    return mine.where(Review.state == ReviewState.DRAFT)
