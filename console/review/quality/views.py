"""The place of the pages of reviews: the overview, one review, and the orders of reviewer and agent."""

from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from console.here import services
from console.looking import looking
from console.review.paper import read_paper as read_call_paper
from console.review.quality.inbox import count_new, read_inbox
from console.review.quality.overview import read_overview
from console.review.quality.reading import card_of, cards_now, read_paper
from console.review.quality.reviewing import (
    ReviewRefused,
    Subject,
    acknowledge,
    answer,
    begin,
    discard,
    locked,
    submit,
    take_back,
)
from console.review.quality.rows import Calibration, Review
from console.review.quality.viewing import find_review, viewer
from console.review.quality.wanted import read_wanted
from foundation.calls import Call
from foundation.errors import Problem

blueprint = Blueprint("quality", __name__, url_prefix="/quality")


@blueprint.app_context_processor
def _for_every_page() -> dict[str, object]:
    """How much of quality is new to the agent, for the bar of every page; asked for only where it is shown."""
    return {"feedback_count": _feedback_count}


def _feedback_count() -> int:
    agent_id = current_user.agent_id if current_user.is_authenticated else None
    if not agent_id:
        return 0
    with looking(services().db) as session:
        return count_new(session, agent_id)


@blueprint.get("")
def page() -> str:
    """What reviewers begin with."""
    wanted = read_wanted(request.args)
    with looking(services().db) as session:
        overview = read_overview(session, services(), viewer(), wanted)
    return render_template("review/quality/overview.html", overview=overview, wanted=wanted, query=request.args)


@blueprint.get("/mine")
def mine() -> str:
    """What an agent was told: reviews and notes."""
    who = viewer()
    if not who.agent_id:
        return render_template("desk/nobody.html")
    with looking(services().db) as session:
        inbox = read_inbox(session, services(), who)
    return render_template("review/quality/mine.html", inbox=inbox)


@blueprint.post("/reviews")
def begin_review() -> AnyResponse:
    """Begin a review of a call, or go on with the draft."""
    here = services()
    with here.db.begin() as session:
        call = session.get(Call, request.form.get("call", "")) or abort(404)
        version, cards = cards_now(here, call.queue)
        card = cards.get(request.form.get("scorecard", "")) or abort(404)
        subject = Subject(call, request.form.get("agent", ""), card, version)
        _not_oneself(subject.agent_id)
        made = begin(session, here.ids, subject, reviewer=current_user.login, now=here.clock.now())
        review_id = made.id
    return go("quality.review", review_id=review_id)


@blueprint.get("/reviews/<review_id>")
def review(review_id: str) -> str:
    """One review beside the words and the sound of its call."""
    here, who = services(), viewer()
    with looking(here.db) as session:
        found = find_review(session, review_id, who) or abort(404)
        paper = read_paper(session, here, found, who)
    call = read_call_paper(here, found.call_id, for_agent=None if who.reviews else who.agent_id)
    if call is None:
        abort(404)
    return render_template("review/quality/review.html", quality=paper, paper=call)


@blueprint.post("/reviews/<review_id>/answer")
def give_answer(review_id: str) -> str:
    """Keep one answer; the score as it stands then."""
    here, who, form = services(), viewer(), request.form
    with here.db.begin() as session:
        found = own_review(review_id)
        found = locked(session, found.id) or abort(404)
        card = card_of(here, found.site_version, found.scorecard)
        question = form.get("question", "")
        answer(
            session,
            found,
            card,
            question,
            chosen=form.get(f"answer-{question}", ""),
            comment=form.get(f"comment-{question}", ""),
        )
        session.flush()
        paper = read_paper(session, here, found, who)
    return render_template("review/quality/score.html", quality=paper)


@blueprint.post("/reviews/<review_id>/submit")
def submit_review(review_id: str) -> AnyResponse:
    """Give it to the agent, or to the calibration."""
    here = services()
    own_review(review_id)
    with here.db.begin() as session:
        found = locked(session, review_id) or abort(404)
        card = card_of(here, found.site_version, found.scorecard)
        submit(session, found, card, summary=request.form.get("summary", ""), now=here.clock.now())
    if not found.calibration_id:
        here.live.push(f"agent:{found.agent_id}", "changed", {})
    return _after(found)


@blueprint.post("/reviews/<review_id>/take-back")
def take_review_back(review_id: str) -> AnyResponse:
    """Back to a draft."""
    own_review(review_id)
    with services().db.begin() as session:
        found = locked(session, review_id) or abort(404)
        take_back(session, found, now=services().clock.now())
    return _after(found)


@blueprint.post("/reviews/<review_id>/discard")
def discard_review(review_id: str) -> AnyResponse:
    """A draft that is not to be."""
    own_review(review_id)
    with services().db.begin() as session:
        found = locked(session, review_id) or abort(404)
        discard(session, found, now=services().clock.now())
    return go("review.call", call_id=found.call_id)


@blueprint.post("/reviews/<review_id>/acknowledge")
def acknowledge_review(review_id: str) -> AnyResponse:
    """The agent has read it: only the one whom it is about."""
    here, who = services(), viewer()
    with here.db.begin() as session:
        seen = find_review(session, review_id, who) or abort(404)
        if seen.agent_id != who.agent_id or seen.calibration_id:
            abort(404)
        found = locked(session, review_id) or abort(404)
        acknowledge(session, found, reply=request.form.get("reply", ""), who=who.login, now=here.clock.now())
    return go("quality.mine")


def own_review(review_id: str) -> Review:
    """A review of whoever asks that may still be changed; another's, or none, does not exist here."""
    with looking(services().db) as session:
        found = find_review(session, review_id, viewer())
        if found is None or found.reviewer != current_user.login:
            abort(404)
        calibration = session.get(Calibration, found.calibration_id) if found.calibration_id else None
    if calibration is not None and calibration.closed_at is not None:
        what = "The calibration is closed: its reviews stay as they are."
        raise ReviewRefused(Problem("calibration_closed", what, todo="Begin a review of your own."))
    return found


def _not_oneself(agent_id: str) -> None:
    if agent_id and agent_id == current_user.agent_id:
        what = "Nobody reviews their own calls."
        raise ReviewRefused(Problem("own_call", what, todo="Ask another reviewer."))


def _after(found: Review) -> AnyResponse:
    if found.calibration_id:
        return go("quality.calibration", calibration_id=found.calibration_id)
    return go("quality.review", review_id=found.id)


def go(endpoint: str, **values: Any) -> AnyResponse:
    """Lead on to a page: a form is redirected, a script of the page is told to go."""
    if "HX-Request" not in request.headers:
        return redirect(url_for(endpoint, **values), 303)
    told: Response = make_response("", 200)
    told.headers["HX-Redirect"] = url_for(endpoint, **values)
    return told
