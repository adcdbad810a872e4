"""How a session is read and written: one row, compared and set, with its event log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine.interfaces import DBAPICursor

from foundation.calls import Call
from foundation.db import Database
from ivr.driver import Driver, Undone, from_json, to_json
from ivr.line import Line
from ivr.tables import CallEvent, CallSession

MAX_RECENT = 2000
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


class Loaded(NamedTuple):
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


class Written(NamedTuple):
    """What a step makes of a session."""

    revision: int
    turn: int
    state: dict[str, Any]
    line: Line
    document: str
    ended_at: datetime | None


class StepLost(Undone):
    """Another webhook has stepped this call first: read again."""


class SessionStore:
    """Reads and writes sessions."""

    def __init__(self, db: Database) -> None:
        self.driver = Driver(db)
        self._recent: dict[str, Loaded] = {}
        self._load, self._answer, self._step, self._log = (
            self.driver.compiled(statement) for statement in (_LOAD, _ANSWER, _STEP, _LOG)
        )

    def recent(self, call_id: str) -> Loaded | None:
        """The session as this process last wrote it, or None.

        Whoever steps it compares and sets: that another process has stepped it meanwhile is noticed then.
        """
        return self._recent.get(call_id)

    def remember(self, call: Loaded, written: Written, language: str) -> None:
        """Keep what was written for the next webhook of the call, which is likely to come to this process."""
        if written.ended_at is not None:
            self._recent.pop(call.call_id, None)
            return
        while len(self._recent) >= MAX_RECENT:
            self._recent.pop(next(iter(self._recent)), None)
        self._recent[call.call_id] = call._replace(
            revision=written.revision,
            turn=written.turn,
            state=written.state,
            line=written.line,
            document=written.document,
            language=language,
        )

    def forget(self, call_id: str) -> None:
        """Somebody else has stepped the call."""
        self._recent.pop(call_id, None)

    def load(self, call_id: str) -> Loaded | None:
        """The session of the call, None when there is none."""
        row = self.driver.one(self._load, {"of": call_id})
        if row is None:
            return None
        revision, turn, version, state, line, document, ended_at, sid, caller, name, dialled, language = row
        return Loaded(
            call_id,
            revision,
            turn,
            version,
            from_json(state),
            Line.from_json(from_json(line)),
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
        row = self.driver.one(self._answer, {"of": call_id, "at_step": step})
        return None if row is None else row[0]

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
                "to_state": to_json(written.state),
                "to_line": to_json(written.line.to_json()),
                "to_document": written.document,
                "to_ended_at": self.driver.moment(written.ended_at),
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
                    "moment": self.driver.moment(entry.at),
                    "said": to_json(entry.payload),
                    "at_step": entry.step,
                    "document": entry.answer,
                },
            )
