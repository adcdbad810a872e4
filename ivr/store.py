"""How a session is read and written: one row, compared and set, with its event log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
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
        Call.id,
        Call.carrier_sid,
        Call.caller,
        Call.caller_name,
        Call.dialled,
        Call.language,
        Call.status,
        Call.started_at,
    )
    .join(Call, Call.id == CallSession.call_id)
    .where(CallSession.call_id == bindparam("call_id"))
)
_ANSWER = select(CallEvent.answer).where(CallEvent.call_id == bindparam("call_id"), CallEvent.step == bindparam("step"))
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
_LOG = insert(CallEvent)


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
    ended_at: datetime | None
    carrier_sid: str
    caller: str
    caller_name: str
    dialled: str
    language: str
    status: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One line for the event log."""

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


class StepLost(Exception):  # noqa: N818 - an outcome between two webhooks, not a fault
    """Another webhook has stepped this call first: read again."""


class SessionStore:
    """Reads and writes sessions."""

    def __init__(self, db: Database) -> None:
        # a read that opens no transaction, and so never waits for a writer nor makes one wait
        self._reading = db.engine.execution_options(isolation_level="AUTOCOMMIT")

    def load(self, call_id: str) -> Loaded | None:
        """The session of the call, None when there is none."""
        with self._reading.connect() as connection:
            row = connection.execute(_LOAD, {"call_id": call_id}).first()
        if row is None:
            return None
        return Loaded(
            call_id=row.id,
            revision=row.revision,
            turn=row.turn,
            site_version=row.site_version,
            state=row.state,
            line=Line.from_json(row.line),
            document=row.document,
            ended_at=row.ended_at,
            carrier_sid=row.carrier_sid or "",
            caller=row.caller,
            caller_name=row.caller_name,
            dialled=row.dialled,
            language=row.language,
            status=row.status,
            started_at=row.started_at,
        )

    def answer(self, call_id: str, step: str) -> str | None:
        """The document a webhook was answered with before, None when it is new."""
        with self._reading.connect() as connection:
            return connection.execute(_ANSWER, {"call_id": call_id, "step": step}).scalar()

    def write(self, session: Session, loaded: Loaded, written: Written) -> None:
        """Compare and set, within the step's transaction. Raises StepLost when another was first."""
        result = session.connection().execute(
            _STEP,
            {
                "of": loaded.call_id,
                "from_revision": loaded.revision,
                "from_turn": loaded.turn,
                "to_revision": written.revision,
                "to_turn": written.turn,
                "to_state": written.state,
                "to_line": written.line.to_json(),
                "to_document": written.document,
                "to_ended_at": written.ended_at,
            },
        )
        if result.rowcount != 1:
            raise StepLost

    def log(self, session: Session, call_id: str, entries: list[Entry]) -> None:
        """Append to the event log, within the step's transaction."""
        session.connection().execute(
            _LOG,
            [
                {
                    "call_id": call_id,
                    "kind": entry.kind,
                    "at": entry.at,
                    "payload": entry.payload,
                    "step": entry.step,
                    "answer": entry.answer,
                }
                for entry in entries
            ],
        )
