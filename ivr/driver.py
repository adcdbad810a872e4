"""The database's own driver, for the few statements of every webhook's path.

Each is written once with SQLAlchemy, compiled once for the database at hand, and given to the driver as it is. They
work on a cursor: of a transaction of their own, or of the ORM session in which a step also takes a place in a queue.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.orm import Session

from foundation.db import Database


class Driver:
    """One database, spoken to directly. `taken` is what the driver raises when a unique value is taken already."""

    def __init__(self, db: Database) -> None:
        self._engine = db.engine
        self._is_sqlite = db.is_sqlite
        self.taken: type[Exception] = db.engine.dialect.loaded_dbapi.IntegrityError

    def compiled(self, statement: Any) -> str:
        """The statement's text with named parameters, which both drivers take from a mapping."""
        kind: Any = type(self._engine.dialect)
        dialect = kind(paramstyle="named" if self._is_sqlite else "pyformat")
        return str(statement.compile(dialect=dialect))

    def one(self, statement: str, values: dict[str, Any]) -> Any:
        """The first row, or None. No BEGIN: a read of one row waits for no writer and makes none wait."""
        connection = self._engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(statement, values)
            return cursor.fetchone()
        finally:
            connection.close()

    @contextmanager
    def transaction(self) -> Iterator[DBAPICursor]:
        """A transaction of the driver's own."""
        connection = self._engine.raw_connection()
        try:
            cursor = connection.cursor()
            if self._is_sqlite:
                cursor.execute("BEGIN IMMEDIATE")
            yield cursor
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
        finally:
            connection.close()

    @staticmethod
    def cursor_of(session: Session) -> DBAPICursor:
        """A cursor within the session's transaction; what the session holds back is written first."""
        session.flush()
        return session.connection().connection.cursor()

    def moment(self, at: datetime | None) -> object:
        """A moment as `foundation.db.UtcDateTime` keeps it."""
        if at is None or not self._is_sqlite:
            return at
        return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def to_json(value: Any) -> str:
    """A value as a JSON column takes it."""
    return msgspec.json.encode(value).decode()


def from_json(value: Any) -> Any:
    """A JSON column's value: text from the one driver, decoded already by the other."""
    return msgspec.json.decode(value) if isinstance(value, str) else value
