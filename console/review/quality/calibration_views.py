"""The place of calibrations: opened from a call's page, scored, closed, compared."""

from flask import abort, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from console.here import services
from console.looking import looking
from console.review.quality.calibrating import close_calibration, locked_calibration, open_calibration
from console.review.quality.overview import read_calibration
from console.review.quality.reading import card_of, cards_now
from console.review.quality.reviewing import ReviewRefused, Subject, begin
from console.review.quality.rows import Calibration
from console.review.quality.viewing import viewer
from console.review.quality.views import blueprint, go
from foundation.calls import Call
from foundation.errors import Problem

__all__ = ["blueprint"]


@blueprint.post("/calibrations")
def calibrate() -> AnyResponse:
    """Ask several reviewers to score one call unseen."""
    here, form = services(), request.form
    with here.db.begin() as session:
        call = session.get(Call, form.get("call", "")) or abort(404)
        version, cards = cards_now(here, call.queue)
        card = cards.get(form.get("scorecard", "")) or abort(404)
        made = open_calibration(
            session,
            here.ids,
            Subject(call, form.get("agent", ""), card, version),
            reviewers=form.getlist("reviewer"),
            expert=form.get("expert", ""),
            who=current_user.login,
            now=here.clock.now(),
        )
        calibration_id = made.id
    return go("quality.calibration", calibration_id=calibration_id)


@blueprint.get("/calibrations/<calibration_id>")
def calibration(calibration_id: str) -> str:
    """Who is ready; or, once it is closed, how far they agree."""
    with looking(services().db) as session:
        found = session.get(Calibration, calibration_id) or abort(404)
        paper = read_calibration(session, services(), found, viewer())
    return render_template("review/quality/calibration.html", paper=paper)


@blueprint.post("/calibrations/<calibration_id>/score")
def score_calibration(calibration_id: str) -> AnyResponse:
    """Begin one's own review for it, or go on with it. Only who was asked."""
    here = services()
    with here.db.begin() as session:
        found = locked_calibration(session, calibration_id) or abort(404)
        if current_user.login not in found.reviewers:
            abort(404)
        if found.closed_at is not None:
            raise ReviewRefused(Problem("calibration_closed", "The calibration is closed."))
        call = session.get_one(Call, found.call_id)
        card = card_of(here, found.site_version, found.scorecard)
        subject = Subject(call, found.agent_id, card, found.site_version, calibration_id)
        made = begin(session, here.ids, subject, reviewer=current_user.login, now=here.clock.now())
        review_id = made.id
    return go("quality.review", review_id=review_id)


@blueprint.post("/calibrations/<calibration_id>/close")
def end_calibration(calibration_id: str) -> AnyResponse:
    """Compare: all see what all have answered."""
    here = services()
    with here.db.begin() as session:
        found = locked_calibration(session, calibration_id) or abort(404)
        close_calibration(session, found, who=current_user.login, now=here.clock.now())
    return go("quality.calibration", calibration_id=calibration_id)
