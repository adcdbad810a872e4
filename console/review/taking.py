"""The place where a sound leaves the page: in ranges for a player, cut for a file, by a link for a few minutes."""

from flask import Blueprint, Response, abort, jsonify, request, url_for

from console.access import sees_only_own_calls
from console.here import services
from console.review.paper import read_paper
from console.review.sound import export_sound, listener, open_linked, open_sound
from recordings import links
from recordings.access import Cut, OpenSound
from recordings.audio import SoundFormat
from recordings.content import stretch
from recordings.ranges import part_of

blueprint = Blueprint("sound", __name__)
ONE = "/calls/<call_id>/recordings/<recording_id>"


@blueprint.get(f"{ONE}/audio")
def audio(call_id: str, recording_id: str) -> Response:
    """The sound, in ranges, so that a player can seek."""
    _of_call(call_id, recording_id)
    return played(open_sound(services(), recording_id))


@blueprint.get(f"{ONE}/download")
def download(call_id: str, recording_id: str) -> Response:
    """The sound as a file: `as` wav, mp3 or ogg, from second `from` to second `to`, `level=1` for one loudness."""
    _of_call(call_id, recording_id)
    cut = _cut()
    taken = export_sound(services(), recording_id, cut)
    if taken is None:
        abort(404)
    answer = Response(taken, mimetype=cut.to.mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{recording_id}.{cut.to}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post(f"{ONE}/link")
def link(call_id: str, recording_id: str) -> Response:
    """An address of the sound that opens for five minutes, for a player that is not logged in."""
    _of_call(call_id, recording_id)
    here = services()
    token = links.sign(recording_id, listener().who, now=here.clock.now(), secret=here.settings.secret_key)
    return jsonify({"url": url_for("sound.linked", token=token, _external=True)})


@blueprint.get("/sounds/<token>")
def linked(token: str) -> Response:
    """What such an address opens: 403 once its time is over, 404 when nobody here has made it."""
    here = services()
    found = links.read(token, secret=here.settings.secret_key)
    if found is None:
        abort(404)
    if found.is_over(here.clock.now()):
        abort(403)
    return played(open_linked(here, found))


def played(opened: OpenSound | None) -> Response:
    """The answer to a player that asks for a sound, or a part of it; 404 without one."""
    if opened is None:
        abort(404)
    part = part_of(request.headers.get("Range"), opened.size)
    answer = Response(stretch(opened.content, part.start, part.stop), status=part.status, mimetype=opened.mimetype)
    answer.headers.update(part.headers)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _cut() -> Cut:
    try:
        to = SoundFormat(request.args.get("as", "wav"))
        start, end = float(request.args.get("from", 0)), request.args.get("to")
        stop = float(end) if end else None
    except ValueError:
        abort(400)
    if not 0 <= start < float("inf") or (stop is not None and not start < stop < float("inf")):
        abort(400)
    return Cut(to, start, stop, level=request.args.get("level") == "1")


def _of_call(call_id: str, recording_id: str) -> None:
    """Refuse what does not belong to a call that whoever asks may see: told like what does not exist."""
    paper = read_paper(services(), call_id, for_agent=sees_only_own_calls())
    if paper is None or paper.sound(recording_id) is None:
        abort(404)
