"""Faults: the caller hears an apology and a person, or leaves a message, and never silence."""

import pytest
from redis.exceptions import ConnectionError as RedisGone
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from foundation.calls import Call
from ivr import stepping
from ivr.tables import CallSession
from recordings.recording import Recording
from routing.entries import QueueEntry


def rows(deps, model):
    with deps.db.begin() as session:
        return list(session.scalars(select(model)))


@pytest.fixture
def engine_fails(monkeypatch):
    """A fault of ours in the middle of a step."""
    import ivr.drafts

    def fail():
        monkeypatch.setattr(ivr.drafts, "advance", lambda *_: 1 / 0)

    return fail


@pytest.fixture
def sql_fails(monkeypatch, deps):
    """The database is away."""

    def gone(*_args, **_options):
        raise OperationalError("select 1", {}, Exception("the database is away"))

    def fail():
        monkeypatch.setattr(type(deps.db), "begin", gone)
        monkeypatch.setattr(type(deps.db.engine), "raw_connection", gone)

    def heal():
        monkeypatch.undo()

    return fail, heal


@pytest.mark.promise(7)
def test_a_step_that_fails_apologises_and_leads_to_a_person(line, deps, engine_fails):
    menu = line.answer(line.arrive())
    engine_fails()
    sorry = line.answer(menu, Digits="1")
    assert sorry.status == 200
    assert sorry.verbs == ["Say", "Enqueue"]
    assert "sorry" in sorry.says
    assert [entry.queue for entry in rows(deps, QueueEntry)] == ["billing"]
    assert "hold" in line.wait(sorry).says.lower()


@pytest.mark.promise(7)
def test_when_no_person_comes_a_message_is_taken_for_the_queue(line, deps, engine_fails):
    menu = line.answer(line.arrive())
    engine_fails()
    sorry = line.answer(menu, Digits="1")
    record = line.ask(sorry.action + "?outcome=timed_out")
    assert record.verbs == ["Say", "Record", "Redirect"]
    line.post(record.one("Record").get("recordingStatusCallback"), RecordingSid="RE1", RecordingDuration="4")
    assert [(message.kind, message.queue) for message in rows(deps, Recording)] == [("voicemail", "billing")]
    assert line.answer(record, RecordingSid="RE1", RecordingDuration="4").verbs == ["Say", "Hangup"]


@pytest.mark.promise(7)
def test_a_call_that_arrives_into_a_fault_is_rescued_too(line, deps, engine_fails):
    engine_fails()
    assert line.arrive().verbs == ["Say", "Enqueue"]
    assert len(rows(deps, Call)) == len(rows(deps, CallSession)) == 1
    assert line.arrive().verbs == ["Say", "Enqueue"]
    assert len(rows(deps, QueueEntry)) == 1


@pytest.mark.promise(7)
def test_without_a_database_a_message_is_taken_and_found_again_later(line, deps, sql_fails):
    """The last document needs nothing of ours; its recording makes a call of its own once the database is back."""
    fail, heal = sql_fails
    fail()
    sorry = line.arrive()
    assert (sorry.status, sorry.verbs) == (200, ["Say", "Record"])
    assert line.answer(sorry).verbs == ["Say", "Hangup"]
    told = sorry.one("Record").get("recordingStatusCallback")
    assert line.post(told, RecordingSid="RE7", RecordingDuration="9").status_code == 503, "the carrier shall repeat"
    heal()
    assert line.post(told, RecordingSid="RE7", RecordingDuration="9").status_code == 204
    assert [(message.kind, message.queue) for message in rows(deps, Recording)] == [("voicemail", "billing")]


@pytest.mark.promise(7)
def test_a_waiting_caller_keeps_waiting_through_a_fault(line, deps, sql_fails):
    queued = line.answer(line.answer(line.arrive()), Digits="1")
    fail, heal = sql_fails
    fail()
    assert line.wait(queued).verbs == ["Say", "Pause"]
    heal()
    assert "You are number 1" in line.wait(queued).says


@pytest.mark.promise(7)
def test_every_route_answers_a_carrier_through_a_fault(line, client, app, sql_fails):
    """With the database away: documents come with 200, news is refused with 503, and nothing is a stack trace."""
    sql_fails[0]()
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/voice")]
    for rule in rules:
        target = "/".join(
            "1"
            if part.startswith("<int")
            else "gathered"
            if part == "<kind>"
            else "x"
            if part.startswith("<")
            else part
            for part in rule.rule.split("/")
        )
        answer = line.post(target, RecordingSid="RE1", StatusCallbackEvent="conference-end")
        assert (answer.status_code, answer.mimetype) in {(200, "text/xml"), (503, "text/html"), (204, "text/html")}, (
            target
        )


def test_the_fallback_address_rescues_the_call(line, deps):
    """The carrier could not read our answer: the call goes on with a person."""
    line.answer(line.arrive())
    again = line.ask("/voice/fallback", ErrorCode="11200", ErrorUrl="https://voice.example.com/voice/x")
    assert again.verbs == ["Say", "Enqueue"]
    stranger = type(line)(line.client, call_sid="CA" + "5" * 32)
    assert stranger.ask("/voice/fallback", ErrorCode="11200").verbs == ["Say", "Enqueue"]
    ended = type(line)(line.client, call_sid="CA" + "6" * 32, dialled="+12025550199")
    assert ended.ask("/voice/fallback", ErrorCode="11200").verbs == ["Say", "Record"]


@pytest.mark.promise(8)
def test_calls_go_on_while_redis_is_away(line, deps, monkeypatch):
    """Queueing, waiting and hanging up: each costs a feature, never the call."""

    def gone(*_args, **_options):
        raise RedisGone

    waitlist = deps.routing._mirror._parts.waitlist
    for name in dir(type(waitlist)):
        if not name.startswith("_") and callable(getattr(waitlist, name)):
            monkeypatch.setattr(waitlist, name, gone)
    monkeypatch.setattr(deps.tokens, "keep", lambda *_: False)
    queued = line.answer(line.answer(line.arrive()), Digits="1")
    assert queued.verbs == ["Enqueue"]
    assert "You are number 1" in line.wait(queued).says
    assert line.answer(queued, QueueResult="hangup", CallStatus="completed").status == 200
    assert rows(deps, QueueEntry)[0].state == "left"


def test_a_flow_that_asks_services_for_ever_ends_with_a_person(line, deps, monkeypatch):
    """The engine has its own limit; the shell does not rely on it."""
    import ivr.drafts

    menu = line.answer(line.arrive())
    monkeypatch.setattr(ivr.drafts, "MAX_INNER", 1)
    ask = line.answer(menu, Digits="2")
    assert line.answer(ask, Digits="12345678").verbs[-1] == "Enqueue"


def test_a_document_too_long_for_the_carrier_is_a_fault_and_rescued(line, deps, monkeypatch):
    menu = line.answer(line.arrive())
    real, calls = stepping.render, []

    def too_long(actions, page):
        calls.append(page)
        return real([*actions, *([actions[0]] * 2000)] if len(calls) == 1 else actions, page)

    monkeypatch.setattr(stepping, "render", too_long)
    assert line.answer(menu, Digits="3").verbs == ["Say", "Enqueue"]
