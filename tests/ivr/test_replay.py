"""A call stepped again from its log alone comes out as it went, in every kind of step; what is private stays sealed."""

import json

import httpx
import pytest
from flask import Flask
from sqlalchemy import select, text

from call_flows.loader import load_texts
from ivr.against import Against, Going
from ivr.fetch import Fetcher
from ivr.forgetting import forget_private
from ivr.logbook import Logbook
from ivr.replay import NotReplayable, Verdict, read_log, read_logs, replay
from ivr.tables import CallEvent, CallSession
from ivr.webhooks import create_blueprint

SECRET_DIGITS = "48151623"


@pytest.fixture
def logbook(deps):
    return Logbook(deps.settings.secret_key)


def only_call(deps):
    with deps.db.begin() as session:
        return session.scalars(select(CallSession.call_id)).one()


def stepped(deps, logbook):
    log = read_log(deps.db, only_call(deps))
    return list(replay(deps.shelf.version(log.version).loaded, log, logbook))


def test_a_call_through_a_menu_is_stepped_again_exactly(line, deps, logbook):
    """Every event with its facts is in the log: nothing else is asked."""
    menu = line.answer(line.arrive())
    line.answer(menu, Digits="7")
    line.answer(line.answer(menu, Digits="1"))
    again = stepped(deps, logbook)
    assert len(again) >= 3
    assert {step.verdict for step in again} == {Verdict.EXACT}


@pytest.fixture
def with_bank(deps, changed, app):
    """The bank's service answers, as the flow's balance."""
    answer = httpx.MockTransport(lambda _request: httpx.Response(200, json={"available": 120.5, "name": "Grace"}))
    own = Flask("bank")
    own.register_blueprint(create_blueprint(changed(fetcher=Fetcher(deps.clock, transport=answer))))
    return own.test_client()


def test_private_keys_and_a_services_answer_are_stepped_again_and_are_nowhere_in_the_open(
    line, with_bank, deps, logbook
):
    """The log holds both, sealed; neither the file of the database nor any page of the log shows them."""
    caller = type(line)(with_bank)
    ask = caller.answer(caller.answer(caller.arrive()), Digits="2")
    menu = caller.answer(ask, Digits=SECRET_DIGITS)
    assert "Your balance is" in menu.says
    assert {step.verdict for step in stepped(deps, logbook)} == {Verdict.EXACT}
    with deps.db.begin() as session:
        log = session.execute(text("select group_concat(payload || coalesce(answer, '')) from call_events")).scalar()
    assert SECRET_DIGITS not in log
    assert "Grace" not in log


def test_a_wait_on_hold_and_a_hang_up_are_stepped_again(line, deps, logbook, clock):
    queued = line.answer(line.answer(line.arrive()), Digits="1")
    clock.advance(30)
    line.wait(queued)
    clock.advance(20)
    line.answer(line.wait(queued), Digits="5")
    line.post(f"/voice/status/{only_call(deps)}", CallStatus="completed")
    again = stepped(deps, logbook)
    assert {step.verdict for step in again} == {Verdict.EXACT}
    assert [step.line.kind for step in again][-1] == "hung_up"
    assert again[-1].step.state.ended


def test_a_dial_a_message_and_a_switch_of_language_are_stepped_again(line, deps, logbook):
    menu = line.answer(line.answer(line.arrive()), Digits="6")
    dial = line.answer(menu, Digits="4")
    message = line.answer(dial, DialCallStatus="busy")
    line.answer(message, RecordingSid="RE1", RecordingDuration="7")
    again = stepped(deps, logbook)
    assert {step.verdict for step in again} == {Verdict.EXACT}
    assert again[-1].step.state.language == "es-US"


def test_what_was_private_is_forgotten_with_the_transcript(line, with_bank, deps, logbook, clock):
    """The open log stays; the sealed inputs go, and the replay says so instead of guessing."""
    caller = type(line)(with_bank)
    caller.answer(caller.answer(caller.answer(caller.arrive()), Digits="2"), Digits=SECRET_DIGITS)
    assert forget_private(deps.db, keep_seconds=86_400, now=clock.now()) == 0
    clock.advance(2 * 86_400)
    assert forget_private(deps.db, keep_seconds=86_400, now=clock.now()) == 2
    assert forget_private(deps.db, keep_seconds=86_400, now=clock.now()) == 0
    again = stepped(deps, logbook)
    assert (again[-1].verdict, again[-1].why) == (Verdict.UNREADABLE, "not kept")
    assert Verdict.EXACT in {step.verdict for step in again}


def test_another_key_opens_nothing(line, with_bank, deps):
    """Who has the database but not the house's key reads no private answer; the replay stops there and says why."""
    caller = type(line)(with_bank)
    caller.answer(caller.answer(caller.answer(caller.arrive()), Digits="2"), Digits=SECRET_DIGITS)
    again = stepped(deps, Logbook("another secret"))
    assert again[-1].verdict is Verdict.UNREADABLE
    assert "another key" in again[-1].why


def test_a_log_that_was_tampered_with_is_noticed(line, deps, logbook):
    line.answer(line.answer(line.arrive()), Digits="1")
    with deps.db.begin() as session:
        event = session.scalars(select(CallEvent).where(CallEvent.kind == "collected").order_by(CallEvent.seq)).all()[
            -1
        ]
        payload = json.loads(json.dumps(event.payload))
        payload["given"]["digits"] = "4"
        event.payload = payload
    assert stepped(deps, logbook)[-1].verdict is Verdict.PARTED


def test_a_call_is_stepped_with_the_version_it_was_on(line, deps, logbook):
    """A newer version that sends the caller elsewhere changes nothing about a call that was."""
    line.answer(line.answer(line.arrive()), Digits="1")
    edited(deps, "next: to_billing", "next: direct")
    assert {step.verdict for step in stepped(deps, logbook)} == {Verdict.EXACT}


def test_a_call_that_never_was_is_refused(deps):
    with pytest.raises(NotReplayable, match="no such call"):
        read_log(deps.db, "CWnobody")


def test_a_log_from_before_replays_says_so(line, deps, logbook):
    line.arrive()
    with deps.db.begin() as session:
        for event in session.scalars(select(CallEvent)):
            event.payload = {"notes": event.payload["notes"]}
    with pytest.raises(NotReplayable, match="older than replays"):
        stepped(deps, logbook)


def edited(deps, before, after):
    """Publish the site with something replaced in its front flow."""
    texts = dict(deps.shelf.current().loaded.texts)
    assert before in texts["flows/front.yaml"]
    texts["flows/front.yaml"] = texts["flows/front.yaml"].replace(before, after)
    return deps.shelf.publish(load_texts(texts), deps.shelf.current().prompts_folder.parent).loaded


@pytest.fixture
def week(app, line, deps):
    """Twenty calls: ten for billing, five that leave a message, five that hang up at the menu."""
    for number in range(20):
        caller = type(line)(app.test_client(), call_sid=f"CA{number:032x}", caller=f"+120255501{number:02d}")
        menu = caller.answer(caller.arrive())
        if number < 15:
            caller.answer(menu, Digits="1" if number < 10 else "3")
    return lambda: read_logs(deps.db, deps.clock.now().replace(year=2025), deps.clock.now().replace(year=2027))


def against(deps, logbook, new):
    return Against(new, lambda version: deps.shelf.version(version).loaded, logbook)


def test_last_weeks_calls_go_the_same_on_the_same_words(week, deps, logbook):
    report = against(deps, logbook, edited(deps, "flow: front", "# nothing new\nflow: front")).report(week())
    assert report.goings == {Going.SAME: 20}


@pytest.mark.parametrize(
    ("before", "after", "going", "count", "where", "becomes"),
    [
        ('"1", says: [billing], next: to_billing', '"1", says: [billing], next: message', "another way", 10,
         "front.menu", "comes to front.message"),
        ("Please leave a message.", "Leave a message now.", "other words", 5, "front.message", "Leave a message now."),
        ("This call is recorded.", "We record this call.", "other words", 20, "front.notice", "We record"),
        ("queue: billing\n    answered", "queue: billing\n    priority: 30\n    answered", "something else is done", 10,
         "front.to_billing", "Enqueue"),
        ("to_billing", "wait_for_billing", "the same", 20, "", ""),
    ],
    ids=["rewired option", "words at one node", "words for everybody", "another priority", "only another name"],
)  # fmt: skip
def test_a_new_version_is_judged_by_last_weeks_calls(week, deps, logbook, before, after, going, count, where, becomes):
    report = against(deps, logbook, edited(deps, before, after)).report(week())
    assert report.goings[Going(going)] == count
    assert report.calls == 20
    if where:
        (parting,) = report.counts
        assert parting.where == where
        assert becomes in parting.becomes
        assert len(report.partings[parting]) == 3


def test_a_number_that_nobody_answers_any_more_is_told(week, deps, logbook):
    texts = dict(deps.shelf.current().loaded.texts)
    texts["site.yaml"] = texts["site.yaml"].replace("+12025550100", "+12025550109")
    report = against(deps, logbook, load_texts(texts, check=None)).report(week())
    assert report.goings == {Going.UNANSWERED: 20}
