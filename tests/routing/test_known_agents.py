"""Whoever knows the caller is asked first, for as long as the queue says; then the rings go on."""

import pytest

from routing.config import QueueConfig, WrapUp, WrapUpMode
from routing.entries import QueueEntry
from routing.match import Ring

NONE = WrapUp(WrapUpMode.NONE)
RINGS = (Ring(0, {"billing": 3}), Ring(45, {"billing": 1}))
KNOWN = QueueConfig("billing", RINGS, known_agent=30, known_within=7 * 86400, wrap_up=NONE)
DAY = 86400
NUMBER = "+12025550142"


@pytest.fixture
def house(house_of):
    """Two experts and a queue that remembers; Alice has just talked with the caller, Bob is free for longer."""
    house = house_of(KNOWN, QueueConfig("technical", (Ring(0, {"technical": 1}),), wrap_up=NONE))
    house.agent("alice", billing=3, technical=1)
    house.call_from(NUMBER, "CW0")
    talk = house.answer()
    house.clock.advance(100)
    house.routing.ended(talk)
    house.agent("bob", billing=3)
    return house


def test_the_agent_who_last_talked_with_the_number_is_asked_although_another_is_free_for_longer(house):
    house.call_from(NUMBER, "CW1")
    assert [offer.agent_id for offer in house.offers()[1:]] == ["alice"]


def test_who_is_on_another_call_is_waited_for_and_taken_when_he_is_free(house):
    house.call("CW1", "technical")
    busy = house.answer()
    house.call_from(NUMBER, "CW2")
    assert len(house.offers()) == 2, "Bob is free, and is not asked"
    house.pass_time(29)
    house.routing.ended(busy)
    assert house.offers()[-1].agent_id == "alice"


def test_after_the_time_for_one_agent_the_others_are_asked_and_the_place_is_kept(house):
    house.call("CW1", "technical")
    house.answer()
    entry_id = house.call_from(NUMBER, "CW2")
    place = house.row(QueueEntry, entry_id).place
    house.pass_time(30)
    assert house.offers()[-1].agent_id == "bob"
    assert house.row(QueueEntry, entry_id).place == place


def test_callers_behind_are_not_held_up_by_one_who_waits_for_an_agent(house):
    """No head-of-line blocking: the place is kept, and Bob goes on working."""
    house.call("CW1", "technical")
    house.answer()
    house.call_from(NUMBER, "CW2")
    house.call("CW3")
    assert (house.offers()[-1].call_id, house.offers()[-1].agent_id) == ("CW3", "bob")


def test_nobody_waits_for_an_agent_who_rests(house):
    house.routing.agents.set_not_ready("alice", "tea")
    house.call_from(NUMBER, "CW1")
    assert house.offers()[-1].agent_id == "bob"


def test_the_wait_ends_when_the_agent_goes_to_rest_meanwhile(house):
    house.call("CW1", "technical")
    busy = house.answer()
    house.call_from(NUMBER, "CW2")
    house.routing.agents.set_not_ready("alice", "tea")  # after this call
    house.routing.ended(busy)
    house.pass_time(1)
    assert house.offers()[-1].agent_id == "bob"


def test_a_talk_too_long_ago_does_not_count(house):
    house.clock.advance(8 * DAY)
    house.call_from(NUMBER, "CW1")
    assert (
        house.offers()[-1].agent_id == "bob" or house.row(QueueEntry, house.offers()[-1].entry_id).alone_until is None
    )


@pytest.mark.parametrize("number", ["", "+12025550199"])
def test_a_number_that_is_withheld_or_new_has_no_agent(house, number):
    entry_id = house.call_from(number, "CW1")
    assert house.row(QueueEntry, entry_id).preferred_agent == ""


def test_a_queue_that_does_not_ask_for_it_remembers_nobody(house):
    house.routing.agents.set_not_ready("bob", "tea")
    entry_id = house.call_from(NUMBER, "CW1", "technical")
    assert house.row(QueueEntry, entry_id).preferred_agent == ""


def test_an_agent_named_by_the_flow_comes_before_the_one_who_is_known(house):
    house.call_from(NUMBER, "CW1", preferred_agent="bob", alone=10)
    assert house.offers()[-1].agent_id == "bob"


@pytest.mark.parametrize("named", ["nobody", "tom"])
def test_an_agent_who_is_not_there_or_cannot_serve_is_not_waited_for(house, named):
    house.agent("tom", technical=9)
    entry_id = house.call("CW1", preferred_agent=named, alone=60)
    assert house.row(QueueEntry, entry_id).alone_until is None
    assert house.offers()[-1].agent_id in {"alice", "bob"}


def test_who_waits_for_an_agent_does_so_again_after_redis_was_flushed(house):
    house.call("CW1", "technical")
    busy = house.answer()
    house.call_from(NUMBER, "CW2")
    house.waitlist.reset(built=False)
    house.routing.tick()
    house.routing.rebuild()
    assert len(house.offers()) == 2
    house.routing.ended(busy)
    assert house.offers()[-1].agent_id == "alice"
