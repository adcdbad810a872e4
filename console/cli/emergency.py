"""`callwright emergency`: opening hours switched to emergency and back, for calls from this moment on."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer

from call_flows.problems import nearest
from call_flows.site import Site
from foundation.clock import SystemClock
from foundation.db import Database
from foundation.errors import CallwrightError, Problem
from foundation.settings import load_settings
from ivr import emergency
from ivr.sites import SiteShelf

app = typer.Typer(no_args_is_help=True)
Names = Annotated[list[str], typer.Argument(help="Opening hours of site.yaml, by name.", metavar="HOURS...")]


class NoSuchHours(CallwrightError):
    """The site has no opening hours of that name."""


@app.command()
def on(hours: Names) -> None:
    """Set hours to emergency: flows take the exit `emergency` of their `hours` nodes, at any hour of the day."""
    now = SystemClock().now()
    with _database() as database:
        _known(SiteShelf(database, SystemClock()).current().loaded.site, hours)
        with database.begin() as session:
            for name in hours:
                changed = emergency.switch_on(session, name, who=_who(), at=now)
                typer.echo(f"{name}: emergency{'.' if changed else ' already.'}")


@app.command()
def off(hours: Names) -> None:
    """Set hours back to what their week in site.yaml says."""
    now = SystemClock().now()
    with _database() as database, database.begin() as session:
        for name in hours:
            changed = emergency.switch_off(session, name, who=_who(), at=now)
            typer.echo(f"{name}: as its week says{'.' if changed else ' already.'}")


@app.command("list")
def everything() -> None:
    """List the hours that are in an emergency, with since when and by whom."""
    with _database() as database, database.begin() as session:
        found = [(row.hours, f"{row.since:%Y-%m-%d %H:%M} UTC", row.who) for row in emergency.switches(session)]
    typer.echo("\n".join(f"{name:24} since {since} by {who}" for name, since, who in found) or "None.")


def _known(site: Site, names: Sequence[str]) -> None:
    known = list(site.hours)
    for name in names:
        if name not in known:
            near = nearest(name, known)
            todo = f"Did you mean '{near}'?" if near else f"Write one of {', '.join(known)}."
            raise NoSuchHours(Problem("hours_unknown", "The site has no such hours.", where=name, todo=todo))


def _who() -> str:
    return f"command line ({os.environ.get('USER') or 'somebody'})"[:64]


@contextmanager
def _database() -> Iterator[Database]:
    database = Database(load_settings().database_url)
    database.check()
    try:
        yield database
    finally:
        database.dispose()
