"""`callwright hold`, `release` and `holds`: calls that nobody may delete."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from console.cli.who import who
from foundation import legal_holds
from foundation.calls import Call
from foundation.clock import SystemClock
from foundation.db import Database
from foundation.errors import CallwrightError, Problem
from foundation.settings import load_settings

CallId = Annotated[str, typer.Argument(help="The call's id, as its page's address ends.", metavar="CALL")]


class NoSuchCall(CallwrightError):
    """There is no call of that id."""


def hold(
    call: CallId, *, why: Annotated[str, typer.Option("--why", help="The reason, for those who ask later.")]
) -> None:
    """Keep a call: neither its age nor a wish to be erased deletes anything of it until it is released."""
    with _database() as database, database.begin() as session:
        if session.get(Call, call) is None:
            todo = "Copy it from the address of the call's page."
            raise NoSuchCall(Problem("no_call", "There is no such call.", where=call, todo=todo))
        held = legal_holds.hold(session, call, why=why[:200], who=who(), at=SystemClock().now())
    typer.echo(f"{call}: held{'.' if held else ' already.'}")


def release(call: CallId) -> None:
    """Hold a call no longer: from now on it is deleted like any other."""
    with _database() as database, database.begin() as session:
        released = legal_holds.release(session, call, who=who(), at=SystemClock().now())
    typer.echo(f"{call}: {'released.' if released else 'was not held.'}")


def held() -> None:
    """List the calls that are held: since when, by whom and why."""
    with _database() as database, database.begin() as session:
        rows = [
            f"{one.call_id:36} since {one.since:%Y-%m-%d} by {one.who}: {one.why}" for one in legal_holds.holds(session)
        ]
    typer.echo("\n".join(rows) or "None.")


@contextmanager
def _database() -> Iterator[Database]:
    database = Database(load_settings().database_url)
    database.check()
    try:
        yield database
    finally:
        database.dispose()
