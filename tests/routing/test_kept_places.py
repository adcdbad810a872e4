"""Places: credit has a cap; overflow keeps them, a transfer when asked; a dropped caller takes his up again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from foundation.events import Bus
from foundation.ids import RandomIds
from routing.config import Overflow, QueueConfig, WrapUp, WrapUpMode
from routing.entries import QueueEntry
from routing.match import Ring
from routing.news import EntryOverflowed
from routing.waitlist import Discipline, Disciplines
from routing.waitlist_memory import MemoryWaitlist

from .conftest import House

NONE = WrapUp(WrapUpMode.NONE)
BILLING = (Ring(0, {"billing": 3}), Ring(45, {"billing": 1}))
TECHNICAL = (Ring(0, {"technical": 3}), Ring(30, {"technical": 1}))
NUMBER = "+12025550142"


def place_of(house, entry_id):
    row = house.row(QueueEntry, entry_id)
    return (row.arrived_at - row.place).total_seconds()


@pytest.mark.parametrize(("priority", "credit"), [(0, 60), (30, 90), (9999, 300), (-30, 30), (-9999, -300)])
def test_a_callers_credit_is_his_own_and_the_queues_and_never_more_than_the_most(house_of, priority, credit):
    house = house_of(QueueConfig("billing", BILLING, credit=60, most_credit=300))
    assert place_of(house, house.call("CW1", priority=priority)) == credit


def test_whoever_waits_longer_than_the_most_credit_is_passed_by_nobody(house_of):
    """Ageing against priority: no stream of important callers keeps anybody waiting for ever."""
    house = house_of(QueueConfig("billing", BILLING, most_credit=300))
    house.call("CW1")
    house.clock.advance(301)
    house.call("CW2", priority=86_400)
    house.agent("alice", billing=3)
    assert house.offers()[0].call_id == "CW1"


@pytest.mark.parametrize(
    ("disciplines", "first"),
    [
        (Disciplines(Discipline.INNERMOST), "CW2"),
        (Disciplines(Discipline.LONGEST, {"alice": Discipline.INNERMOST}), "CW2"),
        (Disciplines(Discipline.LONGEST, {"bob": Discipline.INNERMOST}), "CW1"),
    ],
    ids=["the site", "the agent", "another agent"],
)
def test_a_site_or_an_agent_may_take_callers_of_the_innermost_ring_first(house_of, disciplines, first):
    """Alice is an expert of the second queue, and somebody waits longer in the first."""
    house = house_of(QueueConfig("billing", BILLING), QueueConfig("technical", TECHNICAL), disciplines=disciplines)
    house.call("CW1")
    house.clock.advance(1)
    house.call("CW2", "technical")
    house.pass_time(60)
    house.agent("alice", billing=1, technical=3)
    assert house.offers()[0].call_id == first


def overflowing(**rule):
    billing = QueueConfig("billing", BILLING, overflow=Overflow("technical", 120, **rule), wrap_up=NONE)
    return billing, QueueConfig("technical", TECHNICAL, ring_time=7, wrap_up=NONE)


def test_who_overflows_is_served_by_the_other_queue_at_the_same_place_in_the_same_wait(house_of):
    house = house_of(*overflowing())
    entry_id = house.call("CW1")
    house.clock.advance(60)
    house.call("CW2", "technical")
    house.pass_time(60)
    row = house.row(QueueEntry, entry_id)
    assert (row.queue, row.first_queue, row.state, row.ring_time) == ("technical", "billing", "waiting", 7)
    house.agent("alice", billing=9)
    assert house.offers() == [], "the first queue's agents no longer serve him"
    house.agent("tom", technical=3)
    assert house.offers()[0].call_id == "CW1", "he has waited longer than the other queue's own caller"
    told = house.news(EntryOverflowed)
    assert [(news.entry_id, news.queue, news.to, news.also) for news in told] == [
        (entry_id, "billing", "technical", False)
    ]


def test_with_also_the_first_queues_agents_go_on_serving_him(house_of):
    house = house_of(*overflowing(also=True))
    entry_id = house.call("CW1")
    house.pass_time(120)
    assert house.row(QueueEntry, entry_id).queue == "billing"
    house.agent("tom", technical=3)
    assert house.offers()[-1].agent_id == "tom"
    house.routing.reject(house.offers()[-1].reservation_id, "tom")
    house.agent("alice", billing=3)
    assert [offer.agent_id for offer in house.offers()] == ["tom", "alice"]


def test_the_other_queues_later_rings_open_as_late_again(house_of):
    house = house_of(*overflowing(also=True))
    house.call("CW1")
    house.pass_time(120)
    house.agent("novice", technical=1)
    house.pass_time(29)
    assert house.offers() == []
    house.pass_time(1)
    assert house.offers()[-1].agent_id == "novice"


def test_what_the_caller_needs_beyond_his_queue_is_needed_in_the_other_too(house_of):
    house = house_of(*overflowing())
    spanish = [Ring(ring.after, {**ring.needs, "spanish": 2}) for ring in BILLING]
    house.call("CW1", rings=spanish)
    house.pass_time(120)
    house.agent("tom", technical=3)
    assert house.offers() == []
    house.agent("eva", technical=3, spanish=2)
    assert house.offers()[-1].agent_id == "eva"


def test_nobody_overflows_into_a_crowd_and_everybody_does_when_it_is_gone(house_of):
    house = house_of(*overflowing(while_fewer=1))
    there = house.call("CW0", "technical")
    entry_id = house.call("CW1")
    house.pass_time(121)
    assert house.row(QueueEntry, entry_id).queue == "billing"
    house.routing.leave(there, "abandoned")
    house.pass_time(2)
    assert house.row(QueueEntry, entry_id).queue == "technical"


def test_a_caller_overflows_once_and_not_round_in_a_circle(house_of):
    billing, _ = overflowing()
    back = QueueConfig("technical", TECHNICAL, overflow=Overflow("billing", 10), wrap_up=NONE)
    house = house_of(billing, back)
    house.call("CW1")
    for _ in range(5):
        house.pass_time(130)
    assert len(house.news(EntryOverflowed)) == 1


def test_who_answers_while_he_overflows_has_him(house_of):
    house = house_of(*overflowing())
    house.agent("alice", billing=3)
    entry_id = house.call("CW1")
    house.answer()
    house.pass_time(500)
    assert house.row(QueueEntry, entry_id).queue == "billing"


RESUMING = QueueConfig("billing", BILLING, resume_within=600, wrap_up=NONE)


@pytest.mark.parametrize("outcome", ["abandoned", "failed"])
def test_a_dropped_caller_who_calls_again_in_time_has_the_place_back(house_of, outcome):
    house = house_of(RESUMING)
    lost = house.call_from(NUMBER, "CW1")
    house.clock.advance(100)
    house.call("CW2")
    house.routing.leave(lost, outcome)
    house.clock.advance(600)
    again = house.call_from(NUMBER, "CW3")
    row = house.row(QueueEntry, again)
    assert (row.place, row.resumed_from) == (house.row(QueueEntry, lost).place, lost)
    assert house.routing.board.position(again) == 1
    assert row.arrived_at == house.clock.now(), "what he has waited now is counted from now"


def test_after_that_time_it_is_a_new_wait(house_of):
    house = house_of(RESUMING)
    lost = house.call_from(NUMBER, "CW1")
    house.routing.leave(lost, "abandoned")
    house.clock.advance(601)
    assert house.row(QueueEntry, house.call_from(NUMBER, "CW2")).resumed_from is None


@pytest.mark.parametrize("outcome", ["left", "callback", "timed_out", "closed"])
def test_who_left_by_choice_or_by_rule_has_no_place_to_take_up(house_of, outcome):
    house = house_of(RESUMING)
    house.routing.leave(house.call_from(NUMBER, "CW1"), outcome)
    assert house.row(QueueEntry, house.call_from(NUMBER, "CW2")).resumed_from is None


def test_a_place_is_taken_up_once_also_where_many_share_a_number(house_of):
    house = house_of(RESUMING)
    lost = house.call_from(NUMBER, "CW1")
    house.routing.leave(lost, "abandoned")
    house.clock.advance(10)
    first, second = house.call_from(NUMBER, "CW2"), house.call_from(NUMBER, "CW3")
    assert house.row(QueueEntry, first).resumed_from == lost
    assert house.row(QueueEntry, second).resumed_from is None


def test_of_many_who_come_at_the_same_moment_one_takes_the_place(db, clock):
    """Eight calls from one number in eight threads: the row is locked, and looked at again."""
    house = House(db, MemoryWaitlist(), clock, RandomIds(), Bus(), [RESUMING])
    house.routing.leave(house.call_from(NUMBER, "CW0"), "abandoned")
    clock.advance(10)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda number: house.call_from(NUMBER, f"CW{number}"), range(1, 9)))
    assert sum(house.row(QueueEntry, entry_id).resumed_from is not None for entry_id in made) == 1


@pytest.mark.parametrize(("number", "queue"), [("", "billing"), ("+12025550199", "billing"), (NUMBER, "technical")])
def test_the_place_is_that_of_the_number_in_the_queue(house_of, number, queue):
    house = house_of(RESUMING, QueueConfig("technical", TECHNICAL, resume_within=600))
    house.routing.leave(house.call_from(NUMBER, "CW1"), "abandoned")
    assert house.row(QueueEntry, house.call_from(number, "CW2", queue)).resumed_from is None


def test_a_transfer_to_another_queue_keeps_the_place_when_asked(house_of):
    house = house_of(QueueConfig("billing", BILLING), QueueConfig("technical", TECHNICAL))
    first = house.call("CW1", priority=30)
    house.clock.advance(200)
    house.call("CW2", "technical")
    moved = house.call("CW1", "technical", keep_place=True)
    assert house.row(QueueEntry, first).outcome == "left"
    assert house.row(QueueEntry, moved).place == house.row(QueueEntry, first).place
    assert house.routing.board.position(moved) == 1


def test_a_transfer_begins_anew_when_nobody_asks(house_of):
    house = house_of(QueueConfig("billing", BILLING), QueueConfig("technical", TECHNICAL))
    house.call("CW1")
    house.clock.advance(200)
    moved = house.call("CW1", "technical")
    assert house.row(QueueEntry, moved).place == house.clock.now()


def test_a_kept_place_is_never_worse_than_a_new_one(house_of):
    house = house_of(QueueConfig("billing", BILLING), QueueConfig("technical", TECHNICAL, credit=500))
    house.call("CW1")
    house.clock.advance(200)
    moved = house.call("CW1", "technical", keep_place=True)
    assert house.row(QueueEntry, moved).place == house.clock.now() - timedelta(seconds=500)


def test_as_many_overflow_as_there_is_room_for_the_longest_waiting_first(house_of):
    house = house_of(*overflowing(while_fewer=2))
    calls = []
    for number in range(4):
        calls.append(house.call(f"CW{number}"))
        house.clock.advance(1)
    house.pass_time(130)
    house.pass_time(1)
    assert [house.row(QueueEntry, entry_id).queue for entry_id in calls] == ["technical"] * 2 + ["billing"] * 2
