"""The page behind the link of a message: what is owed, another time, now, or not at all."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from call_flows.courtesies import Courtesy
from call_flows.languages import base
from callbacks import links
from callbacks.changing import Change
from callbacks.promises import OPEN_STATES, Promise
from console.auth.limits import limiter
from console.here import services
from foundation.logs import get_logger
from ivr.confirming import IN_LINE, clock_words, shown, words

log = get_logger(__name__)
blueprint = Blueprint("callback", __name__, url_prefix="/callback")
PER_ADDRESS = "10 per minute; 60 per hour"
TIMES = 8
GONE, UNKNOWN, CONFLICT = 410, 404, 409


@blueprint.get("/<token>")
@limiter.limit("60 per minute")
def page(token: str) -> Response:
    """What is owed, and what may be done about it; `?day=2026-03-04` shows the free times of another day."""
    promise, holds = _promise(token)
    if promise is None:
        return _only(Courtesy.PAGE_CALLBACK_EXPIRED, "", UNKNOWN)
    if not holds:
        return _only(Courtesy.PAGE_CALLBACK_EXPIRED, promise.language, GONE)
    if promise.state not in OPEN_STATES:
        return _only(Courtesy.PAGE_CALLBACK_OVER, promise.language, 200)
    return _shown(promise, token, None, 200)


@blueprint.post("/<token>")
@limiter.limit(PER_ADDRESS)
def change(token: str) -> AnyResponse:
    """Do it, and show what is owed then. What cannot be done is said, with the times that are left."""
    promise, holds = _promise(token)
    if promise is None or not holds:
        return page(token)
    asked, due_at = _wish()
    if asked is None:
        return _shown(promise, token, Courtesy.PAGE_CALLBACK_TAKEN, 400)
    here = services()
    changed = here.callbacks.asking.change(promise.id, asked, due_at=due_at)
    log.info("callback_page", promise=promise.id, asked=asked, refused=changed.reason)
    if changed.reason == "over":
        return _only(Courtesy.PAGE_CALLBACK_OVER, promise.language, 200)
    if changed.reason:
        being_called = changed.reason == "being_called"
        said = Courtesy.CALLBACK_BEING_CALLED if being_called else Courtesy.PAGE_CALLBACK_TAKEN
        return _shown(promise, token, said, CONFLICT)
    now = here.callbacks.get(promise.id) or promise
    fresh = links.sign(now.id, now.due_at, secret=here.settings.secret_key)
    return redirect(url_for("callback.page", token=fresh), 303)


def _promise(token: str) -> tuple[Promise | None, bool]:
    here = services()
    known = links.read(token, secret=here.settings.secret_key, now=here.clock.now())
    return (None, False) if known is None else (here.callbacks.get(known[0]), known[1])


def _wish() -> tuple[Change | None, datetime | None]:
    what, at = request.form.get("what", ""), request.form.get("at", "")
    if what in {Change.CANCEL, Change.NOW}:
        return Change(what), None
    try:
        due_at = datetime.fromisoformat(at)
    except ValueError:
        return None, None
    return (Change.MOVE, due_at) if what == Change.MOVE and due_at.tzinfo is not None else (None, None)


def _shown(promise: Promise, token: str, said: Courtesy | None, status: int) -> Response:
    here = services()
    site, language = here.shelf.current().loaded.site, promise.language
    zone = promise.zone or site.timezone
    moment = clock_words(promise.due_at, promise.zone, site)
    waits = promise.state in IN_LINE or not promise.chosen_time
    owed = Courtesy.PAGE_CALLBACK_LINE if waits else Courtesy.PAGE_CALLBACK_TIME
    free = here.callbacks.asking.free_times(promise, _wanted(zone), count=TIMES)
    times = [(one.isoformat(), _named(one, promise, site)) for one in free]
    return _page(
        language,
        status,
        owed=words(owed, language, site, number=shown(promise.number), **moment),
        clock=words(Courtesy.PAGE_CALLBACK_CLOCK, language, site, zone=zone.replace("_", " ")),
        said=words(said, language, site) if said is not None else "",
        times=times,
        can_hurry=not waits,
        token=token,
    )


def _named(moment: datetime, promise: Promise, site: Any) -> str:
    return words(Courtesy.PAGE_CALLBACK_CHOICE, promise.language, site, **clock_words(moment, promise.zone, site))


def _wanted(zone: str) -> datetime:
    """Around which moment free times are shown: noon of the day that is asked for, else now."""
    now = services().clock.now()
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return now
    return max(now, datetime.combine(day, time(12), ZoneInfo(zone)))


def _only(said: Courtesy, language: str, status: int) -> Response:
    return _page(language, status, said=words(said, language, services().shelf.current().loaded.site))


def _page(language: str, status: int, **shows: object) -> Response:
    site = services().shelf.current().loaded.site
    spoken = language or str(site.languages[0])
    labels = {
        name: words(which, spoken, site)
        for name, which in (
            ("title", Courtesy.PAGE_CALLBACK_TITLE),
            ("move", Courtesy.PAGE_CALLBACK_MOVE),
            ("now", Courtesy.PAGE_CALLBACK_NOW),
            ("cancel", Courtesy.PAGE_CALLBACK_CANCEL),
            ("day", Courtesy.PAGE_CALLBACK_DAY),
        )
    }
    name = site.title or str(site.site).replace("_", " ").title()
    return make_response(
        render_template("callback/page.html", language=base(spoken), labels=labels, name=name, **shows), status
    )
