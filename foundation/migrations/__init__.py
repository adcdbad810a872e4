"""Migrations: how the tables of a living house change. Every table begins here."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from foundation.db import Base, Database

FOLDER = Path(__file__).parent
Known = Callable[[str], bool]


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


def differences(database: Database, *, known: Known) -> list[Any]:
    """How the tables of the database differ from the models; none is the only right answer.

    `known(name)` is true for what lives beside the models, such as the search's own tables.
    """
    with database.engine.connect() as connection:
        options = {"include_name": _without(known), "compare_type": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))


def revise(database: Database, message: str, *, known: Known) -> str:
    """Write a new migration from what differs, to be read and mended by a person; the revision's id."""
    config = configuration()
    with database.engine.begin() as connection:
        config.attributes.update(connection=connection, include_name=_without(known))
        script = command.revision(config, message, autogenerate=True)
    return str(getattr(script, "revision", ""))


def _without(known: Known) -> Callable[..., bool]:
    def include(name: str | None, _kind: str, _parents: object) -> bool:
        return name is None or not (known(name) or name == "alembic_version")

    return include


def _run(database: Database, act: Callable[[Config], None]) -> None:
    config = configuration()
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        act(config)
