"""When a callback is made: behind live calls yet in time, by its owner or anyone, within its window or not at all."""

from dataclasses import replace
from datetime import timedelta

import pytest

from callbacks.jobs import fire_due
from routing.agents import AgentSpec, seed
from routing.entries import QueueEntry

HOUR = 3600


@pytest.fixture
def planned(house, policy):
    """Change how the queue calls back."""

    def change(**changes):
        plan = replace(policy.plan("billing"), **changes)
        house.callbacks.policy.replace(replace(policy, plans={"billing": plan}))
        return house

    return change


def caller(house, call_id):
    with house.db.begin() as session:
        house.routing.enqueue(session, call_id=call_id, queue="billing")


def kinds(house, count):
    """Whom an agent is offered, one after the other."""
    house.agent()
    found = []
    for _ in range(count):
        offer = house.offers[-1]
        found.append(offer.kind)
        house.routing.leave(offer.entry_id, "left")
    return found


def test_a_callback_behind_live_calls_lets_those_go_first_who_come_after_it(planned):
    house = planned(behind=True, promise=1800.0)
    house.promised()
    house.pass_time(20)
    house.clock.advance(60)
    caller(house, "CW8")
    caller(house, "CW9")
    assert kinds(house, 3) == ["call", "call", "callback"]


def test_before_it_misses_what_was_promised_it_goes_before_everybody(planned):
    """Armony and Maglaras: live calls first, unless a callback risks its deadline."""
    house = planned(behind=True, promise=1800.0)
    promise_id = house.promised()
    house.pass_time(20)
    caller(house, "CW8")
    house.pass_time(1779)
    assert house.row(promise_id).advanced_at is None
    house.pass_time(1)
    assert house.row(promise_id).advanced_at == house.clock.now()
    caller(house, "CW9")
    assert kinds(house, 3) == ["callback", "call", "call"]


def test_a_callback_that_is_being_offered_is_left_where_it_is(planned):
    house = planned(behind=True, promise=1800.0)
    promise_id = house.promised()
    house.pass_time(20)
    house.clock.advance(1785)
    house.agent()
    entry_id = house.offers[-1].entry_id
    house.pass_time(5)
    assert house.row(promise_id).entry_id == entry_id


def test_a_retry_of_one_that_was_brought_to_the_front_stays_there(planned):
    house = planned(behind=True, promise=1800.0)
    promise_id = house.promised()
    house.pass_time(20)
    house.pass_time(1800)
    caller(house, "CW8")
    house.agent()
    house.callbacks.attempt_failed(house.dial(promise_id).key, "busy")
    house.routing.agents.set_not_ready("alice", "Break")
    house.pass_time(300)
    with house.db.begin() as session:
        place = session.get(QueueEntry, house.row(promise_id).entry_id).place
    assert place < house.row(promise_id).place


def owned(house, **options):
    with house.db.begin() as session:
        seed(session, [AgentSpec("bob", "Bob", {})], now=house.clock.now())
    return house.promised(owner="bob", **options)


def test_what_one_agent_owes_is_offered_to_him_alone_while_he_works(planned):
    house = planned(owner_waits=600.0)
    promise_id = owned(house)
    house.agent("bob")
    house.routing.agents.set_not_ready("bob", "Break")
    house.agent("alice")
    house.pass_time(20)
    assert house.offers == [], "alice is free, and is not asked"
    house.routing.agents.set_available("bob")
    house.pass_time(15)
    assert (house.offers[-1].agent_id, house.offers[-1].promise_id) == ("bob", promise_id)


def test_what_an_agent_owes_is_anyones_after_the_time_the_site_gives_him(planned):
    house = planned(owner_waits=600.0)
    promise_id = owned(house)
    house.agent("alice")
    for _ in range(44):
        house.pass_time(15)
    assert (house.offers[-1].agent_id, house.offers[-1].promise_id) == ("alice", promise_id)


def test_a_window_that_is_over_ends_a_promise_in_line_and_says_so(planned):
    house = planned(window=2.0 * HOUR)
    promise_id = house.promised()
    house.pass_time(20)
    house.pass_time(2 * HOUR - 1)
    assert house.row(promise_id).state == "due"
    house.pass_time(1)
    assert (house.row(promise_id).state, house.moves[-1]) == ("expired", "expired")
    house.agent()
    assert house.offers == []


def test_a_retry_that_would_come_after_the_window_is_not_made(planned):
    house = planned(window=600.0, retry_after=(900.0,))
    promise_id = house.promised()
    house.agent()
    house.pass_time(20)
    house.callbacks.attempt_failed(house.dial(promise_id).key, "busy")
    assert house.row(promise_id).state == "expired"


@pytest.mark.parametrize(("expire", "state"), [(True, "expired"), (False, "due")])
def test_what_is_owed_at_closing_expires_or_waits_as_the_site_says(planned, expire, state):
    house = planned(is_open=lambda at: at.hour < 17, expire=expire)
    promise_id = house.promised()
    house.pass_time(20)
    house.pass_time(2 * HOUR)
    assert house.row(promise_id).state == state


def test_an_expired_promise_does_not_stand_in_the_way_of_a_new_one(planned):
    house = planned(window=60.0)
    first = house.promised()
    house.pass_time(20)
    house.pass_time(60)
    assert house.row(first).state == "expired"
    assert house.promised(call_id="CW7") != first


def test_a_desk_that_does_not_accept_is_no_attempt(house):
    promise_id = house.promised()
    house.agent()
    house.pass_time(20)
    for name in ("bob", "carla", "dora"):
        house.pass_time(20)
        house.agent(name)
    assert (house.row(promise_id).state, house.row(promise_id).attempts) == ("due", 0)
    assert house.dial(promise_id).attempt == 1


def test_news_that_nobody_heard_is_made_good(house):
    """The process died between the entry's leaving and telling callbacks of it."""
    promise_id = house.promised()
    house.pass_time(20)
    with house.db.begin() as session:
        entry = session.get(QueueEntry, house.row(promise_id).entry_id)
        entry.state, entry.outcome = "left", "failed"
    house.pass_time(1)
    assert house.row(promise_id).state == "scheduled"
    house.pass_time(60)
    assert house.row(promise_id).state == "due"


def test_a_conversation_whose_end_nobody_heard_is_kept(house):
    promise_id = house.promised()
    house.agent()
    house.pass_time(20)
    house.dial(promise_id)
    house.callbacks.answered(promise_id)
    house.bus._listeners.clear()
    house.routing.ended(house.offers[-1].reservation_id)
    assert house.row(promise_id).state == "talking"
    house.clock.advance(2)
    fire_due(house.callbacks, house.dialer)
    assert house.row(promise_id).state == "kept"


def test_a_dial_that_was_recorded_and_never_made_is_made_by_another_and_once(house):
    """Killed between the record and the carrier: the carrier is asked, has never heard of it, and it is dialled."""
    promise_id = house.promised()
    house.agent()
    house.pass_time(20)
    offer = house.offers[-1]
    house.routing.accept(offer.reservation_id, "alice")
    order = house.callbacks.attempt_started(promise_id, reservation_id=offer.reservation_id)
    assert order.go
    house.pass_time(5)
    assert house.dialer.dialled == [], "whoever set out may still be at it"
    house.pass_time(1)
    assert [again.key for again in house.dialer.dialled] == [order.key]
    assert house.callbacks.dials.resume(order.key, seen=order.tried_at) is None, "the dead one comes back too late"
    house.callbacks.attempt_dialled(order.key, "CA1")
    house.pass_time(30)
    assert len(house.dialer.dialled) == 1
    assert house.row(promise_id).attempts == 1


def test_an_earlier_dial_of_which_nobody_knows_is_told_to_whoever_dials_next(house):
    promise_id = house.promised()
    house.agent()
    house.pass_time(20)
    offer = house.offers[-1]
    house.routing.accept(offer.reservation_id, "alice")
    first = house.callbacks.attempt_started(promise_id, reservation_id=offer.reservation_id)
    house.routing.rescind(offer.reservation_id, "line failed")
    house.agent("bob")
    second = house.dial(promise_id)
    assert (second.attempt, second.unsure_since) == (2, first.tried_at)
    assert timedelta() <= house.clock.now() - second.unsure_since
