"""Calling back: the agent comes first, the customer presses 1, and every way it can fail."""

import pytest
from sqlalchemy import select

from callbacks.promises import DialAttempt, DialResult, Promise
from foundation.calls import Call
from ivr.callback_dialer import CarrierDialer
from ivr.callback_legs import CallbackLegs
from ivr.connect import Connections
from ivr.tables import Meeting
from ivr.unfinished import Unfinished
from routing.agents import Agent
from routing.entries import QueueEntry
from routing.reservations import Reservation


def rows(deps, model):
    with deps.db.begin() as session:
        return list(session.scalars(select(model)))


def orders(deps, what):
    return [order for order in deps.carrier.orders if order.what == what]


@pytest.fixture
def promised(line, wired, clock):
    """A caller has waited, asked to be called back, and hung up; the time has come."""
    queued = line.answer(line.answer(line.arrive()), Digits="1")
    clock.advance(40)
    offer = line.wait(queued)
    left = line.answer(line.answer(offer, Digits="8"), Digits="1")  # yes, call this number
    assert left.verbs[-1] == "Leave"
    goodbye = line.answer(queued, QueueResult="leave")
    assert goodbye.verbs[-1] == "Hangup"
    line.post("/voice/status", CallStatus="completed")
    clock.advance(30)
    wired.callbacks.due()
    return wired


@pytest.fixture
def customer(line):
    """The customer's phone, rung by us."""
    return type(line)(line.client, call_sid="")


def ring(desk, customer):
    """The agent accepts; the customer's phone rings."""
    desk.ready()
    desk.accept()
    agent = desk.answers()
    dial = orders(desk.deps, "dial")[-1]
    customer.sid = next(meeting.caller_sid for meeting in rows(desk.deps, Meeting))
    return agent, dial


def test_the_promise_keeps_the_place_of_the_callers_entry(promised):
    (promise,) = rows(promised, Promise)
    first, second = rows(promised, QueueEntry)
    assert (first.outcome, second.kind) == ("callback", "callback")
    assert promise.place == second.place == first.place
    assert promise.number == "+12025550142"


def test_agent_and_customer_meet_in_the_conference_of_a_new_call(promised, desk, customer):
    agent, dial = ring(desk, customer)
    assert dial.of == "+12025550142"
    asked = customer.ask(dial.details["url"])
    assert "Press 1" in asked.says
    joined = customer.answer(asked, Digits="1")
    old, new = rows(promised, Call)
    assert (new.direction, new.queue, old.id != new.id) == ("outbound", "billing", True)
    assert joined.one("Conference").text == agent.one("Conference").text == new.id
    for leg in (desk.leg, customer):
        leg.post(
            joined.one("Conference").get("statusCallback"), StatusCallbackEvent="participant-join", CallSid=leg.sid
        )
    assert rows(promised, Meeting)[0].state == "together"
    assert rows(promised, Promise)[0].state == "talking"
    customer.post(dial.details["status_url"], CallStatus="completed")
    assert rows(promised, Promise)[0].state == "kept"
    assert rows(promised, Agent)[0].state == "wrapping_up"
    assert rows(promised, Call)[1].status == "completed"


def test_an_end_that_overtakes_the_news_of_the_meeting_frees_the_agent(promised, desk, customer):
    """Conference news may be lost with the process it was told to: after 1 was pressed an end is an end."""
    _, dial = ring(desk, customer)
    customer.answer(customer.ask(dial.details["url"]), Digits="1")
    desk.status("completed")
    assert rows(promised, Promise)[0].state == "kept"
    assert rows(promised, Agent)[0].state == "wrapping_up"
    assert [row.state for row in rows(promised, Reservation)] == ["wrapping"]


def test_a_customer_nobody_dialled_for_an_agent_who_is_there_is_dialled_once(promised, desk, monkeypatch):
    """Whoever was to dial died before the dial was recorded; the carrier asked again and got the same document."""
    desk.ready()
    desk.accept()
    with monkeypatch.context() as crash:
        crash.setattr(Connections, "fetch_caller", lambda *_: True)
        desk.answers()
    desk.answers()
    unfinished = Unfinished(promised, Connections(promised, CallbackLegs(promised)))
    assert unfinished.look() == 0
    promised.clock.advance(2)
    assert unfinished.look() == 1
    assert len(rows(promised, DialAttempt)) == 1
    promised.clock.advance(2)
    assert unfinished.look() == 0, "it was dialled"
    assert [order.of for order in orders(promised, "dial")][1:] == ["+12025550142"]


def test_a_customer_who_agreed_to_be_recorded_is_told_and_recorded_again(promised, desk, customer):
    _, dial = ring(desk, customer)
    asked = customer.ask(dial.details["url"])
    assert "recorded" in asked.says
    joined = customer.answer(asked, Digits="1")
    assert joined.one("Recording").get("channels") == "dual"
    grant = promised.tokens.redeem(joined.one("Stream").get("url").rpartition("/")[2])
    assert (grant.speaker, grant.call_sid) == ("caller", customer.sid)
    assert customer.answer(asked, Digits="1").text == joined.text


@pytest.mark.parametrize(
    ("word", "result"),
    [("busy", "busy"), ("no-answer", "no_answer"), ("completed", "not_confirmed")],
)
def test_a_customer_who_is_not_reached_is_tried_again_later_and_the_agent_is_free(
    promised, desk, customer, word, result
):
    """An answering machine presses nothing: completed without a 1 is an attempt that failed."""
    _, dial = ring(desk, customer)
    for _ in range(2):
        assert customer.post(dial.details["status_url"], CallStatus=word).status_code == 204
    (promise,) = rows(promised, Promise)
    assert (promise.state, promise.last_result, promise.attempts) == ("scheduled", result, 1)
    assert rows(promised, Agent)[0].state == "available"
    assert desk.leg.sid in [order.of for order in orders(promised, "hang_up")]


def test_a_customer_who_presses_another_key_is_left_in_peace(promised, desk, customer):
    _, dial = ring(desk, customer)
    asked = customer.ask(dial.details["url"])
    assert customer.answer(asked, Digits="2").verbs == ["Say", "Hangup"]
    assert customer.answer(asked).verbs == ["Say", "Hangup"]


def test_an_agent_who_is_lost_before_they_meet_leaves_the_promise_in_line(promised, desk, customer):
    ring(desk, customer)
    desk.status("completed")
    assert rows(promised, Promise)[0].state == "due"
    assert customer.sid in [order.of for order in orders(promised, "hang_up")]


def test_a_carrier_that_refuses_to_dial_the_customer_is_an_attempt_that_failed(promised, desk):
    desk.ready()
    desk.accept()
    promised.carrier.refuses.add("dial")
    assert desk.answers().verbs == ["Say", "Hangup"]
    (attempt,) = rows(promised, DialAttempt)
    assert attempt.result == "failed"
    assert rows(promised, Promise)[0].state == "given_up", "dialling again would not help"


def test_the_dial_is_recorded_before_it_is_made_and_made_once(promised, desk, customer):
    _, dial = ring(desk, customer)
    (attempt,) = rows(promised, DialAttempt)
    assert (attempt.id, attempt.carrier_sid) == (dial.details["key"], customer.sid)
    desk.answers()
    assert len(orders(promised, "dial")) == 2


def test_a_stranger_s_promise_or_reservation_opens_nothing(promised, desk, customer):
    _, dial = ring(desk, customer)
    for url in (dial.details["url"].replace("PR", "PX"), dial.details["url"].partition("?")[0]):
        assert customer.ask(url).verbs == ["Say", "Hangup"]
        assert customer.ask(url.replace("?", "/pressed?"), Digits="1").verbs == ["Say", "Hangup"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("completed", DialResult.NOT_CONFIRMED),
        ("busy", DialResult.BUSY),
        ("canceled", DialResult.NO_ANSWER),
        ("in-progress", None),
        ("ringing", None),
        ("strange", DialResult.UNKNOWN),
    ],
)
def test_the_carrier_is_asked_what_became_of_a_dial(deps, clock, status, expected):
    """Before an unsure attempt is repeated: a promise must not ring twice."""
    carrier = deps.carrier
    sid = carrier.dial(to="+12025550142", from_="+1", url="u", status_url="s", key="k", timeout=1)
    carrier.statuses[sid] = status
    attempt = DialAttempt(id="PR1-1", number="+12025550142", recorded_at=clock.now(), carrier_sid=None)
    assert CarrierDialer(deps).outcome(attempt) == expected
    attempt.carrier_sid = sid
    assert CarrierDialer(deps).outcome(attempt) == expected


def test_a_dial_the_carrier_never_heard_of_was_not_made_and_a_silent_carrier_says_nothing(deps, clock):
    carrier = deps.carrier
    attempt = DialAttempt(id="PR1-1", number="+12025550142", recorded_at=clock.now(), carrier_sid=None)
    assert CarrierDialer(deps).outcome(attempt) is DialResult.NOT_MADE
    carrier.refuses.add("find_dialled")
    assert CarrierDialer(deps).outcome(attempt) is DialResult.UNKNOWN
