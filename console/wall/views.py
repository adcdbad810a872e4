"""The place of the wall: queues and agents now."""

from flask import Blueprint, render_template

from console.here import services
from console.live import WALL, cursor_now
from console.wall.reading import read_board

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
