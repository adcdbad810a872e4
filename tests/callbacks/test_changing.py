"""What is owed may be changed by whom it is owed: another time, now, not at all, or its place for himself."""

from datetime import timedelta

import pytest

from callbacks.changing import Change, Changed
from callbacks.promises import PromiseState
from routing.entries import QueueEntry

HOUR = timedelta(hours=1)


def change(house, promise_id, what, **options):
    return house.callbacks.asking.change(promise_id, what, **options)


def test_a_number_finds_what_it_is_owed(house):
    later = house.promised(due_at=house.clock.now() + 2 * HOUR)
    sooner = house.promised(queue="technical")
    house.promised(number="+12025550199")
    assert [promise.id for promise in house.callbacks.asking.open_for("+12025550142")] == [sooner, later]


def test_the_place_is_kept_exactly_for_a_caller_who_is_back(house):
    arrived = house.clock.now() - timedelta(minutes=7)
    promise_id = house.promised(place=arrived)
    house.clock.advance(200)
    assert change(house, promise_id, Change.USE) == Changed(place=arrived)
    assert house.row(promise_id).state == PromiseState.CANCELLED


def test_the_place_is_kept_also_when_the_promise_stands_in_line_already(house):
    arrived = house.clock.now() - timedelta(minutes=7)
    promise_id = house.promised(place=arrived)
    house.pass_time(20)
    entry_id = house.row(promise_id).entry_id
    assert change(house, promise_id, Change.USE).place == arrived
    with house.db.begin() as session:
        assert session.get(QueueEntry, entry_id).outcome == "left"
    house.pass_time(60)
    assert house.row(promise_id).state == PromiseState.CANCELLED


def test_a_time_chosen_for_later_keeps_no_place(house):
    """Who chose tomorrow and rings today has not waited since: he comes last, as everybody does."""
    promise_id = house.promised(due_at=house.clock.now() + 20 * HOUR + 4 * HOUR)
    house.clock.advance(3600)
    assert change(house, promise_id, Change.USE).place == house.clock.now()


def test_a_chosen_time_becomes_now(house):
    promise_id = house.promised(due_at=house.clock.now() + 5 * HOUR)
    assert change(house, promise_id, Change.NOW) == Changed()
    row = house.row(promise_id)
    assert (row.due_at, row.place, row.chosen_time) == (house.clock.now(), house.clock.now(), False)
    assert change(house, promise_id, Change.NOW) == Changed()
    house.pass_time(0)
    assert house.row(promise_id).state == PromiseState.DUE


def test_now_is_refused_in_quiet_hours_and_the_next_time_is_told(house):
    promise_id = house.promised(due_at=house.clock.now() + 24 * HOUR)
    house.clock.advance(12 * 3600)  # ten in the evening
    changed = change(house, promise_id, Change.NOW)
    assert changed.reason == "quiet_hours"
    assert changed.nearest[0] == house.clock.now() + 10 * HOUR


def test_another_time_moves_it_and_a_bad_one_leaves_it_where_it_was(house):
    noon = house.clock.now() + 2 * HOUR
    promise_id = house.promised(due_at=noon)
    assert change(house, promise_id, Change.MOVE, due_at=noon + HOUR) == Changed()
    assert change(house, promise_id, Change.MOVE, due_at=noon + 10 * HOUR).reason == "quiet_hours"
    assert house.row(promise_id).due_at == noon + HOUR


def test_a_promise_in_line_that_is_moved_leaves_the_line(house):
    promise_id = house.promised()
    house.pass_time(20)
    entry_id = house.row(promise_id).entry_id
    assert change(house, promise_id, Change.MOVE, due_at=house.clock.now() + HOUR) == Changed()
    with house.db.begin() as session:
        assert session.get(QueueEntry, entry_id).state == "left"
    house.pass_time(61)
    assert house.row(promise_id).state == PromiseState.SCHEDULED


@pytest.mark.parametrize("what", list(Change), ids=str)
def test_what_is_being_dialled_stays_as_it_is(house, what):
    promise_id = house.promised()
    house.agent()
    house.pass_time(20)
    house.dial(promise_id)
    before = house.row(promise_id).state
    assert change(house, promise_id, what, due_at=house.clock.now() + HOUR) == Changed("being_called")
    assert house.row(promise_id).state == before == PromiseState.DIALLING


def test_what_is_over_is_over_and_cancelling_it_again_is_harmless(house):
    promise_id = house.promised()
    assert change(house, promise_id, Change.CANCEL) == Changed()
    assert change(house, promise_id, Change.CANCEL) == Changed()
    assert change(house, promise_id, Change.NOW) == Changed("over")


def test_the_story_is_kept_with_the_promise(house):
    promise_id = house.promised(
        why="agent", note="about the loan", owner="ana", asked_by="ben", line="+12025550100", waited=125.0
    )
    row = house.row(promise_id)
    assert (row.why, row.note, row.owner, row.asked_by, row.line, row.waited) == (
        "agent",
        "about the loan",
        "ana",
        "ben",
        "+12025550100",
        125.0,
    )
