"""The database's own driver, for the few statements of every webhook's path.

Each is written once with SQLAlchemy, compiled once for the database at hand, and given to the driver as it is. They
work on a cursor: of a transaction of their own, or of the ORM session in which a step also takes a place in a queue.
"""

import sys
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Engine, PoolProxiedConnection, event
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.orm import Session

from foundation.db import Database

Work = Callable[[DBAPICursor], None]


@dataclass(slots=True)
class _Job:
    work: Work
    done: bool = False
    error: BaseException | None = None


class Undone(Exception):
    """The work is to be undone, and only this: whoever asked for it knows why."""


class Driver:
    """One database, spoken to directly.

    `fault` is what its driver raises, `taken` that of it which means that a unique value is taken already.
    """

    def __init__(self, db: Database) -> None:
        self._engine = db.engine
        self._is_sqlite = db.is_sqlite
        self._turn = threading.Lock()
        self._waiting: deque[_Job] = deque()
        self._kept: PoolProxiedConnection | None = None
        event.listen(db.engine, "engine_disposed", self._give_back)
        self.taken: type[Exception] = db.engine.dialect.loaded_dbapi.IntegrityError
        self.failed: type[Exception] = db.engine.dialect.loaded_dbapi.Error
        self.fault: type[Exception] = db.engine.dialect.loaded_dbapi.Error

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

    def commit(self, work: Work) -> None:
        """Do the work in a transaction and commit it, together with what other threads brought meanwhile.

        SQLite takes one write at a time and waits for the disk at each commit: threads that come while one is writing
        are written with the next commit, all at once. Each work stands alone: one that raises is undone, and raises in
        its own thread only.
        """
        if not self._is_sqlite:
            self._write([_Job(work)])
            return
        job = _Job(work)
        self._waiting.append(job)
        with self._turn:
            if not job.done:
                jobs = []
                while self._waiting:
                    jobs.append(self._waiting.popleft())
                self._write(jobs)
        if job.error is not None:
            raise job.error

    def _write(self, jobs: list["_Job"]) -> None:
        connection = self._writer()
        committed = False
        try:
            cursor = connection.cursor()
            if self._is_sqlite:
                cursor.execute("BEGIN IMMEDIATE")
            for job in jobs:
                self._do(job, cursor, alone=len(jobs) == 1)
            connection.commit()
            committed = True
        finally:
            if not committed:
                connection.rollback()
            for job in jobs:
                job.error = job.error or (None if committed else sys.exception())
                job.done = True
            if not self._is_sqlite:
                connection.close()

    def _do(self, job: "_Job", cursor: DBAPICursor, *, alone: bool) -> None:
        """One work of several in a transaction is undone by itself; alone, its error undoes the transaction."""
        if alone:
            job.work(cursor)
            return
        cursor.execute("SAVEPOINT job")
        try:
            job.work(cursor)
        except (Undone, self.fault) as error:
            cursor.execute("ROLLBACK TO job")
            job.error = error
        cursor.execute("RELEASE job")

    def _writer(self) -> PoolProxiedConnection:
        """A connection to write with: with SQLite always the same, since only one may write at a time anyway."""
        if not self._is_sqlite:
            return self._engine.raw_connection()
        if self._kept is None:
            self._kept = self._engine.raw_connection()
        return self._kept

    def _give_back(self, _engine: Engine) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.detach()
            kept.close()

    @staticmethod
    def cursor_of(session: Session) -> DBAPICursor:
        """A cursor within the session's transaction; what the session holds back is written first."""
        session.flush()
        return session.connection().connection.cursor()

    def moment(self, at: datetime | None) -> object:
        """A moment as `foundation.db.UtcDateTime` keeps it."""
        if at is None or not self._is_sqlite:
            return at
        if at.tzinfo is UTC:  # as the clock gives it
            return at.isoformat(" ", "microseconds")[:26]
        return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def to_json(value: Any) -> str:
    """A value as a JSON column takes it."""
    return _ENCODER.encode(value).decode()


def as_text(value: Any) -> Any:
    """Names of a site are texts of a kind of their own; kept, they are texts."""
    if isinstance(value, str):
        return str.__str__(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


_ENCODER = msgspec.json.Encoder(enc_hook=as_text)


def from_json(value: Any) -> Any:
    """A JSON column's value: text from the one driver, decoded already by the other."""
    return msgspec.json.decode(value) if isinstance(value, str) else value
