"""The place of coaching notes on a call's page: written at a moment, withdrawn, read."""

from flask import abort, make_response, render_template, request
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from console.here import services
from console.review.quality.coaching import locked_note, mark_read, withdraw, write_note
from console.review.quality.reading import read_call_quality
from console.review.quality.rows import CoachingNote
from console.review.quality.viewing import viewer
from console.review.quality.views import blueprint, go
from foundation.calls import Call

__all__ = ["blueprint"]


@blueprint.post("/notes")
def note() -> AnyResponse:
    """Tie a note to a moment; the notes of the call as they stand then."""
    here, form = services(), request.form
    with here.db.begin() as session:
        call = session.get(Call, form.get("call", "")) or abort(404)
        made = write_note(
            session,
            here.ids,
            call,
            agent_id=form.get("agent", ""),
            author=current_user.login,
            at_seconds=seconds_of(form.get("at", "")),
            text=form.get("text", ""),
            now=here.clock.now(),
        )
        session.flush()
        answer = _notes(session, call)
    here.live.push(f"agent:{made.agent_id}", "changed", {})
    return answer


@blueprint.post("/notes/<note_id>/withdraw")
def withdraw_note(note_id: str) -> AnyResponse:
    """Take one's own note back."""
    here = services()
    with here.db.begin() as session:
        found = _note(session, note_id)
        if found.author != current_user.login:
            abort(404)
        withdraw(session, found, who=current_user.login, now=here.clock.now())
        session.flush()
        return _notes(session, session.get_one(Call, found.call_id))


@blueprint.post("/notes/<note_id>/read")
def read_note(note_id: str) -> AnyResponse:
    """The agent has read it: only the one whom it is for."""
    here, who = services(), viewer()
    with here.db.begin() as session:
        found = _note(session, note_id)
        if not who.agent_id or found.agent_id != who.agent_id:
            abort(404)
        mark_read(session, found, who=who.login, now=here.clock.now())
    return go("quality.mine")


def seconds_of(written: str) -> float:
    """A moment as people write it: `73`, `1:13` or `1:01:13`; what is none is refused."""
    parts = written.strip().split(":")
    if not 1 <= len(parts) <= 3 or not all(part.replace(".", "", 1).isdecimal() for part in parts):  # noqa: PLR2004
        abort(400)
    total = 0.0
    for part in parts:
        total = total * 60 + float(part)
    return total


def _note(session: Session, note_id: str) -> CoachingNote:
    return locked_note(session, note_id) or abort(404)


def _notes(session: Session, call: Call) -> AnyResponse:
    quality = read_call_quality(session, services(), call, viewer())
    return make_response(render_template("review/quality/notes.html", of_call=quality))
