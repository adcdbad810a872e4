"""A call that was becomes a test that passes on the version it was on; what was private, and who called, is made up."""

import httpx
import pytest
from flask import Flask
from sqlalchemy import select

from call_flows.loader import load_texts
from call_flows.scenario.playing import play
from call_flows.scenario.reading import read_tests
from call_flows.scenario.world import world_of
from ivr.as_test import as_test
from ivr.fetch import Fetcher
from ivr.logbook import Logbook
from ivr.replay import NotReplayable, read_log, replay
from ivr.tables import CallSession
from ivr.webhooks import create_blueprint

DIGITS = "48151623"


@pytest.fixture
def written(deps):
    """Writes the only call as a test, and plays it."""

    def write():
        with deps.db.begin() as session:
            call_id = session.scalars(select(CallSession.call_id)).one()
        log = read_log(deps.db, call_id)
        site = deps.shelf.version(log.version).loaded
        text = as_test(site, log, list(replay(site, log, Logbook(deps.settings.secret_key))))
        scenarios, problems = read_tests(site, text, "tests/replayed.yaml")
        assert problems == []
        (scenario,) = scenarios
        outcome = play(world_of(site), scenario)
        assert outcome.failure is None, "\n".join(outcome.failure.lines())
        return text

    return write


def hang_up(line, deps):
    with deps.db.begin() as session:
        call_id = session.scalars(select(CallSession.call_id)).one()
    line.post(f"/voice/status/{call_id}", CallStatus="completed")


def test_a_wait_that_the_caller_gave_up(line, deps, written, clock):
    queued = line.answer(line.answer(line.arrive()), Digits="1")
    clock.advance(25)
    line.wait(queued)
    hang_up(line, deps)
    text = written()
    assert "presses: '1'" in text
    assert "queued: billing" in text
    assert "hangs_up: true" in text
    assert "hears: For billing, press 1." in text


def test_a_private_number_and_a_services_answer(line, deps, changed, written):
    """The keys are others, of the service's answer only what the flow takes; the caller is nobody's number."""
    answer = httpx.MockTransport(lambda _request: httpx.Response(200, json={"available": 120.5, "name": "Grace"}))
    own = Flask("bank")
    own.register_blueprint(create_blueprint(changed(fetcher=Fetcher(deps.clock, transport=answer))))
    caller = type(line)(own.test_client(), caller="+13125550188")
    ask = caller.answer(caller.answer(caller.arrive()), Digits="2")
    caller.answer(ask, Digits=DIGITS)
    hang_up(caller, deps)
    text = written()
    assert DIGITS not in text
    assert "Grace" not in text
    assert "+13125550188" not in text
    assert "{{ service.bank }}/accounts/" in text
    assert "available: 120.5" in text


def test_a_service_that_does_not_answer(line, deps, written):
    line.answer(line.answer(line.answer(line.arrive()), Digits="2"), Digits=DIGITS)
    hang_up(line, deps)
    assert "failure:" in written()


def test_silence_a_wrong_key_and_a_goodbye(line, written):
    menu = line.answer(line.arrive())
    for digits in ("", "7", ""):
        menu = line.answer(menu, **({"Digits": digits} if digits else {}))
    text = written()
    assert text.count("silence: true") == 2
    assert "presses: '7'" in text
    assert "ended: true" in text


def test_who_opts_out_of_the_notice(line, deps, written):
    line.answer(line.arrive(), Digits="9")
    hang_up(line, deps)
    assert "presses: '9'" in written()


def test_a_busy_party_and_a_message(line, deps, written):
    dial = line.answer(line.answer(line.arrive()), Digits="4")
    message = line.answer(dial, DialCallStatus="busy")
    line.answer(message, RecordingSid="RE1", RecordingDuration="7")
    text = written()
    assert "gives: busy" in text
    assert "leaves_message: 7s" in text


def test_words_and_another_language(line, deps, written):
    menu = line.answer(line.answer(line.arrive()), SpeechResult="español", Confidence="0.9")
    line.answer(line.answer(menu, Digits="5"))
    hang_up(line, deps)
    assert "says: español" in written()


def test_a_caller_who_withholds_the_number(line, deps, written, app):
    caller = type(line)(app.test_client(), caller="")
    caller.answer(caller.answer(caller.arrive()), Digits="1")
    hang_up(caller, deps)
    assert "from: withheld" in written()


def test_a_call_whose_way_hangs_on_a_private_value_says_so(line, deps, written):
    """A stand-in that goes the same way is looked for, and never forced: no test is better than a wrong one."""
    texts = dict(deps.shelf.current().loaded.texts)
    texts["flows/front.yaml"] = (
        texts["flows/front.yaml"].replace("    into: account\n    next: lookup", "    into: account\n    next: known")
        + "  known:\n    when:\n      - {if: \"account == '48151623'\", next: pause}\n    else: lookup\n"
    )
    deps.shelf.publish(load_texts(texts, check=None), deps.shelf.current().prompts_folder.parent)
    line.answer(line.answer(line.answer(line.arrive()), Digits="2"), Digits=DIGITS)
    with pytest.raises(NotReplayable, match="hangs on something private"):
        written()
