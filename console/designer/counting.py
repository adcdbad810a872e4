"""The place where the event log becomes counts on a flow's map: which exits were taken, and where callers gave up."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Text, and_, cast, func, select
from sqlalchemy.orm import Session

from call_flows.diagram import GAVE_UP
from foundation.calls import Call
from ivr.tables import CallEvent

MOST_CALLS: Final = 5000
CONNECTS: Final = frozenset({"dial"})
"""Verbs that bring callers to somebody: who hangs up there has not given up."""


class _Noted(msgspec.Struct):
    notes: list[dict[str, Any]] = []


_NOTED: Final = msgspec.json.Decoder(_Noted)


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a call's log, of what is counted."""

    kind: str
    notes: list[dict[str, Any]]


@dataclass(slots=True)
class Tally:
    """What the calls of a span did, by flow: exits taken, hang-ups a node, and how many calls came through."""

    calls: int = 0
    of: int = 0
    """How many calls there were; more than `calls` when only the newest were counted."""
    exits: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)
    through: Counter[str] = field(default_factory=Counter)

    def counts(self, flow: str) -> Mapping[tuple[str, str], int]:
        """Counts by node and exit, as the map takes them."""
        return self.exits.get(flow, Counter())

    def gave_up(self, flow: str) -> int:
        """How many callers hung up somewhere in a flow."""
        return sum(count for (_node, name), count in self.counts(flow).items() if name == GAVE_UP)

    def add(self, events: Iterable[Event], *, was_served: bool) -> None:
        """Count one call. `was_served`: an agent took it, so that its end in the queue is no giving up."""
        self.calls += 1
        flows: set[str] = set()
        stands: list[tuple[str, str, str]] = []
        for event in events:
            if event.kind == "queue_ended":
                del stands[1:]
            for note in event.notes:
                self._note(note, flows, stands)
            if event.kind == "hung_up":
                self._hung_up(stands, was_served=was_served)
        self.through.update(flows)

    def _note(self, note: Mapping[str, Any], flows: set[str], stands: list[tuple[str, str, str]]) -> None:
        """Follow the call: where it stands is one node, or in a queue that node and one of the hold flow."""
        flow, node = str(note.get("flow", "")), str(note.get("node", ""))
        if note["kind"] == "exit_taken":
            self.exits.setdefault(flow, Counter())[node, str(note["exit"])] += 1
        elif note["kind"] == "node_entered":
            flows.add(flow)
            in_queue = bool(stands) and stands[0][2] == "queue" and flow != stands[0][0]
            stands[1 if in_queue else 0 :] = [(flow, node, str(note["verb"]))]

    def _hung_up(self, stands: list[tuple[str, str, str]], *, was_served: bool) -> None:
        for flow, node, verb in stands:
            if verb in CONNECTS or was_served:
                continue
            self.exits.setdefault(flow, Counter())[node, GAVE_UP] += 1


def tally(session: Session, since: datetime, version: str = "") -> Tally:
    """Count the newest calls of a span, of one version or of all."""
    wanted = and_(Call.started_at >= since, Call.flow_version == version if version else Call.flow_version != "")
    made = Tally(of=session.scalar(select(func.count()).select_from(Call).where(wanted)) or 0)
    newest = select(Call.id).where(wanted).order_by(Call.started_at.desc()).limit(MOST_CALLS)
    payload = cast(CallEvent.payload, Text)
    rows = select(CallEvent.call_id, CallEvent.kind, payload, Call.agent_id).join(Call, Call.id == CallEvent.call_id)
    found = session.execute(rows.where(CallEvent.call_id.in_(newest)).order_by(CallEvent.call_id, CallEvent.seq))
    for events, agent in _calls(found):
        made.add(events, was_served=agent is not None)
    return made


def _calls(rows: Iterable[Any]) -> Iterator[tuple[list[Event], str | None]]:
    """The rows call by call."""
    events: list[Event] = []
    call, served = "", None
    for call_id, kind, payload, agent in rows:
        if call_id != call and events:
            yield events, served
            events = []
        call, served = call_id, agent
        events.append(Event(kind, _NOTED.decode(payload).notes))
    if events:
        yield events, served
