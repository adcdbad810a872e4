"""The place of what an agent orders from the desk. Each order answers with the panel as it stands afterwards."""

from flask import Response, abort, jsonify, make_response, request
from flask_login import current_user

from console.auth.browsers import touch
from console.desk.notes import keep
from console.desk.reading import read_desk, reasons_of
from console.desk.token import softphone_pass
from console.desk.views import blueprint, render_panel
from console.here import services
from console.views import CurrentCall, Stage

__all__ = ["blueprint"]

NOTES_LONGEST = 2000


def _agent() -> str:
    """The agent of whoever asks; a person without one has no desk."""
    agent_id = current_user.agent_id
    if not agent_id:
        abort(404)
    return str(agent_id)


def _own(reservation_id: str) -> CurrentCall:
    """The current call, if this is its reservation; what is gone, or another's, does not exist here."""
    current = read_desk(services(), _agent()).current
    if current is None or current.reservation_id != reservation_id:
        abort(404)
    return current


def _panel() -> Response:
    return make_response(render_panel(_agent()))


@blueprint.post("/state")
def state() -> Response:
    """Become available, not ready with a reason, or offline. During a call, available and not ready mean after it."""
    wanted, reason = request.form.get("state", ""), request.form.get("reason", "")
    agents = services().routing.agents
    if reason:
        if reason not in reasons_of(services()):
            abort(400)
        agents.sign_in(_agent())
        agents.set_not_ready(_agent(), reason)
    elif wanted == "available":
        agents.sign_in(_agent())
        agents.set_available(_agent())
    elif wanted == "offline":
        agents.sign_out(_agent())
    else:
        abort(400)
    if wanted != "offline":
        agents.heartbeat(_agent())  # whoever orders is there
    return _panel()


@blueprint.post("/heartbeat")
def heartbeat() -> Response:
    """The page is open. It counts as activity while a call is on, or when the person has touched it."""
    here = services()
    here.routing.agents.heartbeat(_agent())
    is_busy = read_desk(here, _agent()).current is not None
    if is_busy or request.form.get("touched") == "1":
        with here.db.begin() as session:
            touch(session, current_user.get_id(), clock=here.clock)
    return make_response("", 204)


@blueprint.post("/token")
def token() -> Response:
    """What the softphone of this page registers with."""
    return jsonify(softphone_pass(services().settings, _agent()))


@blueprint.post("/reservations/<reservation_id>/accept")
def accept(reservation_id: str) -> Response:
    """Take the call that rings. Of several who try, exactly one wins; the others read why not."""
    _own(reservation_id)
    services().routing.accept(reservation_id, _agent())
    return _panel()


@blueprint.post("/reservations/<reservation_id>/reject")
def reject(reservation_id: str) -> Response:
    """Let another agent take it; the caller keeps the place."""
    _own(reservation_id)
    services().routing.reject(reservation_id, _agent())
    return _panel()


@blueprint.post("/reservations/<reservation_id>/hold")
def hold(reservation_id: str) -> Response:
    """Music for the caller, or back to talking."""
    current = _own(reservation_id)
    if current.stage is not Stage.TALKING:
        abort(409)
    calls = services().calls
    order = calls.hold if request.form.get("on") == "1" else calls.unhold
    order(current.reservation_id, _agent())
    return _panel()


@blueprint.post("/reservations/<reservation_id>/hang-up")
def hang_up(reservation_id: str) -> Response:
    """The agent has finished talking."""
    current = _own(reservation_id)
    services().calls.hang_up(current.reservation_id, _agent())
    return _panel()


@blueprint.post("/reservations/<reservation_id>/notes")
def notes(reservation_id: str) -> Response:
    """Keep what the agent has typed so far."""
    text = request.form.get("notes", "")[:NOTES_LONGEST]
    _keep_notes(_own(reservation_id), text)
    return make_response("", 204)


@blueprint.post("/reservations/<reservation_id>/wrap-up")
def wrap_up(reservation_id: str) -> Response:
    """Finish with a disposition, and be available again."""
    current = _own(reservation_id)
    if current.stage is not Stage.WRAPPING:
        abort(409)
    text = request.form.get("notes", current.notes)[:NOTES_LONGEST]
    _keep_notes(current, text)
    services().routing.finish_wrap_up(reservation_id, request.form.get("disposition", ""), notes=text)
    return _panel()


def _keep_notes(current: CurrentCall, text: str) -> None:
    here = services()
    with here.db.begin() as session:
        keep(
            session,
            current.reservation_id,
            call_id=current.card.call_id,
            agent_id=_agent(),
            text=text,
            now=here.clock.now(),
        )
