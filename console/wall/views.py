"""The place of the wall: queues and agents now."""

from flask import Blueprint, render_template
from flask_login import current_user

from console.here import services
from console.live import WALL, cursor_now
from console.wall.reading import read_board
from ivr.alerts import see

blueprint = Blueprint("wall", __name__, url_prefix="/wall")


@blueprint.get("")
def page() -> str:
    """The whole screen."""
    cursor = cursor_now(services().live, (WALL,))
    return render_template("wall/page.html", board=read_board(services()), cursor=cursor)


@blueprint.get("/board")
def board() -> str:
    """The figures as they stand: fetched again whenever the stream says that something changed."""
    return render_template("wall/board.html", board=read_board(services()))


@blueprint.post("/alerts/<alert_id>/seen")
def seen(alert_id: str) -> str:
    """Somebody has seen an alert: it leaves every wall."""
    here = services()
    with here.db.begin() as session:
        see(session, alert_id, who=current_user.get_id(), now=here.clock.now())
    here.live.push(WALL, "seen", {"alert_id": alert_id})
    return board()
