"""Calls a second stepped from their logs through another version, beside reading those logs alone.

`python -m benchmarks.replay` prints what it did and, last, `ratio N`; it leaves with 1 below a thousand calls a second.

Two thousand calls through the shipped bank, as the house logs them: arrival, the notice, a wrong key, silence, a
choice, waiting with turns on hold, hanging up. The new version has other words at the front door, so that no call can
be left out. Seconds are of the processor, since the machine may be shared. The baseline is the same rows read and
parsed with `json`, nothing more.
"""

import json
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Text, cast, insert, select

from call_flows.engine import advance, begin
from call_flows.events import CallArrived, Collected, Event, HungUp, WaitTurn
from call_flows.facts import CallerFacts, Facts, QueueFacts
from call_flows.hours import status
from call_flows.library import NORTHWIND
from call_flows.loaded import LoadedSite
from call_flows.loader import load_site, load_texts
from call_flows.state import CallState
from foundation.calls import Call
from foundation.db import Database
from ivr.against import Against, Report
from ivr.driver import from_json, to_json
from ivr.eventlog import kind_of, payload_of
from ivr.logbook import Logbook
from ivr.replay import notes_of, read_logs
from ivr.tables import CallEvent, CallSession

CALLS = 2000
GOAL = 1000.0
START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def main() -> int:
    """Make the logs, read them, step them."""
    old, book = load_site(NORTHWIND), Logbook("a benchmark")
    texts = {name: text.replace("Thank you for calling", "Hello, you have reached") for name, text in old.texts.items()}
    new = load_texts(texts, check=None)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'calls.db'}")
        database.create_all()
        lines = write(database, old, book)
        began = time.process_time()
        with database.begin() as session:
            read = [json.loads(row[0]) for row in session.execute(select(cast(CallEvent.payload, Text)))]
        baseline = time.process_time() - began
        began, began_by_the_wall = time.process_time(), time.perf_counter()
        report = compare(database, old, new, book)
        took, by_the_wall = time.process_time() - began, time.perf_counter() - began_by_the_wall
        database.dispose()
    print(f"{report.calls} calls, {lines} events ({len(read)} read alone in {baseline:.2f} s)")
    print(", ".join(f"{count} {going}" for going, count in report.goings.items()))
    print(f"{report.calls / took:,.0f} calls a second of processor time, {lines / took:,.0f} events")
    print(f"{report.calls / by_the_wall:,.0f} calls a second by the wall")
    print(f"ratio {baseline / took:.2f}")
    return 0 if report.calls / took >= GOAL else 1


def compare(database: Database, old: LoadedSite, new: LoadedSite, book: Logbook) -> Report:
    """All calls on the new version."""
    against = Against(new, lambda _version: old, book)
    return against.report(read_logs(database, START - timedelta(days=1), START + timedelta(days=1)))


def write(database: Database, site: LoadedSite, book: Logbook) -> int:
    """Two thousand calls in the log."""
    chance, lines = random.Random(7), 0
    for number in range(CALLS):
        call_id, rows = f"CW{number:032x}", call(site, book, chance, f"+1202555{number:04d}")
        row = {"direction": "inbound", "status": "completed", "started_at": START, "flow_version": site.version}
        with database.begin() as session:
            session.add(Call(id=call_id, tags=[], **row))
            session.flush()
            fixed = {"revision": 9, "turn": 0, "state": {}, "line": {}, "document": ""}
            session.add(CallSession(call_id=call_id, site_version=site.version, **fixed))
            session.execute(insert(CallEvent), [{"call_id": call_id, **one} for one in rows])
        lines += len(rows)
    return lines


def call(site: LoadedSite, book: Logbook, chance: random.Random, caller: str) -> list[dict[str, Any]]:
    """The log of one call."""
    flow = str(next(iter(site.site.numbers.values())).flow)
    state = begin(site, flow=flow, caller=caller, dialled=next(iter(site.site.numbers)))
    rows: list[dict[str, Any]] = []
    now = START

    def step(event: Event, before: CallState) -> CallState:
        made = advance(site, before, event)
        payload = payload_of(event, private=False)
        payload["notes"] = notes_of(made)
        book.keep(payload, before, event, made, private=False)
        rows.append({"kind": kind_of(event), "at": event.facts.now, "payload": from_json(to_json(payload))})
        return made.state

    def facts() -> Facts:
        queues = {str(name): QueueFacts(3, 2, 95.0) for name in site.site.queues}
        return Facts(now, status(site.site, now), queues, CallerFacts(caller), 4, 40.0)

    state = step(CallArrived(facts()), state)
    for digits in ("", "7", "", chance.choice("12345")):
        now += timedelta(seconds=8)
        state = step(Collected(facts(), digits=digits), state)
    for _turn in range(4):
        now += timedelta(seconds=20)
        node = site.flows[state.at.flow].nodes.get(state.at.node)
        waits = node is not None and node.verb == "queue"
        state = step(WaitTurn(facts()) if waits else Collected(facts()), state)
    step(HungUp(facts()), state)
    return rows


if __name__ == "__main__":
    sys.exit(main())
