"""Calling back, the customer's side: yes by voice, never again, music for an agent, a word for answering machines."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from callbacks.do_not_call import DoNotCall
from callbacks.jobs import DIAL_JOB, fire_due
from callbacks.policy import First
from callbacks.promises import DialAttempt, Promise
from foundation.calls import Call
from foundation.jobs import resolve
from ivr.callback_dialer import CarrierDialer
from ivr.callback_notices import Notices
from ivr.callback_words import Wish, wish_of
from ivr.tables import Meeting
from routing.agents import Agent

MESSAGE = {"en-US": "Northwind Bank called you back.", "es-US": "Le llamó el banco Northwind."}


def rows(deps, model):
    with deps.db.begin() as session:
        return list(session.scalars(select(model)))


def orders(deps, what):
    return [order for order in deps.carrier.orders if order.what == what]


@pytest.fixture
def plan(wired):
    """Change how the queue calls back."""

    def change(**changes):
        policy = wired.callbacks.policy.current
        plans = {"billing": replace(policy.plan("billing"), **changes)}
        wired.callbacks.policy.replace(replace(policy, plans=plans))

    return change


@pytest.fixture
def promised(line, wired, clock):
    """A caller has waited, asked to be called back, and hung up."""
    queued = line.answer(line.answer(line.arrive()), Digits="1")
    clock.advance(40)
    line.answer(line.answer(line.wait(queued), Digits="8"), Digits="1")
    line.answer(queued, QueueResult="leave")
    line.post("/voice/status", CallStatus="completed")
    clock.advance(30)
    return wired


@pytest.fixture
def customer(line):
    return type(line)(line.client, call_sid="")


def tick(deps):
    return fire_due(deps.callbacks, CarrierDialer(deps))


def ring(deps, desk, customer):
    """The agent accepts; the customer's phone rings."""
    tick(deps)
    desk.ready()
    desk.accept()
    desk.answers()
    customer.sid = rows(deps, Meeting)[-1].caller_sid
    return orders(deps, "dial")[-1]


def ring_ahead(deps, desk, customer):
    """An agent is free; the customer's phone rings before anybody is held."""
    desk.ready()
    tick(deps)
    dial = orders(deps, "dial")[-1]
    customer.sid = next(iter(deps.carrier.statuses))
    return dial


SAID = [
    ("1", "", Wish.CONNECT),
    ("9", "", Wish.NEVER),
    ("5", "", Wish.NO),
    ("", "", Wish.NO),
    ("", "yes", Wish.CONNECT),
    ("", "Yes, please.", Wish.CONNECT),
    ("", "no thanks", Wish.NO),
    ("", "Please do not call me again", Wish.NEVER),
    ("", "who is this?", Wish.UNCLEAR),
    ("", "yes hello this is the voicemail of Maria please leave a message", Wish.UNCLEAR),
]


@pytest.mark.parametrize(("digits", "speech", "wish"), SAID)
def test_what_a_key_or_a_word_means(digits, speech, wish):
    assert wish_of(digits, speech, "en-US") is wish


@pytest.mark.parametrize(("speech", "wish"), [("sí", Wish.CONNECT), ("no me llamen más", Wish.NEVER)])
def test_in_spanish_too(speech, wish):
    assert wish_of("", speech, "es-US") is wish


def test_yes_connects_as_the_key_does_and_what_is_no_answer_is_asked_again(promised, desk, customer):
    asked = customer.ask(ring(promised, desk, customer).details["url"])
    assert asked.one("Gather").get("input") == "dtmf speech"
    again = customer.answer(asked, SpeechResult="who is this")
    assert "Press 1" in again.says
    joined = customer.answer(again, SpeechResult="yes")
    assert joined.one("Conference").text == rows(promised, Call)[-1].id
    assert rows(promised, Promise)[0].state == "talking"


def test_what_is_never_an_answer_is_not_asked_for_ever(promised, desk, customer):
    heard = customer.ask(ring(promised, desk, customer).details["url"])
    for _ in range(2):
        heard = customer.answer(heard, SpeechResult="hm hm")
    assert customer.answer(heard, SpeechResult="hm hm").verbs == ["Say", "Hangup"]


def test_nine_is_never_again_and_the_agent_is_free(promised, desk, customer):
    asked = customer.ask(ring(promised, desk, customer).details["url"])
    assert "not call this number again" in customer.answer(asked, Digits="9").says
    (listed,) = rows(promised, DoNotCall)
    assert (listed.number, listed.asked_by) == ("+12025550142", "key")
    assert rows(promised, Promise)[0].state == "given_up"
    assert rows(promised, Agent)[0].state == "available"


def test_a_dial_asks_the_carrier_for_machines_and_for_an_end(promised, desk, customer):
    dial = ring(promised, desk, customer)
    assert dial.details["time_limit"] == 3600
    assert "/answered-by?attempt=" in dial.details["detect_url"]


@pytest.mark.parametrize("word", ["machine_end_beep", "machine_end_silence", "machine_end_other"])
def test_a_machine_frees_the_agent_at_once_and_is_told_the_message_once(promised, plan, desk, customer, clock, word):
    plan(voicemail=MESSAGE)
    dial = ring(promised, desk, customer)
    customer.ask(dial.details["url"])
    for _ in range(2):
        assert customer.post(dial.details["detect_url"], AnsweredBy=word).status_code == 204
    (promise,) = rows(promised, Promise)
    assert (promise.state, promise.last_result, rows(promised, Agent)[0].state) == ("scheduled", "machine", "available")
    (redirect,) = orders(promised, "redirect")
    assert redirect.of == customer.sid
    assert customer.sid not in [order.of for order in orders(promised, "hang_up")], "the message is still spoken"
    told = customer.ask(redirect.details["url"])
    assert (told.says, told.verbs[-1]) == (MESSAGE["en-US"], "Hangup")
    customer.post(dial.details["status_url"], CallStatus="completed")
    clock.advance(3600)
    promised.routing.tick()
    promised.routing.agents.set_available("ana") if rows(promised, Agent)[0].state == "not_ready" else None
    tick(promised)
    desk.accept()
    desk.answers()
    second = orders(promised, "dial")[-1]
    customer.post(second.details["detect_url"], AnsweredBy=word)
    assert len(orders(promised, "redirect")) == 1
    assert rows(promised, Promise)[0].state == "given_up", "one retry after a machine"


@pytest.mark.parametrize("word", ["human", "unknown", ""])
def test_a_person_or_nobody_knows_changes_nothing(promised, desk, customer, word):
    dial = ring(promised, desk, customer)
    customer.post(dial.details["detect_url"], AnsweredBy=word)
    assert rows(promised, Promise)[0].state == "dialling"


def test_whoever_has_pressed_1_is_a_person_whatever_the_carrier_says(promised, desk, customer):
    dial = ring(promised, desk, customer)
    customer.answer(customer.ask(dial.details["url"]), Digits="1")
    customer.post(dial.details["detect_url"], AnsweredBy="machine_end_beep")
    assert rows(promised, Promise)[0].state == "talking"


@pytest.fixture
def ahead(promised, plan):
    plan(first=First.CUSTOMER, hold=60.0)
    return promised


def test_a_customer_dialled_first_hears_music_until_the_agent_is_there(ahead, desk, customer):
    dial = ring_ahead(ahead, desk, customer)
    assert dial.of == "+12025550142"
    asked = customer.ask(dial.details["url"])
    held = customer.answer(asked, Digits="1")
    assert "An agent will be with you" in held.says
    assert held.verbs[-1] == "Redirect"
    more = customer.answer(held)
    assert more.verbs[-1] == "Redirect"
    desk.accept()
    agent = desk.answers()
    (redirect,) = orders(ahead, "redirect")
    assert redirect.of == customer.sid
    joined = customer.ask(redirect.details["url"])
    (_, call) = rows(ahead, Call)
    assert agent.one("Conference").text == joined.one("Conference").text == call.id
    assert rows(ahead, Promise)[0].state == "talking"
    for leg in (desk.leg, customer):
        leg.post(joined.one("Conference").get("statusCallback"), StatusCallbackEvent="participant-join")
    assert rows(ahead, Meeting)[0].state == "together"
    customer.post(dial.details["status_url"], CallStatus="completed")
    assert rows(ahead, Promise)[0].state == "kept"
    assert len(orders(ahead, "dial")) == 2


def test_an_agent_whose_line_fails_does_not_end_the_customers_call(ahead, desk, customer):
    dial = ring_ahead(ahead, desk, customer)
    customer.answer(customer.ask(dial.details["url"]), Digits="1")
    desk.accept()
    desk.status("failed")
    assert customer.sid not in [order.of for order in orders(ahead, "hang_up")]
    assert rows(ahead, Promise)[0].state == "holding"


def test_a_customer_for_whom_no_agent_comes_is_told_that_he_keeps_the_front_place(ahead, desk, customer, clock):
    dial = ring_ahead(ahead, desk, customer)
    ahead.routing.agents.set_not_ready("ana", "Break")
    held = customer.answer(customer.ask(dial.details["url"]), Digits="1")
    clock.advance(60)
    tick(ahead)
    (redirect,) = orders(ahead, "redirect")
    assert "front of the line" in customer.ask(redirect.details["url"]).says
    assert "front of the line" in customer.answer(held).says, "also when the carrier could not be told"
    customer.post(dial.details["status_url"], CallStatus="completed")
    assert rows(ahead, Promise)[0].state == "due"


def test_the_dial_is_learned_from_the_carriers_own_news_when_its_maker_died(ahead, desk, customer, clock):
    """Killed between the carrier's answer and our note of it: the status callback brings key and call together."""
    dial = ring_ahead(ahead, desk, customer)
    with ahead.db.begin() as session:
        session.get(DialAttempt, dial.details["key"]).carrier_sid = None
    customer.post(dial.details["status_url"], CallStatus="ringing")
    assert rows(ahead, DialAttempt)[0].carrier_sid == customer.sid
    clock.advance(30)
    tick(ahead)
    assert len(orders(ahead, "dial")) == 1


def test_a_dial_whose_maker_died_is_found_at_the_carrier_and_not_made_again(ahead, desk, customer, clock):
    dial = ring_ahead(ahead, desk, customer)
    with ahead.db.begin() as session:
        attempt = session.get(DialAttempt, dial.details["key"])
        attempt.carrier_sid = None
        session.get(Promise, attempt.promise_id).lease_until = clock.now()
    ahead.carrier.statuses[customer.sid] = "ringing"
    clock.advance(9)
    tick(ahead)
    assert len(orders(ahead, "dial")) == 1
    assert rows(ahead, DialAttempt)[0].carrier_sid == customer.sid


def test_strangers_open_nothing(ahead, desk, customer):
    url = ring_ahead(ahead, desk, customer).details["url"]
    for wrong in (url.replace("attempt=PR", "attempt=PX"), url.replace("call=CW", "call=CX"), url.partition("?")[0]):
        assert customer.ask(wrong).verbs == ["Say", "Hangup"]
        assert customer.ask(wrong.replace("?", "/pressed?"), Digits="1").verbs == ["Say", "Hangup"]


def test_who_was_not_called_in_time_or_not_reached_is_told_once_in_his_language(promised, plan, clock):
    plan(window=60.0)
    with promised.db.begin() as session:
        session.scalars(select(Promise)).one().language = "es-US"
    tick(promised)
    clock.advance(60)
    tick(promised)
    notices = Notices(promised)
    assert [notices.give(), notices.give()] == [1, 0]
    (message,) = orders(promised, "send_message")
    assert message.of == "+12025550142"
    assert "no pudimos llamarle" in message.details["text"]


def test_who_asked_never_to_be_called_is_not_written_to_either(promised, desk, customer):
    dial = ring(promised, desk, customer)
    customer.answer(customer.ask(dial.details["url"]), Digits="9")
    assert Notices(promised).give() == 0
    assert orders(promised, "send_message") == []


@pytest.mark.parametrize(("code", "result"), [("21211", "invalid"), ("21202", "invalid"), ("20003", "failed")])
def test_a_number_the_carrier_does_not_call_is_not_tried_again(promised, desk, code, result):
    tick(promised)
    desk.ready()
    desk.accept()
    promised.carrier.refuses.add("dial")
    promised.carrier.refusal = code
    assert desk.answers().verbs == ["Say", "Hangup"]
    (promise,) = rows(promised, Promise)
    assert (promise.state, promise.last_result) == ("given_up", result)


def test_a_carrier_that_is_silent_is_asked_until_it_speaks_and_then_dials_once(promised, desk, clock):
    """The agent stays: whether the phone rings nobody knows yet."""
    tick(promised)
    desk.ready()
    desk.accept()
    promised.carrier.silent = True
    assert desk.answers().one("Conference").text
    for _ in range(3):
        clock.advance(9)
        tick(promised)
    assert rows(promised, Promise)[0].state == "dialling"
    promised.carrier.silent = False
    clock.advance(9)
    tick(promised)
    assert [order.of for order in orders(promised, "dial")][1:] == ["+12025550142"]
    (attempt,) = rows(promised, DialAttempt)
    assert attempt.carrier_sid is not None


def test_the_job_that_makes_a_recorded_dial_has_a_function():
    """A name that leads nowhere would cost each dial the seconds until the ticker makes it."""
    assert callable(resolve(DIAL_JOB))
