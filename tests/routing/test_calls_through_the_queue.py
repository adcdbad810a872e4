"""A caller comes, waits, is offered, answered, and the agent wraps up: on both waitlists, through the one door."""

from routing.agents import Agent
from routing.entries import QueueEntry
from routing.news import EntryJoined, ReservationAccepted, ReservationEnded
from routing.reservations import Reservation


def test_a_caller_is_offered_to_the_agent_who_is_free(house):
    house.agent("alice", billing=3)
    entry_id = house.call("CW1")
    (offer,) = house.offers()
    assert (offer.agent_id, offer.entry_id, offer.call_id) == ("alice", entry_id, "CW1")
    assert house.agent_state("alice") == ("reserved", "")
    assert house.row(QueueEntry, entry_id).state == "reserved"
    assert house.news(EntryJoined)[0].entry_id == entry_id


def test_an_agent_who_becomes_free_takes_who_waits_longest(house):
    first = house.call("CW1")
    house.clock.advance(1)
    house.call("CW2")
    house.agent("alice", billing=3)
    assert [offer.entry_id for offer in house.offers()] == [first]


def test_a_whole_call_ends_with_the_agent_free_for_the_next(house):
    house.agent("alice", billing=3)
    entry_id = house.call("CW1")
    reservation_id = house.answer()
    assert house.agent_state("alice")[0] == "on_call"
    assert house.row(QueueEntry, entry_id).outcome == "answered"
    assert house.news(ReservationAccepted)[0].call_id == "CW1"
    waiting = house.call("CW2")
    house.clock.advance(100)
    house.routing.ended(reservation_id)
    assert house.agent_state("alice")[0] == "wrapping_up"
    house.routing.finish_wrap_up(reservation_id, "resolved", notes="all well")
    row = house.row(Reservation, reservation_id)
    assert (row.state, row.disposition, row.notes) == ("completed", "resolved", "all well")
    assert house.offers()[-1].entry_id == waiting
    assert [news.outcome for news in house.news(ReservationEnded)] == ["wrapping", "completed"]
    assert house.row(Agent, "alice").state == "reserved"


def test_the_longest_idle_agent_with_the_needed_level_is_chosen(house):
    house.agent("novice", billing=1)
    house.clock.advance(10)
    house.agent("early", billing=3)
    house.clock.advance(10)
    house.agent("late", billing=3)
    house.call("CW1")
    assert house.offers()[-1].agent_id == "early"


def test_a_ring_that_opens_lets_a_less_skilled_agent_have_the_caller(house):
    house.agent("novice", billing=1)
    house.call("CW1")
    house.pass_time(44.9)
    assert house.offers() == []
    house.pass_time(0.1)
    assert house.offers()[-1].agent_id == "novice"


def test_the_callers_own_needs_hold_in_every_ring(house):
    house.agent("novice", billing=1)
    house.agent("maria", billing=1, spanish=2)
    house.call("CW1", needs={"spanish": 2})
    house.pass_time(45)
    assert [offer.agent_id for offer in house.offers()] == ["maria"]


def test_the_known_agent_comes_first_while_he_is_free(house):
    house.agent("alice", billing=3)
    house.clock.advance(10)
    house.agent("bob", billing=3)
    house.call("CW1", preferred_agent="bob")
    assert house.offers()[-1].agent_id == "bob"


def test_priority_is_credit_in_seconds_of_waiting(house):
    house.call("CW1")
    house.clock.advance(60)
    gold = house.call("CW2", priority=90)
    house.agent("alice", billing=3)
    assert house.offers()[-1].entry_id == gold
    assert house.routing.board.position(house.row(QueueEntry, gold).id) == 1
