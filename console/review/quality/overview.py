"""The place of what reviewers begin with: own drafts, open calibrations, what was submitted, figures by agent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.review.quality.agreement import agreement
from console.review.quality.calibrating import reviews_of
from console.review.quality.reading import (
    agent_names,
    card_of,
    cards_now,
    people_names,
    read_reviews,
    submitted_of,
)
from console.review.quality.reviewing import answers_of, given
from console.review.quality.rows import Calibration, Review, ReviewAnswer
from console.review.quality.shown import AgentFigures, CalibrationPaper, CalibrationShown, ReviewShown, Wanted
from console.review.quality.states import ReviewState
from console.review.quality.viewing import Viewer
from console.services import Services
from foundation.calls import Call

MOST_CALIBRATIONS = 50


@dataclass(frozen=True, slots=True)
class Overview:
    """What the first page of quality shows."""

    drafts: tuple[ReviewShown, ...]
    reviews: tuple[ReviewShown, ...]
    figures: tuple[AgentFigures, ...]
    calibrations: tuple[CalibrationShown, ...]
    agents: tuple[tuple[str, str], ...]
    cards: tuple[tuple[str, str], ...]


def read_overview(session: Session, here: Services, who: Viewer, wanted: Wanted) -> Overview:
    """All of it, as far as this person may see it."""
    drafts = read_reviews(session, here, who, Review.reviewer == who.login, Review.state == ReviewState.DRAFT)
    reviews = read_reviews(session, here, who, submitted_of(wanted))
    rows = select(Calibration, Call.started_at).join(Call, Call.id == Calibration.call_id)
    newest = rows.order_by(Calibration.closed_at.is_not(None), Calibration.opened_at.desc()).limit(MOST_CALIBRATIONS)
    found = session.execute(newest).all()
    return Overview(
        drafts=tuple(drafts),
        reviews=tuple(reviews),
        figures=tuple(figures_of(reviews)),
        calibrations=tuple(_shown(session, here, row, at) for row, at in found),
        agents=tuple(agent_names(session).items()),
        cards=tuple((name, card.named) for name, card in cards_now(here)[1].items()),
    )


def figures_of(reviews: Iterable[ReviewShown]) -> list[AgentFigures]:
    """Submitted reviews by agent; what has no score counts in none of the two means."""
    by_agent: dict[str, list[ReviewShown]] = {}
    for one in reviews:
        by_agent.setdefault(one.row.agent_id, []).append(one)
    found = []
    for agent_id, own in by_agent.items():
        scores = [one.row.score for one in own if one.row.score is not None]
        found.append(
            AgentFigures(
                agent_id=agent_id,
                agent=own[0].agent,
                reviews=len(own),
                score=sum(scores) / len(scores) if scores else None,
                passed=sum(one.row.passed is True for one in own) / len(scores) if scores else None,
                acknowledged=sum(one.row.state == ReviewState.ACKNOWLEDGED for one in own),
            )
        )
    return sorted(found, key=lambda figures: figures.agent)


def read_calibration(session: Session, here: Services, row: Calibration, who: Viewer) -> CalibrationPaper:
    """One calibration: who is ready while it is open, all answers side by side when it is closed."""
    card = card_of(here, row.site_version, row.scorecard)
    made = reviews_of(session, row.id)
    ready = [one for one in made if one.state == ReviewState.SUBMITTED] if row.closed_at else []
    rows = {one.reviewer: answers_of(session, one.id) for one in ready}
    questions = [str(one.question) for one in card.questions()]
    return CalibrationPaper(
        shown=_shown(session, here, row, session.get_one(Call, row.call_id).started_at),
        card=card,
        own=next((one for one in made if one.reviewer == who.login), None),
        scores={one.reviewer: one.score for one in ready},
        agreement=agreement(questions, {who: given(own) for who, own in rows.items()}, expert=row.expert)
        if row.closed_at
        else None,
        comments={name: _comments(rows, name) for name in questions},
    )


def _comments(rows: dict[str, dict[str, ReviewAnswer]], question: str) -> dict[str, str]:
    return {login: own[question].comment for login, own in rows.items() if question in own and own[question].comment}


def _shown(session: Session, here: Services, row: Calibration, call_at: datetime) -> CalibrationShown:
    people, agents = people_names(session), agent_names(session)
    ready = [one.reviewer for one in reviews_of(session, row.id) if one.state == ReviewState.SUBMITTED]
    return CalibrationShown(
        id=row.id,
        call_id=row.call_id,
        call_at=call_at,
        agent=agents.get(row.agent_id, row.agent_id),
        title=card_of(here, row.site_version, row.scorecard).named,
        expert=row.expert,
        reviewers={login: people.get(login, login) for login in row.reviewers},
        ready=tuple(ready),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
    )
