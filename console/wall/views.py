"""The place of the wall: queues and agents now."""

from flask import Blueprint, render_template
from flask_login import current_user

from console import why_words
from console.here import services
from console.live import WALL, cursor_now
from console.wall.reading import read_board
from console.wall.waiting import read_why
from ivr.alerts import see

blueprint = Blueprint("wall", __name__, url_prefix="/wall")
WORDS = ("place", "sentences", "needs_told", "doing", "ring_told", "later")


@blueprint.get("")
def page() -> str:
    """The whole screen."""
    cursor = cursor_now(services().live, (WALL,))
    return render_template("wall/page.html", board=read_board(services()), cursor=cursor)


@blueprint.get("/board")
def board() -> str:
    """The figures as they stand: fetched again whenever the stream says that something changed."""
    return render_template("wall/board.html", board=read_board(services()))


@blueprint.get("/why/<entry_id>")
def why(entry_id: str) -> str:
    """Why one who is in line waits, and who would do; nothing for an id nobody has, which closes it."""
    told = read_why(services(), entry_id)
    words = {name: getattr(why_words, name) for name in WORDS}
    return render_template("wall/why.html", told=told, entry_id=entry_id, **words)


@blueprint.post("/alerts/<alert_id>/seen")
def seen(alert_id: str) -> str:
    """Somebody has seen an alert: it leaves every wall."""
    here = services()
    with here.db.begin() as session:
        see(session, alert_id, who=current_user.get_id(), now=here.clock.now())
    here.live.push(WALL, "seen", {"alert_id": alert_id})
    return board()
