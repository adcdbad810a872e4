"""The place of who may do what: one table of endpoints, and the guard that refuses whatever is not in it."""

from collections.abc import Mapping
from typing import cast

from flask import Flask, Response, abort, current_app, make_response, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from console.auth.people import Role

EVERYBODY = frozenset(Role)
TAKES_CALLS = frozenset({Role.AGENT, Role.SUPERVISOR, Role.ADMIN})
WATCHES = frozenset({Role.SUPERVISOR, Role.DESIGNER, Role.ADMIN})
DESIGNS = frozenset({Role.DESIGNER, Role.ADMIN})
SCORES = frozenset({Role.SUPERVISOR, Role.ADMIN})
REVIEWS = frozenset({Role.AGENT, Role.SUPERVISOR, Role.ADMIN})

# what a stranger may ask for
OPEN = frozenset(
    {
        *("static", "auth.login", "auth.log_in"),
        *("callback.page", "callback.change"),  # a customer, with a signed link
        "sound.linked",  # a player, with a link signed for some minutes
    }
)

POLICY: Mapping[str, frozenset[Role]] = {
    "auth.home": EVERYBODY,
    "auth.log_out": EVERYBODY,
    "live.events": EVERYBODY,  # each role hears only its own topics
    "desk.page": TAKES_CALLS,
    "desk.panel": TAKES_CALLS,
    "desk.transcript": TAKES_CALLS,
    "desk.knowledge": TAKES_CALLS,
    "desk.state": TAKES_CALLS,
    "desk.heartbeat": TAKES_CALLS,
    "desk.token": TAKES_CALLS,
    "desk.accept": TAKES_CALLS,
    "desk.reject": TAKES_CALLS,
    "desk.hold": TAKES_CALLS,
    "desk.hang_up": TAKES_CALLS,
    "desk.notes": TAKES_CALLS,
    "desk.wrap_up": TAKES_CALLS,
    "desk.call_back": TAKES_CALLS,
    "wall.page": WATCHES,
    "wall.board": WATCHES,
    "wall.seen": WATCHES,
    "wall.why": WATCHES,
    "designer.page": DESIGNS,
    "designer.board": DESIGNS,
    "designer.flow": DESIGNS,
    "designer.flow_map": DESIGNS,
    "designer.compare": DESIGNS,
    "designer.publish": DESIGNS,
    "designer.share": DESIGNS,
    "designer.finish": DESIGNS,
    "designer.withdraw": DESIGNS,
    "designer.roll_back": DESIGNS,
    "review.calls": REVIEWS,  # an agent's own
    "review.call": REVIEWS,
    "review.transcript": REVIEWS,
    "sound.audio": REVIEWS,
    "sound.download": REVIEWS,
    "sound.link": REVIEWS,
    "messages.page": REVIEWS,  # an agent's own queues
    "messages.audio": REVIEWS,
    "review.peaks": REVIEWS,
    "quality.page": SCORES,
    "quality.mine": TAKES_CALLS,
    "quality.review": REVIEWS,  # an agent's own, once submitted
    "quality.begin_review": SCORES,
    "quality.give_answer": SCORES,
    "quality.submit_review": SCORES,
    "quality.take_review_back": SCORES,
    "quality.discard_review": SCORES,
    "quality.acknowledge_review": TAKES_CALLS,
    "quality.note": SCORES,
    "quality.withdraw_note": SCORES,
    "quality.read_note": TAKES_CALLS,
    "quality.calibrate": SCORES,
    "quality.calibration": SCORES,
    "quality.score_calibration": SCORES,
    "quality.end_calibration": SCORES,
    "quality.export": SCORES,
    "searches.export": REVIEWS,
    "searches.save": REVIEWS,
    "searches.forget": REVIEWS,
}

# asked for by the page itself, not by the person: these do not keep an idle browser logged in
BY_THE_PAGE = frozenset(
    {
        "live.events",
        "desk.panel",
        "desk.transcript",
        "desk.knowledge",
        "desk.heartbeat",
        "wall.board",
        "wall.why",
        "review.transcript",
        "designer.board",
        "designer.flow_map",
    }
)


def may(role: str, endpoint: str) -> bool:
    """Whether a person with this role may ask for this endpoint. What is not in the table, nobody may."""
    return endpoint in OPEN or role in POLICY.get(endpoint, frozenset())


def sees_only_own_calls() -> str | None:
    """The agent's id when the person may read only their own calls; None when all."""
    if current_user.role == Role.AGENT:
        return cast("str", current_user.agent_id) or "nobody"
    return None


def home_of(role: str) -> str:
    """The endpoint where a person of this role begins."""
    return {Role.AGENT: "desk.page", Role.DESIGNER: "designer.page"}.get(Role(role), "wall.page")


def install(app: Flask, *, self_checking: frozenset[str]) -> None:
    """Guard every request of the app; blueprints in `self_checking` check who is asking by themselves."""

    @app.before_request
    def guard() -> AnyResponse | None:
        endpoint = request.endpoint
        if endpoint is None:  # no such page: the error page says so, to anybody
            return None
        if request.blueprints and request.blueprints[-1] in self_checking:
            return None
        if endpoint in OPEN:
            return None
        if not current_user.is_authenticated:
            return _please_log_in()
        if not may(current_user.role, endpoint):
            abort(403)
        return None


def _please_log_in() -> AnyResponse:
    """A page leads to the log-in and back; a part of a page, a stream or an order is told to reload."""
    is_page = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
    if is_page and "HX-Request" not in request.headers:
        return redirect(url_for("auth.login", next=request.full_path.rstrip("?")))
    answer: Response = make_response("Your session has ended. Log in again.", 401)
    answer.headers["HX-Redirect"] = url_for("auth.login")
    return answer


def endpoints(app: Flask | None = None) -> frozenset[str]:
    """Every endpoint of the app, for the test that holds the table complete."""
    return frozenset(rule.endpoint for rule in (app or current_app).url_map.iter_rules())
