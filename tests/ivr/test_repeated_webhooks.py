"""Promise 5: whatever the carrier sends may come five times, also long after: the database ends the same."""

import json
import random
import re
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from foundation.clock import ManualClock
from foundation.db import Base, Database
from foundation.ids import CountingIds
from ivr.tables import Meeting
from ivr.webhooks import create_blueprint

from .conftest import Desk, Line, deps_of, rows, wire

pytestmark = pytest.mark.promise(5)
IDS = re.compile(r"\b[A-Z]{2}0{8}[0-9a-f]{24}\b")
START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


class Stuttering:
    """A client that sends everything again and again: each request up to four times more, at any later moment."""

    def __init__(self, client, chance):
        self._client, self._chance = client, chance
        self._again = []
        self.sent = 0

    def post(self, target, **request):
        answer = self._client.post(target, **request)
        self.sent += 1
        if self._chance is not None:
            self._again += [(target, request)] * self._chance.randint(0, 4)
            self.repeat(self._chance.randint(0, len(self._again)))
        return answer

    def repeat(self, count=None):
        """Some of what is to come again, in any order; all of it, without a number."""
        if self._chance is None:
            return
        self._chance.shuffle(self._again)
        count = len(self._again) if count is None else count
        due, self._again = self._again[:count], self._again[count:]
        for target, request in due:
            assert self._client.post(target, **request).status_code < 300


def whole_call(line, desk, deps):
    """From the first ring to the end of the wrap-up: everything the carrier tells on the way."""
    notice = line.arrive(CallStatus="ringing")
    line.post("/voice/status", CallStatus="in-progress")
    queued = line.answer(line.answer(notice), Digits="1")
    for turn in range(2):
        deps.clock.advance(20)
        line.wait(queued, {"I-Twilio-Idempotency-Token": f"turn-{turn}"})
    desk.ready()
    desk.accept()
    desk.status("initiated")
    desk.status("ringing")
    agent = desk.answers()
    desk.status("in-progress")
    (redirect,) = [order for order in deps.carrier.orders if order.what == "redirect"]
    caller = line.ask(redirect.details["url"])
    told = agent.one("Conference").get("statusCallback")
    for leg in (desk.leg, line):
        leg.post(told, StatusCallbackEvent="participant-join", CallSid=leg.sid, ConferenceSid="CF1")
    deps.clock.advance(60)
    line.post(told, StatusCallbackEvent="participant-leave", CallSid=line.sid, ConferenceSid="CF1")
    line.post(told, StatusCallbackEvent="conference-end", CallSid="", ConferenceSid="CF1")
    line.answer(caller, CallStatus="completed", DialCallStatus="completed")
    line.post("/voice/status", CallStatus="completed")
    desk.status("completed")


def play(empty_database, home_settings, chance):
    """The call on a house of its own; the database at the end, ids named by their first appearance."""
    folder = Path(tempfile.mkdtemp(prefix="cw"))
    shutil.copy(empty_database, folder / "test.db")
    db = Database(f"sqlite:///{folder / 'test.db'}")
    try:
        deps = wire(deps_of(home_settings, db, ManualClock(START), CountingIds()))
        app = Flask("test")
        app.register_blueprint(create_blueprint(deps))
        client = Stuttering(app.test_client(), chance)
        line = Line(client)
        whole_call(line, Desk(deps, line), deps)
        client.repeat()
        assert [meeting.state for meeting in rows(deps, Meeting)] == ["over"]
        return client.sent, dump(db)
    finally:
        db.dispose()
        shutil.rmtree(folder)


def dump(db):
    """Every row of every table."""
    names: dict[str, str] = {}

    def named(match):
        return names.setdefault(match[0], f"{match[0][:2]}-{len(names)}")

    with db.engine.connect() as connection:
        tables = {
            table.name: [
                IDS.sub(named, json.dumps(list(row), default=str))
                for row in connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in Base.metadata.sorted_tables
        }
    return {name: sorted(found) for name, found in tables.items() if found}


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@example(seed=1)
@given(seed=st.integers(0, 2**32))
def test_webhooks_sent_up_to_five_times_and_shuffled_leave_the_same_database(empty_database, settings, seed):
    once, right = play(empty_database, settings, None)
    again, found = play(empty_database, settings, random.Random(seed))
    assert once == again
    assert found == right
