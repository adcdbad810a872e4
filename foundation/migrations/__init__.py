"""Migrations: how the tables of a living house change. Every table begins here."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from foundation.db import Database

FOLDER = Path(__file__).parent


def configuration() -> Config:
    """Alembic's configuration, without a file: the scripts are in this package."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the tables up to the revision. Repeating it changes nothing."""
    _run(database, lambda config: command.upgrade(config, revision))


def downgrade(database: Database, revision: str) -> None:
    """Take the tables down to the revision; "base" is none at all."""
    _run(database, lambda config: command.downgrade(config, revision))


def current(database: Database) -> str | None:
    """The revision the database is at, None before the first."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """The newest revision there is."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


def _run(database: Database, act: Callable[[Config], None]) -> None:
    config = configuration()
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        act(config)
