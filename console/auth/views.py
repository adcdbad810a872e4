"""The place of logging in and out."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user
from werkzeug.wrappers import Response as AnyResponse

from console.access import home_of
from console.auth import browsers
from console.auth.gate import Person
from console.auth.limits import PER_ADDRESS, PER_LOGIN, failed, limiter, login_named
from console.auth.people import User, find_person
from console.here import services
from console.looking import looking
from foundation.errors import CallwrightError
from foundation.logs import get_logger

log = get_logger(__name__)
blueprint = Blueprint("auth", __name__)


@blueprint.get("/")
def home() -> AnyResponse:
    """Where this person begins."""
    return redirect(url_for(home_of(current_user.role)))


@blueprint.get("/login")
def login() -> str | AnyResponse:
    """The form."""
    if current_user.is_authenticated:
        return redirect(url_for("auth.home"))
    return render_template("login.html", refused=False, login="", next=_safe_next())


@blueprint.post("/login")
@limiter.limit(PER_ADDRESS, deduct_when=failed)
@limiter.limit(PER_LOGIN, key_func=login_named, deduct_when=failed)
def log_in() -> AnyResponse:
    """Check login and password; every refusal reads the same, and takes as long."""
    typed = request.form.get("login", "")
    token = _admit(typed, request.form.get("password", ""))
    if token is None:
        log.info("login_refused", name=typed)
        page = render_template("login.html", refused=True, login=typed, next=_safe_next())
        return Response(page, status=401)
    return redirect(_safe_next() or url_for("auth.home"))


def _admit(typed: str, password: str) -> str | None:
    """Begin a session that nobody has seen before, whatever cookie came with the request."""
    here = services()
    with looking(here.db) as reading:
        known = find_person(reading, typed)
    # the costly check is made outside the transaction, so that nobody waits for it
    right = here.passwords.matches(known.password_hash if known else None, password)
    with here.db.begin() as transaction:
        user = transaction.get(User, known.id) if known else None
        if user is None or not right or not user.active:
            if user is not None:
                user.failed_count += 1
            return None
        if here.passwords.is_dated(user.password_hash):
            user.password_hash = here.passwords.hash(password, login=user.login)
        failures, user.failed_count, user.last_login_at = user.failed_count, 0, here.clock.now()
        token = browsers.start(transaction, user, clock=here.clock, ids=here.ids)
        person = Person(user, token)
    session.clear()
    login_user(person)
    session["failures"] = failures
    return token


@blueprint.post("/logout")
def log_out() -> AnyResponse:
    """End the session here and in the table; an agent's desk closes with it."""
    here = services()
    with here.db.begin() as transaction:
        browsers.end(transaction, current_user.get_id(), clock=here.clock)
    if current_user.agent_id:
        _leave_desk(current_user.agent_id)
    session.clear()
    answer = redirect(url_for("auth.login"))
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _leave_desk(agent_id: str) -> None:
    """Whoever logs out takes no more calls; one that is on keeps its agent until it ends."""
    try:
        services().routing.agents.sign_out(agent_id)
    except CallwrightError as refused:
        log.info("desk_left_busy", agent=agent_id, code=refused.problem.code)


def _safe_next() -> str:
    """Where the person wanted to go, if that is a page of ours."""
    wanted = request.values.get("next", "")
    parts = urlsplit(wanted)
    plain = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and "\\" not in wanted
    return wanted if plain and not parts.netloc and wanted.isprintable() else ""
