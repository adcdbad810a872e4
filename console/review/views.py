"""The place of the calls list, one call's page, and its sound."""

from io import BytesIO
from pathlib import Path

from flask import Blueprint, Response, abort, jsonify, render_template, request, send_file
from flask_login import current_user

from console.access import sees_only_own_calls
from console.errors import is_part
from console.here import services
from console.live import cursor_now
from console.review.paper import read_paper
from console.review.reading import read_choices, read_page
from console.review.wanted import read_filter, read_offset
from console.views import CallPaper, SoundState

blueprint = Blueprint("review", __name__, url_prefix="/calls")
PAGE = 50


@blueprint.get("")
def calls() -> str:
    """The list, filtered and searched; a script of the page gets the list alone."""
    own, wanted, offset = sees_only_own_calls(), read_filter(request.args), read_offset(request.args)
    found = read_page(services(), wanted, offset=offset, limit=PAGE, for_agent=own)
    if is_part():
        return render_template("review/list.html", found=found, wanted=wanted, query=request.args)
    return render_template(
        "review/calls.html",
        found=found,
        wanted=wanted,
        query=request.args,
        choices=read_choices(services()),
        is_own=own is not None,
    )


@blueprint.get("/<call_id>")
def call(call_id: str) -> str:
    """One call: journey, transcript and sound."""
    cursor = cursor_now(services().live, (f"call:{call_id}",))
    return render_template("review/call.html", paper=_paper(call_id), cursor=cursor)


@blueprint.get("/<call_id>/transcript")
def transcript(call_id: str) -> str:
    """The settled words, and whether the sound is there by now."""
    return render_template("review/record.html", paper=_paper(call_id))


@blueprint.get("/<call_id>/audio")
def audio(call_id: str) -> Response:
    """The sound, in ranges, so that a player can seek."""
    paper = _paper(call_id)
    if paper.sound.state is not SoundState.READY:
        abort(404)
    file = services().sound.open(paper.sound.recording_id, who=current_user.user_id)
    if file is None:
        abort(404)
    content = file.content if isinstance(file.content, Path) else BytesIO(file.content)
    answer = send_file(content, mimetype=file.mimetype, conditional=True, max_age=0)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers.setdefault("Accept-Ranges", "bytes")
    return answer


@blueprint.get("/<call_id>/peaks")
def peaks(call_id: str) -> Response:
    """Loudness over time, one row a channel, for the picture of the sound."""
    paper = _paper(call_id)
    if paper.sound.state is not SoundState.READY:
        abort(404)
    rows = services().sound.peaks(paper.sound.recording_id)
    return jsonify({"seconds": paper.sound.seconds, "channels": rows})


def _paper(call_id: str) -> CallPaper:
    found = read_paper(services(), call_id, for_agent=sees_only_own_calls())
    if found is None:
        abort(404)
    return found
