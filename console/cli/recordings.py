"""`callwright recordings`: how they stand, what failed asked for again, all of them locked with the current key."""

from typing import Annotated

import typer

from foundation.clock import SystemClock
from foundation.db import Database
from foundation.errors import CallwrightError, Problem
from foundation.settings import load_settings

app = typer.Typer(no_args_is_help=True)


class NothingLocks(CallwrightError):
    """There is no key to lock with."""


@app.command()
def state() -> None:
    """Count the recordings by how they stand, and the carrier's copies that are still to be deleted."""
    from recordings.standing import standing

    settings = load_settings()
    database = Database(settings.database_url)
    database.check()
    try:
        with database.begin() as session:
            found = standing(session)
    finally:
        database.dispose()
    for name, count in found.by_state.items():
        typer.echo(f"{name:<32}{count:>6}")
    typer.echo(f"{'still at the carrier':<32}{found.at_carrier:>6}")
    for problem, count in found.problems.items():
        typer.echo(f"{f'waiting: {problem}':<32}{count:>6}")


@app.command()
def retry() -> None:
    """Ask once more for every recording that could not be fetched."""
    from recordings.standing import ask_again

    settings = load_settings()
    database = Database(settings.database_url)
    database.check()
    try:
        asked = ask_again(database, SystemClock().now())
    finally:
        database.dispose()
    typer.echo(f"{asked} asked for again.")


@app.command()
def rekey(*, quiet: Annotated[bool, typer.Option("--quiet", help="Print only the count.")] = False) -> None:
    """Lock every recording with the current key of RECORDING_KEYS; after that the older keys may be taken away."""
    from recordings.keeping import store_of
    from recordings.sealed import SealedStore

    store = store_of(load_settings())
    if not isinstance(store, SealedStore):
        todo = "Set RECORDING_KEYS, or write secrets/recording_keys below CALLWRIGHT_HOME."
        raise NothingLocks(Problem("no_keys", "There is no key to lock recordings with.", todo=todo))
    done = 0
    for key in tuple(store.keys()):
        if store.rekey(key):
            done += 1
            if not quiet:
                typer.echo(key)
    typer.echo(f"{done} locked with the current key.")
