"""A promise from the asking to the keeping: in line at the place kept, or at the chosen time; tried again, given up."""

from datetime import timedelta

import pytest

from callbacks.dialling import DialOutOfTurn
from callbacks.promises import DialAttempt, DialResult
from callbacks.promising import PromiseRefused
from foundation.jobs import MemoryJobs
from routing.entries import QueueEntry
from routing.errors import MoveRefused

from .conftest import CUSTOMER


def test_a_promise_comes_in_line_when_the_caller_has_had_time_to_hang_up(house):
    promise_id = house.promised()
    house.agent()
    house.pass_time(19)
    assert house.offers == []
    house.pass_time(1)
    assert (house.offers[-1].kind, house.offers[-1].promise_id) == ("callback", promise_id)
    assert house.row(promise_id).state == "due"


def test_a_promise_keeps_the_place_of_the_caller_who_asked_for_it(house):
    place = house.clock.now()
    house.clock.advance(300)
    with house.db.begin() as session:
        house.routing.enqueue(session, call_id="CW2", queue="billing")
    house.promised(place=place)
    house.pass_time(20)
    house.agent()
    assert [offer.kind for offer in house.offers] == ["callback"]


def test_a_kept_promise_goes_through_every_state_and_frees_the_agent(house):
    promise_id = house.promised()
    house.agent()
    house.pass_time(20)
    order = house.dial(promise_id)
    assert (order.number, order.attempt, order.key) == (CUSTOMER, 1, f"{promise_id}-1")
    assert house.callbacks.answered(promise_id)
    house.clock.advance(60)
    house.routing.ended(house.offers[-1].reservation_id)
    assert house.moves == ["waiting", "due", "dialling", "talking", "kept"]
    assert house.agent_state() == "available"
    with house.db.begin() as session:
        attempt = session.get(DialAttempt, order.key)
        assert (attempt.carrier_sid, attempt.result) == ("CA1", "answered")


def test_no_answer_is_tried_again_after_the_waits_of_the_queue_and_then_given_up(house):
    promise_id = house.promised()
    house.agent()
    house.pass_time(20)
    for wait in (300, 1800):
        order = house.dial(promise_id)
        assert house.callbacks.attempt_failed(order.key, "no_answer")
        assert (house.row(promise_id).state, house.agent_state()) == ("scheduled", "available")
        house.pass_time(wait - 1)
        assert house.row(promise_id).state == "scheduled"
        house.pass_time(1)
        assert house.row(promise_id).state == "due"
    order = house.dial(promise_id)
    house.callbacks.attempt_failed(order.key, "busy")
    row = house.row(promise_id)
    assert (row.state, row.attempts, row.last_result) == ("given_up", 3, "busy")
    assert house.agent_state() == "available"


def test_the_place_is_given_back_for_the_first_retry_only(house):
    place = house.clock.now() - timedelta(minutes=10)
    promise_id = house.promised(place=place)
    house.agent()
    house.pass_time(20)
    places = []
    for wait in (300, 1800):
        house.callbacks.attempt_failed(house.dial(promise_id).key, "busy")
        house.pass_time(wait)
        with house.db.begin() as session:
            places.append(session.get(QueueEntry, house.offers[-1].entry_id).place)
    assert places == [place, house.clock.now()]


def test_the_same_outcome_reported_twice_moves_nothing(house):
    promise_id = house.promised()
    house.agent()
    house.pass_time(20)
    order = house.dial(promise_id)
    assert house.callbacks.attempt_failed(order.key, "no_answer")
    before = house.row(promise_id)
    assert not house.callbacks.attempt_failed(order.key, "no_answer")
    after = house.row(promise_id)
    assert (before.state, before.due_at, before.attempts) == (after.state, after.due_at, after.attempts)


def test_the_same_reservation_asking_twice_is_told_that_it_was_told(house):
    """The process may have died between record and dial: the second must look before it dials."""
    promise_id = house.promised()
    house.agent()
    house.pass_time(20)
    first = house.dial(promise_id)
    again = house.callbacks.attempt_started(promise_id, reservation_id=house.offers[-1].reservation_id)
    assert (again.key, again.again, again.carrier_sid) == (first.key, True, "CA1")
    with pytest.raises(DialOutOfTurn):
        house.callbacks.attempt_started(promise_id, reservation_id="RVother")


def test_a_promise_keeps_its_place_when_nobody_takes_the_call(house):
    promise_id = house.promised()
    house.agent()
    house.pass_time(20)
    first = house.offers[-1]
    house.pass_time(20)
    assert house.agent_state() == "not_ready"
    house.agent("bob")
    assert house.offers[-1].entry_id == first.entry_id
    assert house.row(promise_id).state == "due"


def test_a_promise_is_in_line_again_when_the_agents_line_fails(house):
    promise_id = house.promised()
    house.agent()
    house.pass_time(20)
    house.dial(promise_id)
    house.routing.rescind(house.offers[-1].reservation_id, "line failed")
    assert house.row(promise_id).state == "due"
    house.agent("bob")
    assert house.dial(promise_id).attempt == 2


def test_whoever_presses_1_after_the_agent_is_gone_is_not_connected(house):
    promise_id = house.promised()
    house.agent()
    house.pass_time(20)
    house.dial(promise_id)
    house.routing.rescind(house.offers[-1].reservation_id, "line failed")
    assert not house.callbacks.answered(promise_id)


def test_a_chosen_time_is_kept_and_never_early(house):
    due = house.clock.now() + timedelta(hours=2)
    promise_id = house.promised(due_at=due)
    house.agent()
    house.pass_time(7199)
    assert house.row(promise_id).state == "scheduled"
    house.pass_time(1)
    assert house.row(promise_id).state == "due"


def test_at_the_chosen_time_it_goes_before_those_who_have_just_come(house):
    house.promised(due_at=house.clock.now() + timedelta(hours=2))
    house.clock.advance(7100)
    with house.db.begin() as session:
        house.routing.enqueue(session, call_id="CW2", queue="billing")
    house.pass_time(100)
    house.agent()
    assert house.offers[-1].kind == "callback"


def test_one_open_promise_for_a_number_and_queue(house):
    first = house.promised()
    assert house.promised(call_id="CW9") == first
    later = house.clock.now() + timedelta(hours=3)
    assert house.promised(call_id="CW9", due_at=later) == first
    assert (house.row(first).state, house.row(first).due_at) == ("scheduled", later)


def test_a_promise_can_be_cancelled_until_it_is_dialled(house):
    promise_id = house.promised()
    house.agent()
    house.pass_time(20)
    assert house.callbacks.cancel(promise_id)
    assert (house.row(promise_id).state, house.agent_state()) == ("cancelled", "available")
    assert not house.callbacks.cancel(promise_id)
    second = house.promised()
    house.pass_time(20)
    house.dial(second)
    with pytest.raises(MoveRefused):
        house.callbacks.cancel(second)
    assert house.row(second).state == "dialling"


def test_a_promise_whose_entry_leaves_the_line_comes_back_into_it(house):
    promise_id = house.promised()
    house.pass_time(20)
    house.routing.leave(house.row(promise_id).entry_id, "failed")
    assert house.row(promise_id).state == "scheduled"
    house.pass_time(60)
    assert house.row(promise_id).state == "due"


def test_an_overdue_dial_is_settled_only_after_asking_the_carrier(house):
    promise_id = house.promised()
    house.agent()
    house.pass_time(20)
    order = house.dial(promise_id)
    house.dialer.known[order.key] = None
    house.pass_time(121)
    assert house.row(promise_id).state == "dialling", "the carrier says that it goes on"
    house.dialer.known[order.key] = DialResult.NO_ANSWER
    house.clock.advance(1)
    with house.db.begin() as session:
        session.get(type(house.row(promise_id)), promise_id).lease_until = house.clock.now()
    house.pass_time(1)
    assert (house.row(promise_id).state, house.row(promise_id).last_result) == ("scheduled", "no_answer")


def test_dialling_is_refused_and_put_off_when_the_hours_have_passed_meanwhile(house):
    """It is due in time, but the agent takes it after nine in the evening."""
    promise_id = house.promised(due_at=house.clock.now() + timedelta(hours=10, minutes=59))
    house.pass_time(10 * 3600 + 59 * 60)
    assert house.row(promise_id).state == "due"
    house.clock.advance(120)
    house.agent()
    assert house.dial(promise_id) == PromiseRefused("quiet_hours")
    row = house.row(promise_id)
    assert (row.state, row.attempts) == ("scheduled", 0)
    assert row.due_at.isoformat() == "2026-03-03T13:00:00+00:00"
    assert house.agent_state() == "available"


def test_a_promise_due_at_night_waits_for_the_morning(house):
    house.clock.advance(12 * 3600)
    promise_id = house.promised()
    assert house.row(promise_id).due_at.isoformat() == "2026-03-03T13:00:00+00:00"


def test_a_nudge_names_the_promise_and_its_attempt_and_comes_at_its_time(house):
    from callbacks.jobs import nudge

    promise = house.ask(due_at=house.clock.now() + timedelta(hours=1))
    jobs = MemoryJobs()
    assert nudge(jobs, promise, house.clock, job="console.jobs:fire_due")
    assert jobs.waiting == [("console.jobs:fire_due", (), f"callback-{promise.id}-0", 3600.0)]


def test_a_line_that_was_told_first_that_they_are_together_is_no_obstacle(house):
    promise_id = house.promised()
    house.agent()
    house.pass_time(20)
    house.dial(promise_id)
    house.routing.connected(house.offers[-1].reservation_id)
    assert house.callbacks.answered(promise_id)
    assert not house.callbacks.answered(promise_id)
    assert house.callbacks.get(promise_id).state == "talking"
    assert house.callbacks.get("PRnobody") is None
