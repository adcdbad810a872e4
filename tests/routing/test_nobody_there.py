"""What decides on a wait besides time: crowds, agents who go home, a queue that closes."""

from routing.agents import Agent
from routing.config import QueueConfig, WrapUp, WrapUpMode
from routing.entries import EntryKind, QueueEntry
from routing.match import Ring
from routing.news import EntryTakenOut

NONE = WrapUp(WrapUpMode.NONE)
RINGS = (Ring(0, {"billing": 3}), Ring(45, {"billing": 1}))
LEAVING = QueueConfig("billing", RINGS, leave_when_nobody=True, leave_when_empty=True, wrap_up=NONE)
SKIPPING = QueueConfig("billing", RINGS, skip_unstaffed=True, wrap_up=NONE)
RESERVE = QueueConfig("billing", (Ring(0, {"billing": 3}), Ring(600, {"desk": 1}, when_waiting=3)), wrap_up=NONE)


def state_of(house, entry_id):
    row = house.row(QueueEntry, entry_id)
    return row.state, row.outcome


def test_who_comes_while_nobody_is_signed_in_does_not_wait(house_of):
    house = house_of(LEAVING)
    house.agent("tom", technical=9)
    assert state_of(house, house.call("CW1")) == ("left", "nobody")


def test_an_agent_who_rests_is_somebody(house_of):
    house = house_of(LEAVING)
    house.agent("novice", ready=False, billing=1)
    assert state_of(house, house.call("CW1")) == ("waiting", "")


def test_a_callback_waits_also_while_nobody_is_there(house_of):
    """A promise keeps its place overnight."""
    house = house_of(LEAVING)
    entry_id = house.call("CW1", kind=EntryKind.CALLBACK, promise_id="CB1")
    house.pass_time(2)
    assert state_of(house, entry_id) == ("waiting", "")


def test_when_the_last_agent_signs_out_those_who_wait_are_told_and_go(house_of):
    house = house_of(LEAVING)
    house.agent("alice", ready=False, billing=3)
    house.agent("bob", ready=False, billing=1)
    entry_id = house.call("CW1")
    house.routing.agents.sign_out("alice")
    house.pass_time(1)
    assert state_of(house, entry_id) == ("waiting", "")
    house.routing.agents.sign_out("bob")
    house.pass_time(1)
    assert state_of(house, entry_id) == ("left", "nobody")
    assert [(news.entry_id, news.outcome) for news in house.news(EntryTakenOut)] == [(entry_id, "nobody")]


def test_without_the_option_everybody_goes_on_waiting(house_of):
    house = house_of(QueueConfig("billing", RINGS))
    entry_id = house.call("CW1")
    house.pass_time(2)
    assert state_of(house, entry_id) == ("waiting", "")


def test_a_ring_opens_at_once_when_nobody_signed_in_serves_the_ones_before(house_of):
    house = house_of(SKIPPING)
    house.agent("novice", billing=1)
    house.call("CW1")
    assert [offer.agent_id for offer in house.offers()] == ["novice"]


def test_while_an_expert_is_signed_in_the_rings_open_by_time_and_when_he_goes_home_at_once(house_of):
    house = house_of(SKIPPING)
    house.agent("novice", billing=1)
    house.agent("expert", ready=False, billing=3)
    house.call("CW1")
    assert house.offers() == []
    house.routing.agents.sign_out("expert")
    house.pass_time(1)
    assert [offer.agent_id for offer in house.offers()] == ["novice"]


def test_agents_in_reserve_are_asked_while_many_wait_and_no_longer_when_few_do(house_of):
    house = house_of(RESERVE)
    house.agent("boss", desk=1)
    for number in (1, 2):
        house.call(f"CW{number}")
    house.pass_time(1)
    assert house.offers() == []
    house.call("CW3")
    house.pass_time(1)
    first = house.answer()
    assert house.offers()[-1].call_id == "CW1"
    house.pass_time(1)
    house.routing.ended(first)
    house.pass_time(1)
    assert len(house.offers()) == 1, "two wait now, and the boss goes back to her desk"


def test_a_crowd_opens_the_reserve_for_the_one_who_has_waited_longest(house_of):
    house = house_of(RESERVE)
    for number in range(1, 5):
        house.call(f"CW{number}")
    house.agent("boss", desk=1)
    house.pass_time(1)
    assert house.offers()[0].call_id == "CW1"


def test_a_closed_queue_sends_everybody_out_and_keeps_promises(house_of):
    house = house_of(QueueConfig("billing", RINGS), QueueConfig("technical"))
    first, other = house.call("CW1"), house.call("CW2", "technical")
    promise = house.call("CW3", kind=EntryKind.CALLBACK, promise_id="CB1")
    assert house.routing.vigil.close("billing") == 1
    assert house.routing.vigil.close("billing") == 0
    assert state_of(house, first) == ("left", "closed")
    assert state_of(house, other) == state_of(house, promise) == ("waiting", "")
    assert [(news.entry_id, news.outcome) for news in house.news(EntryTakenOut)] == [(first, "closed")]


def test_a_caller_whose_desk_rings_is_not_sent_out(house_of):
    house = house_of(QueueConfig("billing", RINGS, leave_when_empty=True))
    house.agent("alice", billing=3)
    entry_id = house.call("CW1")
    assert house.routing.vigil.close("billing") == 0
    assert state_of(house, entry_id) == ("reserved", "")


def test_occupancy_counts_what_was_work_of_the_time_at_hand(house_of):
    """Rests do not count; a new shift begins at nothing."""
    house = house_of(QueueConfig("billing", (Ring(0, {"billing": 1}),), wrap_up=WrapUp(WrapUpMode.TIMED, 60)))
    house.agent("alice", billing=1)
    house.clock.advance(100)
    house.call("CW1")
    house.clock.advance(10)
    held = house.answer()
    house.clock.advance(50)
    house.routing.ended(held)
    house.clock.advance(40)
    house.routing.finish_wrap_up(held)
    house.routing.agents.set_not_ready("alice", "lunch")
    house.clock.advance(3600)
    house.routing.agents.set_available("alice")
    row = house.row(Agent, "alice")
    assert (row.busy_us, row.staffed_us) == (100_000_000, 200_000_000)
    house.routing.agents.sign_out("alice")
    house.routing.agents.sign_in("alice")
    row = house.row(Agent, "alice")
    assert (row.busy_us, row.staffed_us) == (0, 0)
