"""What an agent chooses for after the call: chosen at any moment of it, shown, taken back, applied once."""

import pytest

from routing.agents import Agent
from routing.news import AgentNext


def ringing(house):
    house.agent("alice", billing=3)
    house.call("CW1")
    return house.offers()[-1].reservation_id


def talking(house):
    ringing(house)
    return house.answer()


def wrapping(house):
    reservation_id = talking(house)
    house.routing.ended(reservation_id)
    return reservation_id


def over(house, reservation_id, state):
    """Bring whatever it is to its end."""
    if state == "reserved":
        house.answer()
    if state != "wrapping_up":
        house.routing.ended(reservation_id)
    house.routing.finish_wrap_up(reservation_id, "resolved")


@pytest.mark.parametrize("moment", [ringing, talking, wrapping])
def test_a_rest_chosen_while_busy_begins_when_everything_is_done(quiet_house, moment):
    reservation_id = moment(quiet_house)
    state = quiet_house.agent_state("alice")[0]
    quiet_house.routing.agents.set_not_ready("alice", "Lunch")
    assert quiet_house.agent_state("alice")[0] == state, "the call goes on"
    assert quiet_house.row(Agent, "alice").next_reason == "Lunch"
    quiet_house.call("CW2")
    over(quiet_house, reservation_id, state)
    assert quiet_house.agent_state("alice") == ("not_ready", "Lunch")
    assert quiet_house.row(Agent, "alice").next_reason == "", "applied once"
    assert len(quiet_house.offers()) == 1, "nobody rings in between"


@pytest.mark.parametrize("moment", [ringing, talking, wrapping])
def test_a_rest_chosen_is_taken_back_by_choosing_to_be_available(quiet_house, moment):
    reservation_id = moment(quiet_house)
    state = quiet_house.agent_state("alice")[0]
    quiet_house.routing.agents.set_not_ready("alice", "Lunch")
    quiet_house.routing.agents.set_not_ready("alice", "Break")
    quiet_house.routing.agents.set_available("alice")
    over(quiet_house, reservation_id, state)
    assert quiet_house.agent_state("alice") == ("available", "")


def test_every_change_of_the_choice_is_told_once(quiet_house):
    """Desk and wall show it: a push says when to draw again."""
    talking(quiet_house)
    told = []
    quiet_house.bus.subscribe(AgentNext, told.append)
    for reason in ("Lunch", "Lunch", "Break"):
        quiet_house.routing.agents.set_not_ready("alice", reason)
    for _ in range(2):
        quiet_house.routing.agents.set_available("alice")
    assert [news.reason for news in told] == ["Lunch", "Break", ""]


def test_the_caller_who_hangs_up_while_it_rings_does_not_keep_the_agent_from_lunch(quiet_house):
    ringing(quiet_house)
    quiet_house.routing.agents.set_not_ready("alice", "Lunch")
    quiet_house.routing.leave(quiet_house.offers()[0].entry_id, "abandoned")
    assert quiet_house.agent_state("alice") == ("not_ready", "Lunch")


@pytest.mark.parametrize("how", ["declines", "line fails"])
def test_a_call_that_does_not_come_about_leads_to_the_chosen_rest(quiet_house, how):
    reservation_id = ringing(quiet_house)
    quiet_house.routing.agents.set_not_ready("alice", "Lunch")
    if how == "declines":
        quiet_house.routing.reject(reservation_id, "alice")
    else:
        quiet_house.routing.rescind(reservation_id, "line failed")
    assert quiet_house.agent_state("alice") == ("not_ready", "Lunch")


def test_a_call_nobody_took_is_said_and_the_next_click_means_available(quiet_house):
    """The rest chosen before must not surprise whoever comes back and wants calls."""
    ringing(quiet_house)
    quiet_house.routing.agents.set_not_ready("alice", "Lunch")
    quiet_house.pass_time(20)
    assert quiet_house.agent_state("alice") == ("not_ready", "no answer")
    quiet_house.routing.agents.set_available("alice")
    assert quiet_house.agent_state("alice")[0] == "reserved", "the caller who kept the place rings"
    assert quiet_house.row(Agent, "alice").next_reason == ""
