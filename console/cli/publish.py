"""`callwright publish`, `versions` and `rollback`: which version of the site answers, and who decided it."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from console.going_live import ready
from console.shares import read_share, share_told
from console.shelf import OpenShelf, open_shelf, who_asks
from ivr.releases import WHOLE, By, Standing
from ivr.versions import VersionRow, read_versions

SHOWN = 12
Why = Annotated[str, typer.Option("-m", "--why", help="Why, for whoever asks later.", metavar="TEXT")]


class Format(StrEnum):
    """How a list is told."""

    text = "text"
    json = "json"


def publish(
    site: Annotated[Path | None, typer.Argument(help="The folder of a site.", show_default=False)] = None,
    *,
    why: Why = "",
    share: Annotated[
        str, typer.Option(help="Only this share of the callers, by a hash of their number; alone: widen or narrow it.")
    ] = "",
    finish: Annotated[bool, typer.Option("--finish", help="Everybody gets the version on trial.")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Nobody gets the version on trial any more.")] = False,
) -> None:
    """Let new calls begin on this version of the site, once it is checked and its own tests pass.

    Calls that run stay on the version they began with. With --share only some callers get the new version, always the
    same ones; the share is widened by --share alone, ended by --finish or --withdraw.
    """
    if [site is not None, finish, withdraw].count(True) + (site is None and bool(share)) != 1:
        raise typer.BadParameter("Name a folder, or one of --share (of the version on trial), --finish, --withdraw.")
    by, parts = By(who_asks(), why), read_share(share) if share else WHOLE
    with open_shelf() as open_:
        releases = open_.shelf.releases
        if site is not None:
            folder = site.absolute()
            loaded = ready(folder)
            open_.shelf.publish(loaded, folder, by, share=parts)
        elif finish:
            releases.finish(by)
        elif withdraw:
            releases.withdraw(by)
        else:
            releases.share(parts, by)
        typer.echo(_told(releases.standing()))


def versions(*, format_: Annotated[Format, typer.Option("--format", help="text or json.")] = Format.text) -> None:
    """List the versions: which share of new calls each answers, who let it in, when, why, and the calls on it."""
    with open_shelf() as open_:
        rows = _rows(open_)
    if format_ is Format.json:
        typer.echo(json.dumps([_as_json(row) for row in rows], indent=2))
        return
    _print(rows)


def rollback(
    version: Annotated[
        str, typer.Argument(help="The first letters of a version; else the one before the present.", show_default=False)
    ] = "",
    *,
    why: Why = "",
) -> None:
    """Go back to a version that was live before; calls that run stay on theirs."""
    with open_shelf() as open_:
        standing = open_.shelf.releases.roll_back(By(who_asks(), why), version)
    typer.echo(_told(standing))


def _rows(open_: OpenShelf) -> list[VersionRow]:
    standing = open_.shelf.releases.standing()
    with open_.db.begin() as session:
        return read_versions(session, standing)


def _told(standing: Standing | None) -> str:
    if standing is None:
        return "No version is live."
    if standing.trial:
        share = share_told(standing.share)
        return f"Version {standing.trial[:SHOWN]} answers {share} of new callers, {standing.beside[:SHOWN]} the others."
    return f"Version {standing.main[:SHOWN]} answers new calls; calls that run stay on theirs."


def _print(rows: list[VersionRow]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("version", "new calls", "calls", "on it now", "when", "who", "what", "why"):
        is_count = name in {"new calls", "calls", "on it now"}
        table.add_column(name, justify="right" if is_count else "left", no_wrap=name in {"version", "when", "who"})
    for row in rows:
        share = share_told(row.share) if row.share else ""
        at = row.at.astimezone().strftime("%Y-%m-%d %H:%M")
        what = row.act.replace("_", " ")
        table.add_row(row.version[:SHOWN], share, str(row.calls), str(row.calls_now), at, row.who, what, row.why)
    Console(file=sys.stdout, highlight=False).print(table if rows else "No version was ever published.")


def _as_json(row: VersionRow) -> dict[str, object]:
    return {
        "version": row.version,
        "site": row.site,
        "folder": row.folder,
        "share": row.share / WHOLE,
        "calls": row.calls,
        "calls_now": row.calls_now,
        "at": row.at.isoformat(),
        "who": row.who,
        "what": row.act,
        "why": row.why,
    }
