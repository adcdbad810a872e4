"""How a session is read and written: one row, compared and set, with its event log.

This is the hot path of every webhook, so its five statements are written once with SQLAlchemy, compiled once for the
database at hand, and then given to the driver as they are. They work on a cursor: of a transaction of their own, or of
the ORM session in which a step also takes a place in a queue or makes a promise.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.orm import Session

from foundation.calls import Call
from foundation.db import Database
from ivr.line import Line
from ivr.tables import CallEvent, CallSession

_LOAD = (
    select(
        CallSession.revision,
        CallSession.turn,
        CallSession.site_version,
        CallSession.state,
        CallSession.line,
        CallSession.document,
        CallSession.ended_at,
        Call.carrier_sid,
        Call.caller,
        Call.caller_name,
        Call.dialled,
        Call.language,
    )
    .join(Call, Call.id == CallSession.call_id)
    .where(CallSession.call_id == bindparam("of"))
)
_ANSWER = select(CallEvent.answer).where(CallEvent.call_id == bindparam("of"), CallEvent.step == bindparam("at_step"))
_STEP = (
    update(CallSession)
    .where(
        CallSession.call_id == bindparam("of"),
        CallSession.revision == bindparam("from_revision"),
        CallSession.turn == bindparam("from_turn"),
        CallSession.ended_at.is_(None),
    )
    .values(
        revision=bindparam("to_revision"),
        turn=bindparam("to_turn"),
        state=bindparam("to_state"),
        line=bindparam("to_line"),
        document=bindparam("to_document"),
        ended_at=bindparam("to_ended_at"),
    )
)
_LOG = insert(CallEvent).values(
    call_id=bindparam("of"),
    kind=bindparam("what"),
    at=bindparam("moment"),
    payload=bindparam("said"),
    step=bindparam("at_step"),
    answer=bindparam("document"),
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """One session as read, with what the call's row says of it."""

    call_id: str
    revision: int
    turn: int
    site_version: str
    state: dict[str, Any]
    line: Line
    document: str
    ended: bool
    carrier_sid: str
    caller: str
    caller_name: str
    dialled: str
    language: str


@dataclass(slots=True)
class Entry:
    """One line for the event log; `step` and `answer` are set on the one that brought the webhook's document."""

    kind: str
    at: datetime
    payload: dict[str, Any]
    step: str | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What a step makes of a session."""

    revision: int
    turn: int
    state: dict[str, Any]
    line: Line
    document: str
    ended_at: datetime | None


class StepLost(Exception):
    """Another webhook has stepped this call first: read again."""


class SessionStore:
    """Reads and writes sessions."""

    def __init__(self, db: Database) -> None:
        self._engine = db.engine
        self._is_sqlite = db.is_sqlite
        self._load, self._answer, self._step, self._log = (
            _compiled(statement, db) for statement in (_LOAD, _ANSWER, _STEP, _LOG)
        )

    def load(self, call_id: str) -> Loaded | None:
        """The session of the call, None when there is none."""
        row = self._one(self._load, {"of": call_id})
        if row is None:
            return None
        revision, turn, version, state, line, document, ended_at, sid, caller, name, dialled, language = row
        return Loaded(
            call_id,
            revision,
            turn,
            version,
            _read(state),
            Line.from_json(_read(line)),
            document,
            ended_at is not None,
            sid or "",
            caller,
            name,
            dialled,
            language,
        )

    def answer(self, call_id: str, step: str) -> str | None:
        """The document a webhook was answered with before, None when it is new."""
        row = self._one(self._answer, {"of": call_id, "at_step": step})
        return None if row is None else row[0]

    @contextmanager
    def transaction(self) -> Iterator[DBAPICursor]:
        """A transaction of the driver's own, for a step that writes nothing but its session and log."""
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

    def write(self, cursor: DBAPICursor, call: Loaded, written: Written) -> None:
        """Compare and set. Raises StepLost when another was first."""
        cursor.execute(
            self._step,
            {
                "of": call.call_id,
                "from_revision": call.revision,
                "from_turn": call.turn,
                "to_revision": written.revision,
                "to_turn": written.turn,
                "to_state": _json(written.state),
                "to_line": _json(written.line.to_json()),
                "to_document": written.document,
                "to_ended_at": self._moment(written.ended_at),
            },
        )
        if cursor.rowcount != 1:
            raise StepLost

    def log(self, cursor: DBAPICursor, call_id: str, entries: Sequence[Entry]) -> None:
        """Append to the event log."""
        for entry in entries:
            cursor.execute(
                self._log,
                {
                    "of": call_id,
                    "what": entry.kind,
                    "moment": self._moment(entry.at),
                    "said": _json(entry.payload),
                    "at_step": entry.step,
                    "document": entry.answer,
                },
            )

    def _one(self, statement: str, values: dict[str, Any]) -> Any:
        # no BEGIN: a read of one row waits for no writer and makes none wait
        connection = self._engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(statement, values)
            return cursor.fetchone()
        finally:
            connection.close()

    def _moment(self, at: datetime | None) -> object:
        """As `foundation.db.UtcDateTime` keeps it."""
        if at is None or not self._is_sqlite:
            return at
        return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _compiled(statement: Any, db: Database) -> str:
    """The statement's text with named parameters, which both drivers take from a mapping."""
    kind: Any = type(db.engine.dialect)
    dialect = kind(paramstyle="named" if db.is_sqlite else "pyformat")
    return str(statement.compile(dialect=dialect))


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _read(value: Any) -> Any:
    return msgspec.json.decode(value) if isinstance(value, str) else value
