"""`callwright dnc`: the numbers that are never called back, whatever was promised."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from callbacks import do_not_call
from callbacks.do_not_call import AskedBy
from foundation.clock import SystemClock
from foundation.db import Database
from foundation.errors import CallwrightError, Problem
from foundation.phone import parse_number
from foundation.settings import load_settings

app = typer.Typer(no_args_is_help=True)
Numbers = Annotated[list[str], typer.Argument(help="Telephone numbers, as +12025550142.", metavar="NUMBER...")]
Region = Annotated[str, typer.Option(help="The country of numbers that are written without one.")]


class NoSuchFile(CallwrightError):
    """The list cannot be read."""


@app.command()
def add(numbers: Numbers, *, note: Annotated[str, typer.Option(help="Why, in a few words.")] = "") -> None:
    """Never call these numbers back, from this moment on, whatever was promised."""
    with _database() as database, database.begin() as session:
        for number in _parsed(numbers):
            now = SystemClock().now()
            added = do_not_call.add(session, number, asked_by=AskedBy.COMMAND, now=now, note=note)
            typer.echo(f"{number}: never called{'.' if added else ', as before.'}")


@app.command()
def remove(numbers: Numbers) -> None:
    """Let these numbers be called back again."""
    with _database() as database, database.begin() as session:
        for number in _parsed(numbers):
            removed = do_not_call.remove(session, number)
            typer.echo(f"{number}: {'may be called again.' if removed else 'was not on the list.'}")


@app.command("list")
def everything() -> None:
    """List the numbers that are never called, the newest first: since when, and who asked for it."""
    with _database() as database, database.begin() as session:
        rows = [
            f"{row.number:16} since {row.since:%Y-%m-%d %H:%M} UTC, by {row.asked_by}{f': {row.note}' * bool(row.note)}"
            for row in do_not_call.listed(session)
        ]
    typer.echo("\n".join(rows) or "None.")


@app.command("import")
def import_list(
    file: Annotated[Path, typer.Argument(help="A CSV file with a column `number` or `phone`, or numbers alone.")],
    *,
    region: Region = "US",
) -> None:
    """Add every number of a list. Lines that name no number are told and left out."""
    try:
        text = file.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise NoSuchFile(
            Problem("no_list", f"The list cannot be read: {error.strerror}.", where=str(file), todo="Name a CSV file.")
        ) from error
    with text, _database() as database, database.begin() as session:
        done = do_not_call.import_list(session, text, region=region.upper(), now=SystemClock().now())
    for bad in done.bad:
        typer.echo(f"line {bad.line}: no telephone number", err=True)
    typer.echo(f"{done.added} added, {done.known} on the list before, {len(done.bad)} not understood.")
    raise typer.Exit(1 if done.bad else 0)


def _parsed(numbers: list[str]) -> list[str]:
    return [parse_number(written) for written in numbers]


@contextmanager
def _database() -> Iterator[Database]:
    database = Database(load_settings().database_url)
    database.check()
    try:
        yield database
    finally:
        database.dispose()
