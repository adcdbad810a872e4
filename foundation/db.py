"""The database: one engine, one way to open a transaction, one base for every table."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import DateTime, Engine, MetaData, create_engine, event, text
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from foundation.errors import Problem, ServiceUnavailable
from foundation.events import deliver

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_SECONDS = 15


class Base(DeclarativeBase):
    """The base of every table; constraints are named so that migrations can speak of them."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, stored in UTC, read back as an aware datetime. A naive one is refused with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: in UTC, without a zone where the database has none."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """From the database: aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """One database, SQLite or PostgreSQL, reached by its URL."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises; then its news is heard."""
        with self._sessions.begin() as session:
            yield session
        deliver(session)

    def create_all(self) -> None:
        """Make every table from the models, as tests do; a living house migrates instead."""
        Base.metadata.create_all(self.engine)

    def check(self) -> None:
        """Raise ServiceUnavailable, in one sentence, when the database cannot be used."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("select 1"))
        except (OperationalError, SQLAlchemyError) as error:
            raise ServiceUnavailable(_unreachable(self.engine, error)) from error

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ServiceUnavailable(
            Problem(
                "database_url",
                "DATABASE_URL is not a database address.",
                todo="Write sqlite:///path/to/file.db or postgresql+psycopg://user@host/name.",
            )
        ) from error
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    try:
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(create_engine(parsed, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}))
        return create_engine(parsed, pool_pre_ping=True, pool_size=16, max_overflow=32)
    except (SQLAlchemyError, ImportError) as error:
        raise ServiceUnavailable(
            Problem(
                "database_url",
                f"Callwright does not speak {parsed.drivername}.",
                where="DATABASE_URL",
                todo="Use sqlite:///… or postgresql+psycopg://…",
            )
        ) from error


def _sqlite(engine: Engine) -> Engine:
    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS}000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: object) -> None:
        # a read that later writes would otherwise fail at once when another process has written in between;
        # who only reads asks for AUTOCOMMIT, and waits for nobody
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":  # type: ignore[attr-defined]
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # type: ignore[attr-defined]

    return engine


def _unreachable(engine: Engine, error: Exception) -> Problem:
    shown = engine.url.render_as_string(hide_password=True)
    cause = str(getattr(error, "orig", error)).strip().splitlines()[0]
    return Problem(
        "database_unreachable",
        f"The database cannot be used: {cause}.",
        where=shown,
        todo="Check that DATABASE_URL names a database that runs and a folder that can be written.",
    )
