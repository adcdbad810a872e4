"""The place where reviews, notes and calibrations are read for the pages, as far as the reader may see them."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from call_flows.scorecards import Scorecard
from console.auth.people import User
from console.review.quality.calibrating import scorers
from console.review.quality.coaching import notes_of
from console.review.quality.facts import agents_of
from console.review.quality.reviewing import answers_of, given
from console.review.quality.rows import Calibration, CoachingNote, Review
from console.review.quality.scoring import score
from console.review.quality.shown import CallQuality, NoteShown, ReviewPaper, ReviewShown, Wanted
from console.review.quality.states import REVIEW_TABLE, ReviewEvent, ReviewState
from console.review.quality.viewing import Viewer, visible
from console.services import Services
from foundation.calls import Call, CallStatus
from foundation.errors import Problem
from ivr.sites import NoSite
from routing.agents import Agent

MOST = 500


def card_of(here: Services, version: str, name: str) -> Scorecard:
    """The scorecard of a version of the site. Raises NoSite when that was never published here."""
    card = here.shelf.version(version).loaded.scorecards.get(name)
    if card is None:
        raise NoSite(Problem("no_scorecard", "This version of the site has no such scorecard.", where=version[:12]))
    return card


def cards_now(here: Services, queue: str | None = None) -> tuple[str, Mapping[str, Scorecard]]:
    """The version that runs, and its scorecards: all, or those for calls of a queue."""
    try:
        now = here.shelf.current()
    except NoSite:
        return "", {}
    cards = now.loaded.scorecards
    return now.version, {name: card for name, card in cards.items() if queue is None or card.serves(queue)}


def read_reviews(
    session: Session, here: Services, who: Viewer, *rules: ColumnElement[bool], most: int | None = MOST
) -> list[ReviewShown]:
    """Reviews the person may see, the newest first."""
    rows = select(Review, Call.started_at).join(Call, Call.id == Review.call_id).where(visible(who), *rules)
    newest = rows.order_by(Review.submitted_at.is_not(None), Review.submitted_at.desc(), Review.begun_at.desc())
    found = session.execute(newest.limit(most)).all()
    return shown_of(session, here, found)


def shown_of(session: Session, here: Services, found: Iterable[tuple[Review, datetime]]) -> list[ReviewShown]:
    """Rows with the names of people and scorecards."""
    agents, people = agent_names(session), people_names(session)
    return [
        ReviewShown(
            row=row,
            agent=agents.get(row.agent_id, row.agent_id),
            reviewer=people.get(row.reviewer, row.reviewer),
            title=_title(here, row),
            call_at=call_at,
        )
        for row, call_at in found
    ]


def _title(here: Services, row: Review) -> str:
    try:
        return card_of(here, row.site_version, row.scorecard).named
    except NoSite:
        return row.scorecard


def submitted_of(wanted: Wanted) -> ColumnElement[bool]:
    """The rule for reviews that are done and no calibration, as a filter wants them."""
    rules = [
        Review.state.in_((ReviewState.SUBMITTED, ReviewState.ACKNOWLEDGED)),
        Review.calibration_id == "",
        Review.agent_id == wanted.agent_id if wanted.agent_id else None,
        Review.scorecard == wanted.scorecard if wanted.scorecard else None,
        Review.submitted_at >= wanted.since if wanted.since else None,
        Review.submitted_at < wanted.before if wanted.before else None,
    ]
    return and_(*(rule for rule in rules if rule is not None))


def read_paper(session: Session, here: Services, review: Review, who: Viewer) -> ReviewPaper:
    """All of one review that the person may see."""
    call_at = session.get_one(Call, review.call_id).started_at
    card = card_of(here, review.site_version, review.scorecard)
    answers = answers_of(session, review.id)
    state, is_own = ReviewState(review.state), review.reviewer == who.login
    calibration = session.get(Calibration, review.calibration_id) if review.calibration_id else None
    frozen = calibration is not None and calibration.closed_at is not None
    told = bool(who.agent_id) and review.agent_id == who.agent_id and not review.calibration_id
    return ReviewPaper(
        shown=shown_of(session, here, [(review, call_at)])[0],
        card=card,
        answers=answers,
        score=score(card, given(answers)),
        can_answer=is_own and not frozen and REVIEW_TABLE.allows(state, ReviewEvent.ANSWER),
        can_take_back=is_own and not frozen and REVIEW_TABLE.allows(state, ReviewEvent.TAKE_BACK),
        can_acknowledge=told and REVIEW_TABLE.allows(state, ReviewEvent.ACKNOWLEDGE),
        calibration_is_open=calibration is not None and not frozen,
    )


def read_call_quality(session: Session, here: Services, call: Call, who: Viewer) -> CallQuality:
    """What the page of a call shows: an agent sees what is theirs."""
    own = None if who.reviews else who.agent_id or "nobody"
    reviews = read_reviews(session, here, who, Review.call_id == call.id, Review.calibration_id == "")
    _version, cards = cards_now(here, call.queue)
    return CallQuality(
        call_id=call.id,
        notes=tuple(notes_shown(session, notes_of(session, call.id, agent_id=own), who)),
        reviews=tuple(reviews),
        agents=tuple(agents_of(session, call)),
        cards=tuple((name, card.named) for name, card in cards.items()),
        scorers=tuple((one.login, one.name) for one in scorers(session)) if who.reviews else (),
        can_review=who.reviews,
        is_over=CallStatus(call.status).is_over,
    )


def notes_shown(session: Session, notes: Iterable[CoachingNote], who: Viewer) -> list[NoteShown]:
    """Notes with names and the moment of their call."""
    found = list(notes)
    agents, people = agent_names(session), people_names(session)
    moments = select(Call.id, Call.started_at).where(Call.id.in_({note.call_id for note in found}))
    began = dict(session.execute(moments).all())
    return [
        NoteShown(
            row=note,
            agent=agents.get(note.agent_id, note.agent_id),
            author=people.get(note.author, note.author),
            call_at=began[note.call_id],
            is_own=note.author == who.login,
        )
        for note in found
    ]


def agent_names(session: Session) -> dict[str, str]:
    """Every agent's name by id."""
    return dict(session.execute(select(Agent.id, Agent.name).order_by(Agent.name)).all())


def people_names(session: Session) -> dict[str, str]:
    """Every person's name by login."""
    return dict(session.execute(select(User.login, User.name)).all())
