"""The place of the desk's pages: drawn from the server's truth each time, so that a reload loses nothing."""

from flask import Blueprint, render_template
from flask_login import current_user

from console.desk.reading import read_desk
from console.here import services
from console.live import cursor_now
from console.review.words import read_transcript
from console.views import Desk, Stage, Transcript

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
HEARD = frozenset({Stage.TALKING, Stage.WRAPPING})


@blueprint.get("")
def page() -> str:
    """The desk of the person who is logged in."""
    agent_id = current_user.agent_id
    if not agent_id:
        return render_template("desk/nobody.html")
    cursor = cursor_now(services().live, (f"agent:{agent_id}",))
    desk = read_desk(services(), agent_id)
    if desk.current:
        cursor = cursor_now(services().live, (f"agent:{agent_id}", f"call:{desk.current.card.call_id}"))
    return render_template("desk/page.html", desk=desk, transcript=_heard(desk), cursor=cursor)


@blueprint.get("/panel")
def panel() -> str:
    """State, call and wrap-up as they stand: fetched again whenever the stream says that something changed."""
    return render_panel(current_user.agent_id)


@blueprint.get("/transcript")
def transcript() -> str:
    """The settled words of the current call."""
    desk = read_desk(services(), current_user.agent_id)
    return render_template("desk/transcript.html", desk=desk, transcript=_heard(desk))


def render_panel(agent_id: str) -> str:
    """The part of the desk that changes."""
    return render_template("desk/panel.html", desk=read_desk(services(), agent_id))


def _heard(desk: Desk) -> Transcript:
    if desk.current is None:
        return Transcript(lines=())
    return read_transcript(services(), desk.current.card.call_id)
