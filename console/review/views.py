"""The place of the calls list, one call's page, and the picture of its sound."""

from flask import Blueprint, Response, abort, jsonify, render_template, request

from console.access import sees_only_own_calls
from console.errors import is_part
from console.here import services
from console.live import cursor_now
from console.review.paper import read_paper
from console.review.quality.on_call import of_call
from console.review.reading import read_choices, read_page
from console.review.searching import saved_by_me
from console.review.sound import peaks_of
from console.review.wanted import read_filter, read_offset, search_part
from console.views import CallPaper, Sound

blueprint = Blueprint("review", __name__, url_prefix="/calls")
PAGE = 50


@blueprint.get("")
def calls() -> str:
    """The list, filtered and searched; a script of the page gets the list alone."""
    own, wanted, offset = sees_only_own_calls(), read_filter(request.args), read_offset(request.args)
    found = read_page(services(), wanted, offset=offset, limit=PAGE, for_agent=own)
    if is_part():
        return render_template(
            "review/list.html", found=found, wanted=wanted, query=request.args, searched=search_part(request.args)
        )
    return render_template(
        "review/calls.html",
        found=found,
        wanted=wanted,
        query=request.args,
        searched=search_part(request.args),
        saved=saved_by_me(),
        choices=read_choices(services()),
        is_own=own is not None,
    )


@blueprint.get("/<call_id>")
def call(call_id: str) -> str:
    """One call: journey, transcript and sound."""
    cursor = cursor_now(services().live, (f"call:{call_id}",))
    return render_template("review/call.html", paper=_paper(call_id), of_call=of_call(call_id), cursor=cursor)


@blueprint.get("/<call_id>/transcript")
def transcript(call_id: str) -> str:
    """The settled words, and whether the sound is there by now."""
    return render_template("review/record.html", paper=_paper(call_id))


@blueprint.get("/<call_id>/recordings/<recording_id>/peaks")
def peaks(call_id: str, recording_id: str) -> Response:
    """Loudness over time, one row a channel, for the picture of the sound."""
    sound = _sound(call_id, recording_id)
    return jsonify({"seconds": sound.seconds, "channels": peaks_of(services(), recording_id)})


def _sound(call_id: str, recording_id: str) -> Sound:
    found = _paper(call_id).sound(recording_id)
    if found is None:
        abort(404)
    return found


def _paper(call_id: str) -> CallPaper:
    found = read_paper(services(), call_id, for_agent=sees_only_own_calls())
    if found is None:
        abort(404)
    return found
