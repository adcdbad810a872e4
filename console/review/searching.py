"""The place of what is done with a search: taken away as a file, kept under a name, forgotten."""

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from console.access import sees_only_own_calls
from console.here import services
from console.looking import looking
from console.review.exporting import as_csv, as_jsonl, exported
from console.review.saved import SavedSearch, forget_search, save_search, searches_of
from console.review.wanted import read_filter, search_part
from foundation.audit import record_access

blueprint = Blueprint("searches", __name__, url_prefix="/calls")
EXPORTED = "calls.exported"
KINDS = {"csv": ("text/csv; charset=utf-8", as_csv), "jsonl": ("application/jsonl; charset=utf-8", as_jsonl)}


@blueprint.get("/export")
def export() -> Response:
    """The calls found, as a file; that it was taken is noted in the audit."""
    kind = request.args.get("as", "csv")
    if kind not in KINDS:
        abort(404)
    mimetype, write = KINDS[kind]
    here, own = services(), sees_only_own_calls()
    with looking(here.db) as session:
        rows = exported(session, read_filter(request.args), for_agent=own)
    with here.db.begin() as session:
        record_access(session, who=current_user.login, what=EXPORTED, subject=kind, at=here.clock.now())
    answer = make_response(write(rows))
    answer.headers["Content-Type"] = mimetype
    answer.headers["Content-Disposition"] = f'attachment; filename="calls.{kind}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post("/searches")
def save() -> str:
    """Keep what the form looks for under a name of the person's own."""
    here = services()
    form: MultiDict[str, str] = request.form
    with here.db.begin() as session:
        if not save_search(session, current_user.login, form.get("name", ""), search_part(form), now=here.clock.now()):
            abort(400)
    return _list()


@blueprint.post("/searches/<search_id>/forget")
def forget(search_id: str) -> str:
    """Delete one of the person's own; another's does not exist here."""
    with services().db.begin() as session:
        if not search_id.isdecimal() or not forget_search(session, current_user.login, int(search_id[:9])):
            abort(404)
    return _list()


def saved_by_me() -> list[SavedSearch]:
    """The searches of whoever asks."""
    with looking(services().db) as session:
        return searches_of(session, current_user.login)


def _list() -> str:
    return render_template("review/saved.html", saved=saved_by_me())
