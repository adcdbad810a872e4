"""RONA, declining, a failed line: the caller keeps the place, the agent must come back by himself."""

import pytest

from routing.entries import QueueEntry
from routing.errors import ReservationGone, UnknownRow
from routing.news import ReservationEnded
from routing.reservations import Reservation


def test_a_call_nobody_takes_goes_to_the_next_agent_and_the_first_is_not_ready(house):
    house.agent("alice", billing=3)
    house.clock.advance(1)
    house.agent("bob", billing=3)
    entry_id = house.call("CW1")
    house.pass_time(19.9)
    assert len(house.offers()) == 1
    house.pass_time(0.1)
    assert house.agent_state("alice") == ("not_ready", "no answer")
    assert [(offer.agent_id, offer.entry_id) for offer in house.offers()] == [("alice", entry_id), ("bob", entry_id)]
    assert house.news(ReservationEnded)[0].outcome == "timeout"


def test_the_caller_keeps_the_place_through_rona(house):
    house.agent("alice", billing=3)
    first = house.call("CW1")
    house.clock.advance(1)
    second = house.call("CW2")
    house.pass_time(20)
    assert [house.routing.board.position(entry) for entry in (first, second)] == [1, 2]
    house.routing.agents.set_available("alice")
    assert house.offers()[-1].entry_id == first


def test_the_agent_is_not_rung_again_before_he_says_that_he_is_back(house):
    """No cascade: a desk that nobody sits at rings once."""
    house.agent("alice", billing=3)
    house.call("CW1")
    for _ in range(10):
        house.pass_time(20)
    assert len(house.offers()) == 1


def test_an_agent_who_declines_is_not_ready_and_the_caller_keeps_the_place(house):
    house.agent("alice", billing=3)
    entry_id = house.call("CW1")
    house.routing.reject(house.offers()[0].reservation_id, "alice")
    assert house.agent_state("alice") == ("not_ready", "declined")
    assert house.row(QueueEntry, entry_id).state == "waiting"


@pytest.mark.parametrize("accepted", [False, True], ids=["while ringing", "after the accept"])
def test_a_failed_line_gives_the_caller_back_to_his_place(house, accepted):
    house.agent("alice", billing=3)
    entry_id = house.call("CW1")
    offer = house.offers()[0]
    if accepted:
        house.routing.accept(offer.reservation_id, "alice")
    assert house.routing.rescind(offer.reservation_id, "line failed")
    assert house.agent_state("alice") == ("not_ready", "line failed")
    assert house.row(QueueEntry, entry_id).state == "waiting"
    assert not house.routing.rescind(offer.reservation_id, "line failed")


def test_an_agent_who_accepted_is_not_left_hanging_when_the_line_never_comes(house):
    house.agent("alice", billing=3)
    entry_id = house.call("CW1")
    house.routing.accept(house.offers()[0].reservation_id, "alice")
    house.pass_time(44)
    assert house.agent_state("alice")[0] == "on_call"
    house.pass_time(1)
    assert house.agent_state("alice") == ("not_ready", "line failed")
    assert house.row(QueueEntry, entry_id).state == "waiting"


def test_a_conversation_is_never_cut_by_a_timer(house):
    house.agent("alice", billing=3)
    house.call("CW1")
    house.answer()
    for _ in range(20):
        house.pass_time(600)
    assert house.agent_state("alice")[0] == "on_call"


def test_an_accept_after_the_ringing_is_too_late_and_changes_nothing(house):
    house.agent("alice", billing=3)
    house.call("CW1")
    reservation_id = house.offers()[0].reservation_id
    house.pass_time(20)
    before = house.row(Reservation, reservation_id).__dict__.copy()
    for late in (house.routing.accept, house.routing.reject):
        with pytest.raises(ReservationGone, match="timeout"):
            late(reservation_id, "alice")
    after = house.row(Reservation, reservation_id).__dict__
    assert {key: after[key] for key in before if key[0] != "_"} == {k: v for k, v in before.items() if k[0] != "_"}
    assert house.agent_state("alice") == ("not_ready", "no answer")


def test_nobody_accepts_for_another_agent(house):
    house.agent("alice", billing=3)
    house.agent("bob", billing=3)
    house.call("CW1")
    with pytest.raises(ReservationGone, match="another agent"):
        house.routing.accept(house.offers()[0].reservation_id, "bob")
    with pytest.raises(UnknownRow):
        house.routing.accept("RVnothing", "bob")
    assert house.agent_state("bob")[0] == "available"


def test_ringing_for_a_caller_who_hangs_up_costs_the_agent_nothing(house):
    """He is free at once, and keeps his turn among the idle."""
    house.agent("alice", billing=3)
    house.clock.advance(10)
    house.agent("bob", billing=3)
    entry_id = house.call("CW1")
    house.clock.advance(3)
    house.routing.leave(entry_id, "abandoned")
    assert house.agent_state("alice") == ("available", "")
    assert house.news(ReservationEnded)[-1].outcome == "cancelled"
    house.call("CW2")
    assert house.offers()[-1].agent_id == "alice"
