"""A call stepped again from its log, with the version of the site it was on: each step must come out as logged."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, cast

import msgspec
from sqlalchemy import Text, select
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Session

from call_flows.engine import advance
from call_flows.events import Event
from call_flows.loaded import LoadedSite
from call_flows.notes import note_to_json
from call_flows.state import CallState, Step
from foundation.calls import Call
from foundation.db import Database
from foundation.errors import CallwrightError, Problem
from ivr.logbook import Kept, Logbook, Unreadable
from ivr.tables import CallEvent, CallSession

BATCH: Final = 200
_KEPT: Final = msgspec.json.Decoder(Kept)


class NotReplayable(CallwrightError):
    """The call cannot be stepped again: its problem says why."""


class Verdict(StrEnum):
    """How a step came out, beside the log."""

    EXACT = "exact"  # the same way, and the same was done
    SAME_WAY = "same way"  # the same way; what was said or kept differs
    PARTED = "parted"  # another way
    LANE = "lane"  # the flow had lost the call: the engine was not asked
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a call's log."""

    at: datetime
    kind: str
    kept: Kept


@dataclass(frozen=True, slots=True)
class CallLog:
    """The log of one call, and the version it was on."""

    call_id: str
    version: str
    lines: tuple[LogLine, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """One step taken again. `step` is None where the engine was not asked or the event cannot be read."""

    line: LogLine
    verdict: Verdict
    event: Event | None = None
    step: Step | None = None
    why: str = ""


def replay(site: LoadedSite, log: CallLog, logbook: Logbook) -> Iterator[Replayed]:
    """Step a call again. What follows a step that parted is stepped on from there, as far as it goes."""
    state = first_state(site, log)
    for line in log.lines:
        if line.kept.notes is None:
            yield Replayed(line, Verdict.LANE)
            continue
        try:
            event = logbook.read(line.kind, line.kept)
        except Unreadable as unreadable:
            yield Replayed(line, Verdict.UNREADABLE, why=str(unreadable))
            return
        step = advance(site, state, event)
        state = step.state
        yield Replayed(line, _verdict(step, line.kept, logbook), event, step)


def first_state(site: LoadedSite, log: CallLog) -> CallState:
    """The call before its first event. Raises NotReplayable."""
    begun = log.lines[0].kept.begin if log.lines else None
    if begun is None:
        what = "This call's log does not say how it began: it is older than replays."
        raise NotReplayable(Problem("not_replayable", what, log.call_id))
    if begun.flow not in site.flows:
        raise NotReplayable(Problem("not_replayable", f"There is no flow '{begun.flow}' any more.", log.call_id))
    return begun.state(site)


def notes_of(step: Step) -> list[dict[str, Any]]:
    """A step's notes as the log keeps them."""
    return [cast("dict[str, Any]", note_to_json(note)) for note in step.notes]


def read_log(db: Database, call_id: str) -> CallLog:
    """The log of one call. Raises NotReplayable when no flow ever ran on it."""
    with _reading(db) as session:
        row = session.execute(_sessions().where(CallSession.call_id == call_id)).first()
        if row is None:
            raise NotReplayable(Problem("unknown_call", "There is no such call, or no flow ran on it.", call_id))
        return next(iter(_logs(session, [(row[0], row[1])])))


def count_calls(db: Database, since: datetime, until: datetime) -> int:
    """How many calls began in a span of time."""
    with _reading(db) as session:
        return len(_began(session, since, until))


def read_logs(db: Database, since: datetime, until: datetime) -> Iterator[CallLog]:
    """The logs of the calls that began in a span of time, oldest first."""
    with _reading(db) as session:
        calls = _began(session, since, until)
        for first in range(0, len(calls), BATCH):
            yield from _logs(session, calls[first : first + BATCH])


def _reading(db: Database) -> Session:
    return Session(db.engine.execution_options(isolation_level="AUTOCOMMIT"), expire_on_commit=False)


def _sessions() -> Any:
    return select(CallSession.call_id, CallSession.site_version)


def _began(session: Session, since: datetime, until: datetime) -> list[tuple[str, str]]:
    within = _sessions().join(Call, Call.id == CallSession.call_id).order_by(Call.started_at, Call.id)
    rows = session.execute(within.where(Call.started_at >= since, Call.started_at < until))
    return [(row[0], row[1]) for row in rows]


def _logs(session: Session, calls: Sequence[tuple[str, str]]) -> Iterable[CallLog]:
    lines: dict[str, list[LogLine]] = {call_id: [] for call_id, _version in calls}
    payload = as_type(CallEvent.payload, Text)
    rows = select(CallEvent.call_id, CallEvent.kind, CallEvent.at, payload).where(CallEvent.call_id.in_(lines))
    for call_id, kind, at, kept in session.execute(rows.order_by(CallEvent.seq)):
        lines[call_id].append(LogLine(at, kind, _KEPT.decode(kept)))
    return [CallLog(call_id, version, tuple(lines[call_id])) for call_id, version in calls]


def _verdict(step: Step, kept: Kept, logbook: Logbook) -> Verdict:
    if notes_of(step) != kept.notes:
        return Verdict.PARTED
    return Verdict.EXACT if logbook.sum_of(step) == kept.sum else Verdict.SAME_WAY
