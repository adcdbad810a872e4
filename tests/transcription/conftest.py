"""Databases with a few calls in them: SQLite always, PostgreSQL where CALLWRIGHT_TEST_POSTGRES names one."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

import transcription.search  # noqa: F401 - its tables
from foundation.db import Database
from foundation.ids import RandomIds

POSTGRES = "CALLWRIGHT_TEST_POSTGRES"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of each kind; PostgreSQL in a schema of the test's own."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'archive.db'}")
        database.create_all()
        yield database
        database.dispose()
        return
    url = os.environ.get(POSTGRES)
    if not url:
        pytest.skip(f"no PostgreSQL: set {POSTGRES}, for instance postgresql+psycopg://postgres@127.0.0.1/test")
    yield from _in_own_schema(url)


def _in_own_schema(url: str) -> Iterator[Database]:
    schema = RandomIds().new("cw_test_")
    outside = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with outside.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    database = Database(f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{schema}")
    database.create_all()
    yield database
    database.dispose()
    with outside.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    outside.dispose()
