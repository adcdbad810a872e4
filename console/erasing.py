"""A person erased everywhere by telephone number: tables, index, sounds, the carrier's copies, the live stream.

First everything that can be refused is looked at, then one transaction empties the tables, then what lies outside of
them follows; each of those steps may be repeated, and what cannot be done now is told.
"""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redis.exceptions import RedisError
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from callbacks.promises import OPEN_STATES, Promise
from console.personal import personal_data
from console.wiring import Runtime
from foundation.audit import record_access
from foundation.calls import Call, CallStatus
from foundation.db import Database
from foundation.errors import CallwrightError, Problem
from foundation.legal_holds import LegalHold
from foundation.logs import get_logger
from foundation.personal import CALL, NUMBER, Scope
from recordings.recording import Recording
from recordings.retention import give_up_of
from recordings.tidying import Tidier
from transcription.personal import settle_search

log = get_logger(__name__)
ERASED, EXPORTED = "person.erased", "person.exported"
LIST = "erased"
"""The file in the data folder with the mark of every number that was erased: a backup that is restored is older."""


class PersonKept(CallwrightError):
    """The person cannot be erased now; the problem says why."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done: rows of each table, sounds, items of the live stream, and what is still to be done."""

    rows: dict[str, int] = field(default_factory=dict)
    sounds: int = 0
    told: int = 0
    left: tuple[str, ...] = ()


class Erasing:
    """Erases persons, and gives them what is known of them."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._parts = runtime.parts
        self._data = personal_data()

    def look(self, number: str) -> dict[str, int]:
        """How many rows of each table would go. Changes nothing."""
        with self._parts.db.begin() as session:
            return self._data.count(session, self._scope(session, number))

    def erase(self, number: str, *, who: str) -> Erased:
        """Erase the person. Raises PersonKept, with nothing changed, while a call is on, held, or being dialled."""
        for promise_id in self._owed(number):
            self._parts.callbacks.cancel(promise_id)
        now = self._parts.clock.now()
        with self._parts.db.begin() as session:
            scope = self._scope(session, number)
            _refuse(session, scope)
            sounds = give_up_of(session, sorted(scope.get(CALL, ())), why="erased", now=now)
            settled = self._data.erase(session, scope)
            settle_search(session)
            record_access(session, who=who, what=ERASED, subject=self.mark(number), at=now)
        self._note(number)
        return self._outside(scope, [one.id for one in sounds], settled)

    def export(self, number: str, *, who: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every row that is the person's, table by table; noted in the audit."""
        with self._parts.db.begin() as session:
            record_access(session, who=who, what=EXPORTED, subject=self.mark(number), at=self._parts.clock.now())
            yield from list(self._data.export(session, self._scope(session, number)))

    def again(self, *, who: str) -> int:
        """Erase everybody anew who was erased before: for a database that was restored from a backup. How many."""
        marks, done = set(self._list.read_text().split()) if self._list.exists() else set(), 0
        with self._parts.db.begin() as session:
            numbers = {one for pair in session.execute(select(Call.caller, Call.dialled)) for one in pair if one}
            numbers |= set(session.scalars(select(Promise.number)))
        for number in sorted(numbers):
            if number and self.mark(number) in marks:
                self.erase(number, who=who)
                done += 1
        return done

    def _scope(self, session: Session, number: str) -> Scope:
        """What is the person's; of a number of the house itself, every call would be."""
        if number in self._parts.shelf.current().loaded.site.numbers:
            what = "This is a number of the house: everybody who called it would go."
            raise PersonKept(Problem("own_number", what, where=number, todo="Give the number of a person."))
        return self._data.scope(session, number)

    def mark(self, number: str) -> str:
        """What stands for the number where it may not stand itself; only who has the house's secret can compare."""
        key = hashlib.sha256(b"callwright erased\0" + self._parts.settings.secret_key.encode()).digest()
        return "person:" + hmac.new(key, number.encode(), hashlib.sha256).hexdigest()[:40]

    @property
    def _list(self) -> Path:
        return self._parts.settings.home / LIST

    def _note(self, number: str) -> None:
        known = self._list.read_text().split() if self._list.exists() else []
        if self.mark(number) not in known:
            with self._list.open("a", encoding="utf-8") as file:
                file.write(self.mark(number) + "\n")
            self._list.chmod(0o600)

    def _owed(self, number: str) -> list[str]:
        """Callbacks that are cancelled first; not before it is certain that nothing stands against erasing."""
        with self._parts.db.begin() as session:
            scope = self._scope(session, number)
            _refuse(session, scope)
            owed = select(Promise.id).where(Promise.id.in_(scope.get("promise", ())), Promise.state.in_(OPEN_STATES))
            return list(session.scalars(owed))

    def _outside(self, scope: Scope, sounds: list[str], rows: dict[str, int]) -> Erased:
        left: list[str] = []
        deletes = self._parts.carrier.delete_recording
        tidier = Tidier(self._parts.db, self._runtime.recordings, deletes, self._parts.clock)
        for recording_id in sounds:
            tidier.tidy(recording_id)
        late = _late(self._parts.db, sounds)
        if late:
            left.append(f"{late} recordings are still at the carrier or on the disk: the worker goes on trying.")
        told = 0
        try:
            told = self._parts.live.forget([*scope[NUMBER], *scope.get(CALL, ())])
            self._runtime.redis.bgrewriteaof()
        except RedisError as error:
            log.warning("live_stream_not_forgotten", error=type(error).__name__)
            left.append("Redis could not be asked: what it still tells of the calls ends by itself after six hours.")
        if not scrub(self._parts.db):
            left.append("The database is busy: its file is cleaned when this is repeated.")
        return Erased(rows, len(sounds), told, tuple(left))


def scrub(db: Database) -> bool:
    """Leave nothing of deleted rows in the database's files; False when it is too busy now."""
    try:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM"))
            if db.is_sqlite:
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    except OperationalError as error:
        log.warning("database_not_scrubbed", error=type(error).__name__)
        return False
    return True


def _refuse(session: Session, scope: Scope) -> None:
    calls = scope.get(CALL, set())
    held = session.scalars(select(LegalHold).where(LegalHold.call_id.in_(calls)).order_by(LegalHold.since)).first()
    if held is not None:
        todo = f"When that is over: callwright release {held.call_id}"
        raise PersonKept(Problem("person_held", f"A call is held: {held.why}", where=held.call_id, todo=todo))
    live = [status for status in CallStatus if not status.is_over]
    talking = session.scalar(select(Call.id).where(Call.id.in_(calls), Call.status.in_(live)).limit(1))
    if talking is not None:
        raise PersonKept(Problem("person_calls", "A call is on.", where=talking, todo="Repeat this when it is over."))


def _late(db: Database, sounds: list[str]) -> int:
    with db.begin() as session:
        rows = session.scalars(select(Recording).where(Recording.id.in_(sounds)))
        return sum(row.retry_at is not None for row in rows)
