"""Chosen times: only so many callbacks a span, the nearest that will do, and the customer's own clock."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from callbacks.policy import Plan
from callbacks.promises import Promise
from callbacks.promising import PromiseRefused

HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)


def number(last):
    return f"+1202555{last:04d}"


def with_room(house, policy, room, **plan):
    house.callbacks.policy.replace(replace(policy, plans={"billing": Plan(room=room, **plan)}))


@pytest.fixture
def noon(house):
    return house.clock.now() + 2 * HOUR


def test_a_span_has_room_for_so_many_and_the_nearest_free_spans_are_told(house, policy, noon):
    with_room(house, policy, 2)
    for last in (101, 102):
        house.promised(number=number(last), due_at=noon)
    refused = house.ask(number=number(103), due_at=noon + timedelta(minutes=7))
    assert refused == PromiseRefused("slot_full", (noon - QUARTER, noon + QUARTER))
    assert house.promised(number=number(103), due_at=noon + QUARTER)


def test_the_last_seat_goes_to_one_of_many_who_ask_at_once(house, policy, noon):
    """Twelve callers, room for three: three promises, nine proposals of another time, and no seat twice."""
    with_room(house, policy, 3)
    with ThreadPoolExecutor(max_workers=12) as pool:
        answers = list(pool.map(lambda last: house.ask(number=number(last), due_at=noon), range(100, 112)))
    refused = [answer for answer in answers if isinstance(answer, PromiseRefused)]
    assert len(refused) == 9
    assert {answer.reason for answer in refused} == {"slot_full"}
    assert all(answer.nearest for answer in refused)
    with house.db.begin() as session:
        seats = list(session.scalars(select(Promise.seat).where(Promise.slot_at == noon)))
    assert sorted(seats) == [1, 2, 3]


def test_one_number_that_asks_many_times_at_once_is_owed_once(house, noon):
    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(lambda _: house.ask(due_at=noon), range(8)))
    assert len({promise.id for promise in answers}) == 1
    with house.db.begin() as session:
        assert session.scalar(select(func.count()).select_from(Promise)) == 1


def test_a_cancelled_promise_gives_its_seat_back(house, policy, noon):
    with_room(house, policy, 1)
    first = house.promised(number=number(101), due_at=noon)
    assert house.ask(number=number(102), due_at=noon).reason == "slot_full"
    house.callbacks.cancel(first)
    assert house.promised(number=number(102), due_at=noon)


def test_a_promise_that_moves_within_its_span_keeps_its_seat_and_leaves_it_for_another(house, policy, noon):
    with_room(house, policy, 1)
    promise_id = house.promised(number=number(101), due_at=noon)
    assert house.promised(number=number(101), due_at=noon + timedelta(minutes=5)) == promise_id
    assert house.row(promise_id).seat == 1
    assert house.promised(number=number(101), due_at=noon + QUARTER) == promise_id
    assert house.row(promise_id).slot_at == noon + QUARTER
    assert house.promised(number=number(102), due_at=noon)


def test_who_keeps_the_place_in_line_needs_no_seat(house, policy):
    with_room(house, policy, 1)
    assert {house.row(house.promised(number=number(last))).seat for last in (101, 102, 103)} == {None}


def test_the_times_that_are_proposed_lie_within_hours_and_outside_quiet_hours(house, policy):
    """It is ten. At nine in the evening quiet begins: the last span before it, and the first of the morning."""
    evening = house.clock.now() + 11 * HOUR
    refused = house.ask(due_at=evening)
    assert refused.reason == "quiet_hours"
    assert refused.nearest == (evening - 2 * QUARTER, evening - QUARTER)
    with_room(house, policy, None, is_open=lambda at: at.hour < 18)  # until one o'clock in New York
    refused = house.ask(due_at=house.clock.now() + 4 * HOUR)
    assert (refused.reason, refused.nearest[-1]) == ("closed", house.clock.now() + 3 * HOUR - QUARTER)


def test_a_number_of_two_zones_is_called_when_neither_is_quiet(house):
    """Parts of Idaho keep mountain time, parts Pacific: eight in the one is seven in the other."""
    eight_in_boise = house.clock.now() + timedelta(days=1)  # ten in New York
    assert house.ask(number="+12085551234", due_at=eight_in_boise).reason == "quiet_hours"
    assert house.promised(number="+12085551234", due_at=eight_in_boise + HOUR)


def test_the_clock_that_a_customer_named_counts_beside_that_of_his_number(house):
    """A mobile from Washington, its owner in Los Angeles: ten in New York is seven where he is."""
    tomorrow = house.clock.now() + timedelta(days=1)
    assert house.ask(due_at=tomorrow, zone="America/Los_Angeles").reason == "quiet_hours"
    promise_id = house.promised(due_at=tomorrow + HOUR, zone="America/Los_Angeles")
    assert house.row(promise_id).zone == "America/Los_Angeles"


@pytest.mark.promise(29)
def test_a_number_may_ask_for_so_many_callbacks_a_day(house, policy):
    """Refused with a reason; an agent may still owe one, and tomorrow the number may ask again."""
    house.callbacks.policy.replace(replace(policy, max_requests_per_number_per_day=3))
    for _ in range(3):
        house.callbacks.cancel(house.promised())
    assert house.ask() == PromiseRefused("too_many_requests")
    assert house.promised(why="agent", asked_by="ana")
    house.clock.advance(86_401)
    assert house.ask(number=number(177))
    assert not isinstance(house.ask(), PromiseRefused)


def test_asking_whether_a_time_is_free_takes_nothing(house, policy, noon):
    from callbacks.promising import Request

    with_room(house, policy, 1)
    asked = Request(None, number(101), "billing", {}, None, noon, "en-US")
    assert house.callbacks.asking.look(asked) is None
    assert house.promised(number=number(102), due_at=noon)
    assert house.callbacks.asking.look(asked) == PromiseRefused("slot_full", (noon - QUARTER, noon + QUARTER))
    assert house.callbacks.asking.open_for(number(101)) == []
