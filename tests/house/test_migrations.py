"""Migrations: from nothing they give what the models say, and they go down and up again."""

import os
import re
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from console.tables import METADATA, is_search_object
from foundation import migrations
from foundation.db import Database

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.services)])
def empty(request, tmp_path):
    """A database with no tables at all."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    else:
        url = os.environ.get("CALLWRIGHT_TEST_POSTGRES")
        if not url:
            pytest.skip("set CALLWRIGHT_TEST_POSTGRES")
        database = Database(url)
        wipe(database)
    yield database
    if request.param == "postgres":
        wipe(database)
    database.dispose()


def wipe(database):
    with database.engine.begin() as connection:
        connection.execute(text("drop schema public cascade"))
        connection.execute(text("create schema public"))


def tables(database):
    return {name for name in inspect(database.engine).get_table_names() if not is_search_object(name)} - {
        "alembic_version"
    }


def test_the_house_knows_its_tables():
    """An empty comparison would always agree; and a table whose module nobody lists here would be forgotten."""
    wanted = {"calls", "agents", "queue_entries", "reservations", "promises", "segments", "recordings", "users"}
    assert wanted <= set(METADATA.tables)
    declared = set()
    for path in ROOT.glob("*/**/*.py"):
        if path.relative_to(ROOT).parts[0] not in {".venv", "tests", "var"}:
            declared |= set(re.findall(r'__tablename__ = "(\w+)"', path.read_text(encoding="utf-8")))
    assert declared == set(METADATA.tables)


def test_from_nothing_the_migrations_give_what_the_models_say(empty):
    migrations.upgrade(empty)
    assert migrations.differences(empty, known=is_search_object) == []
    assert tables(empty) == set(METADATA.tables)
    assert migrations.current(empty) == migrations.head()


def test_migrations_go_down_and_up_again(empty):
    migrations.upgrade(empty)
    migrations.downgrade(empty, "base")
    assert tables(empty) == set()
    migrations.upgrade(empty)
    assert migrations.differences(empty, known=is_search_object) == []


def test_repeating_the_upgrade_changes_nothing(empty):
    migrations.upgrade(empty)
    migrations.upgrade(empty)
    assert migrations.current(empty) == migrations.head()


def test_the_search_is_there_after_the_migrations(empty):
    migrations.upgrade(empty)
    with empty.begin() as session:
        session.execute(
            text("select count(*) from segments_fts" if empty.is_sqlite else "select count(folded_words) from segments")
        )
