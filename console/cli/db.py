"""`callwright db`: the tables of the database, moved up and down."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from foundation.db import Database
from foundation.settings import load_settings

app = typer.Typer(no_args_is_help=True)


@contextmanager
def _database() -> Iterator[Database]:
    database = Database(load_settings().database_url)
    database.check()
    try:
        yield database
    finally:
        database.dispose()


@app.command()
def upgrade(revision: str = "head") -> None:
    """Bring the tables up to the newest revision. Repeating it changes nothing."""
    from foundation import migrations

    with _database() as database:
        migrations.upgrade(database, revision)
        typer.echo(f"The tables are at {migrations.current(database)}.")


@app.command()
def downgrade(revision: str) -> None:
    """Take the tables down to a revision; `base` removes them all, with what they hold."""
    from foundation import migrations

    with _database() as database:
        migrations.downgrade(database, revision)
        typer.echo(f"The tables are at {migrations.current(database) or 'base'}.")


@app.command()
def current() -> None:
    """Say which revision the tables are at, and whether it is the newest."""
    from foundation import migrations

    with _database() as database:
        here, newest = migrations.current(database), migrations.head()
        typer.echo(f"{here or 'base'} ({'newest' if here == newest else f'newest is {newest}'})")


@app.command()
def revise(message: str) -> None:
    """Write a migration from what differs between the models and the tables, for you to read and mend."""
    from console.tables import is_search_object
    from foundation import migrations

    with _database() as database:
        typer.echo(f"Written: {migrations.revise(database, message, known=is_search_object)}")
