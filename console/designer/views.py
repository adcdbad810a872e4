"""The place of the designer's page: versions, maps and differences; publishing and the way back."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from call_flows.changes import SIGNS, Change, changes_between
from call_flows.diagram import GAVE_UP, svg
from call_flows.loaded import LoadedSite
from call_flows.loader import load_site
from call_flows.problems import SiteRefused
from console.designer.reading import DAY, SPANS, FilesRead, live_site, read_board, read_tally
from console.going_live import TestsFailed, ready, reasons
from console.here import services
from console.live import WALL, cursor_now
from console.shares import read_share, share_told
from ivr.releases import WHOLE, By, find_version

blueprint = Blueprint("designer", __name__, url_prefix="/designer")
SHARES = ("1%", "5%", "10%", "25%", "50%")
FILES = "files"
_files = FilesRead()


@blueprint.get("")
def page() -> str:
    """The whole screen."""
    here, span = services(), _span()
    cursor = cursor_now(here.live, (WALL,))
    files = _files.read(here.settings.site_dir, live_site(here))
    return render_template("designer/page.html", board=read_board(here, span), files=files, cursor=cursor, **_words())


@blueprint.get("/board")
def board() -> str:
    """Versions and flows as they stand: fetched again whenever the stream says that something changed."""
    return render_template("designer/board.html", board=read_board(services(), _span()), **_words())


@blueprint.get("/flows/<name>")
def flow(name: str) -> str:
    """The map of one flow, with counts."""
    cursor = cursor_now(services().live, (WALL,))
    return render_template("designer/flow.html", cursor=cursor, **_map(name))


@blueprint.get("/flows/<name>/map")
def flow_map(name: str) -> str:
    """The map alone."""
    return render_template("designer/map.html", **_map(name))


@blueprint.get("/diff")
def compare() -> str:
    """What one version changes beside another; `files` stands for the folder."""
    before, after = _version(request.args.get("before", "")), _version(request.args.get("after", FILES))
    grouped: dict[str, list[Change]] = {}
    for change in changes_between(before, after):
        grouped.setdefault(change.flow, []).append(change)
    return render_template("designer/diff.html", before=before, after=after, grouped=grouped, signs=SIGNS)


@blueprint.post("/publish")
def publish() -> AnyResponse:
    """Let the files go live, for everybody or for a share, once they are in order and their tests pass."""
    here, folder = services(), services().settings.site_dir
    share = request.form.get("share", "")
    parts = read_share(share) if share else WHOLE
    try:
        site = ready(folder)
    except (SiteRefused, TestsFailed) as refused:
        here.shelf.releases.refused(folder, reasons(refused))
        return _back()
    here.shelf.publish(site, folder, _by(), share=parts)
    return _told()


@blueprint.post("/share")
def share() -> AnyResponse:
    """Widen or narrow the share of the version on trial."""
    services().shelf.releases.share(read_share(request.form.get("share", "")), _by())
    return _told()


@blueprint.post("/finish")
def finish() -> AnyResponse:
    """Everybody gets the version on trial."""
    services().shelf.releases.finish(_by())
    return _told()


@blueprint.post("/withdraw")
def withdraw() -> AnyResponse:
    """Nobody gets the version on trial any more."""
    services().shelf.releases.withdraw(_by())
    return _told()


@blueprint.post("/rollback")
def roll_back() -> AnyResponse:
    """Back to an earlier version."""
    services().shelf.releases.roll_back(_by(), request.form.get("version", ""))
    return _told()


def _map(name: str) -> dict[str, object]:
    here, span, version = services(), _span(), request.args.get("version", "")
    site = _version(version)
    found = site.flows.get(name)
    if found is None:
        abort(404)
    counted = read_tally(here, span, site.version if version else "")
    counts = counted.counts(name)
    left = sorted(((n, node) for (node, exit_name), n in counts.items() if exit_name == GAVE_UP), reverse=True)
    ways = ((n, *way) for way, n in counts.items() if way[1] != GAVE_UP and way[0] in found.nodes)
    taken = sorted(ways, reverse=True)
    # the drawing is our own, every name in it escaped: call_flows.diagram
    drawn = Markup(svg(found, counts))  # noqa: S704
    here_now = {"flow": found, "drawn": drawn, "counted": counted, "left": left, "taken": taken, "version": version}
    return {**here_now, "calls": counted.through[name], "span": span, "spans": SPANS, "site": site}


def _words() -> dict[str, object]:
    return {"span": _span(), "spans": SPANS, "shares": SHARES, "whole": WHOLE, "share_told": share_told}


def _span() -> str:
    asked = request.args.get("span", DAY)
    return asked if asked in SPANS else DAY


def _version(named: str) -> LoadedSite:
    """A version by its first letters, the folder, or what is live. Nobody's version is no page."""
    here = services()
    if named == FILES:
        return load_site(here.settings.site_dir)
    if not named:
        live = live_site(here)
        if live is None:
            abort(404)
        return live
    with here.db.begin() as session:
        return here.shelf.version(find_version(session, named)).loaded


def _by() -> By:
    return By(current_user.login, request.form.get("why", "").strip())


def _told() -> AnyResponse:
    """The shelf of this process sees it at once; the other screens hear of it."""
    here = services()
    here.shelf.look()
    here.live.push(WALL, "site", {"live": True})
    return _back()


def _back() -> Response | AnyResponse:
    return redirect(url_for("designer.page"), 303)
