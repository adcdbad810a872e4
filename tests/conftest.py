"""Fixtures every folder's tests share: a database, a Redis of one's own, a clock that stands still."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis
import structlog
from sqlalchemy import text

from foundation.clock import ManualClock, SystemClock
from foundation.db import Database
from foundation.ids import CountingIds, RandomIds
from foundation.redis import EmbeddedRedis

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """A test that configures the logs does so for itself alone."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 3, 2, 15, 0, tzinfo=UTC))


@pytest.fixture
def ids() -> CountingIds:
    return CountingIds()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """A fresh SQLite database with every table of the folders the test has imported."""
    database = Database(f"sqlite:///{tmp_path / 'test.db'}")
    database.create_all()
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Database]:
    """PostgreSQL, where CALLWRIGHT_TEST_POSTGRES names one, in a schema of this run's own."""
    url = os.environ.get("CALLWRIGHT_TEST_POSTGRES")
    if not url:
        pytest.skip("no PostgreSQL: set CALLWRIGHT_TEST_POSTGRES")
    schema, outside = RandomIds().new("cw_test_"), Database(url)
    with outside.engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    database = Database(f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{schema}")
    database.create_all()
    yield database
    database.dispose()
    with outside.engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    outside.dispose()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[EmbeddedRedis]:
    """A Redis server of this test run's own, on a short socket path, with no TCP port."""
    folder = Path(tempfile.mkdtemp(prefix="cw"))
    server = EmbeddedRedis(folder)
    server.start(SystemClock())
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def redis_client(redis_server: EmbeddedRedis) -> Iterator["redis.Redis"]:
    """A client of that server, emptied before each test."""
    client = redis.Redis(unix_socket_path=str(redis_server.socket), decode_responses=True)
    client.flushall()
    yield client
    client.close()


def data_folder() -> Path:
    """Where the shared reference data is, or would be."""
    return Path(os.environ.get("CALLWRIGHT_DATA") or ROOT.parent / "shared" / "data")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that needs the shared reference data is skipped, and says so, where it is absent."""
    if item.get_closest_marker("data") is not None and not data_folder().is_dir():
        pytest.skip("the reference data is not here: set CALLWRIGHT_DATA to its folder")


@pytest.fixture(scope="session")
def data() -> Path:
    """The shared reference data; a test that needs it is skipped, and says so, where it is absent."""
    if not data_folder().is_dir():
        pytest.skip("the reference data is not here: set CALLWRIGHT_DATA to its folder")
    return data_folder()
