"""The customer first: only when an agent is as good as free, with music for a while, and never forgotten."""

from dataclasses import replace

import pytest

from callbacks.jobs import DIAL_JOB, dial_recorded, fire_due
from callbacks.policy import First
from callbacks.promises import DialAttempt
from foundation.jobs import MemoryJobs


@pytest.fixture
def ahead(house, policy):
    plan = replace(policy.plan("billing"), first=First.CUSTOMER, hold=45.0)
    house.callbacks.policy.replace(replace(policy, plans={"billing": plan}))
    return house


def in_hand(house):
    """The order the line was given last, taken by the carrier."""
    order = house.dialer.dialled[-1]
    house.callbacks.attempt_dialled(order.key, f"CA{order.attempt}")
    return order


def test_an_idle_agent_lets_the_customer_be_dialled_before_anybody_is_held(ahead):
    promise_id = ahead.promised()
    ahead.agent()
    ahead.pass_time(20)
    assert (ahead.row(promise_id).state, ahead.offers, ahead.agent_state()) == ("dialling", [], "available")
    (order,) = ahead.dialer.dialled
    assert (order.reservation_id, order.go, order.again) == ("", True, False)


def test_without_an_agent_as_good_as_free_the_agent_is_dialled_first(ahead):
    """No agent idle, and no crew large enough that one is about to be: it stands in line as ever."""
    promise_id = ahead.promised()
    ahead.pass_time(20)
    assert (ahead.row(promise_id).state, ahead.dialer.dialled) == ("due", [])
    ahead.agent()
    assert ahead.offers[-1].promise_id == promise_id


def test_one_idle_agent_is_not_promised_to_two_customers(ahead):
    first, second = ahead.promised(), ahead.promised(number="+12025550143", call_id="CW2")
    ahead.agent()
    ahead.pass_time(20)
    assert sorted([ahead.row(first).state, ahead.row(second).state]) == ["dialling", "due"]


def test_who_presses_1_holds_the_line_before_everybody_and_meets_the_next_agent(ahead):
    promise_id = ahead.promised()
    ahead.agent()
    ahead.pass_time(20)
    order = in_hand(ahead)
    assert ahead.callbacks.dials.confirmed(order.key)
    assert not ahead.callbacks.dials.confirmed(order.key)
    offer = ahead.offers[-1]
    assert (offer.promise_id, ahead.row(promise_id).state) == (promise_id, "holding")
    ahead.routing.accept(offer.reservation_id, "alice")
    assert ahead.callbacks.answered(promise_id, reservation_id=offer.reservation_id)
    ahead.clock.advance(60)
    ahead.routing.ended(offer.reservation_id)
    assert ahead.moves == ["waiting", "dialling", "holding", "talking", "kept"]
    with ahead.db.begin() as session:
        attempt = session.get(DialAttempt, order.key)
        assert (attempt.result, attempt.reservation_id) == ("answered", offer.reservation_id)


def test_who_has_held_the_line_long_enough_keeps_the_front_place_and_it_is_no_attempt(ahead):
    promise_id = ahead.promised()
    ahead.agent()
    ahead.pass_time(20)
    order = in_hand(ahead)
    ahead.routing.agents.set_not_ready("alice", "Break")
    ahead.callbacks.dials.confirmed(order.key)
    ahead.pass_time(44)
    assert (ahead.row(promise_id).state, ahead.dialer.released) == ("holding", [])
    ahead.pass_time(1)
    assert (ahead.row(promise_id).state, ahead.dialer.released) == ("due", [order.key])
    with ahead.db.begin() as session:
        ahead.routing.enqueue(session, call_id="CW9", queue="billing", priority=3600)
    ahead.routing.agents.set_available("alice")
    assert ahead.offers[-1].promise_id == promise_id, "before a gold customer"
    again = ahead.dial(promise_id)
    assert ahead.callbacks.attempt_failed(again.key, "busy")
    assert ahead.row(promise_id).state == "scheduled", "two more attempts are left"


def test_an_agent_who_does_not_accept_leaves_the_customer_on_the_line(ahead):
    promise_id = ahead.promised()
    ahead.agent()
    ahead.pass_time(20)
    order = in_hand(ahead)
    ahead.callbacks.dials.confirmed(order.key)
    ahead.pass_time(20)
    assert (ahead.agent_state(), ahead.row(promise_id).state) == ("not_ready", "holding")
    ahead.agent("bob")
    assert ahead.offers[-1].promise_id == promise_id


def test_the_music_does_not_end_while_an_agent_is_on_the_way(ahead):
    promise_id = ahead.promised()
    ahead.agent()
    ahead.pass_time(20)
    order = in_hand(ahead)
    ahead.callbacks.dials.confirmed(order.key)
    ahead.clock.advance(10)
    ahead.routing.accept(ahead.offers[-1].reservation_id, "alice")
    ahead.pass_time(40)
    assert ahead.row(promise_id).state == "holding"


def test_a_customer_who_hangs_up_while_he_holds_frees_the_agent_and_is_tried_again(ahead):
    promise_id = ahead.promised()
    ahead.agent()
    ahead.pass_time(20)
    order = in_hand(ahead)
    ahead.callbacks.dials.confirmed(order.key)
    assert ahead.agent_state() == "reserved"
    assert ahead.callbacks.attempt_failed(order.key, "not_confirmed")
    row = ahead.row(promise_id)
    assert (row.state, row.last_result, ahead.agent_state()) == ("scheduled", "hung_up", "available")


def test_a_recorded_dial_is_a_jobs_and_the_tickers_own_when_the_job_does_not_come(ahead):
    promise_id = ahead.promised()
    ahead.agent()
    ahead.clock.advance(20)
    jobs = MemoryJobs()
    fire_due(ahead.callbacks, ahead.dialer, jobs)
    key = f"{promise_id}-1"
    assert jobs.waiting == [(DIAL_JOB, (key,), f"dial-{key}", 0)]
    assert ahead.dialer.dialled == []
    ahead.clock.advance(2)
    fire_due(ahead.callbacks, ahead.dialer, jobs)
    assert [order.key for order in ahead.dialer.dialled] == [key]
    assert not dial_recorded(ahead.callbacks, ahead.dialer, key, None), "the job comes after all, and is told no"
    assert len(ahead.dialer.dialled) == 1
