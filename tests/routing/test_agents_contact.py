"""Desks that fall silent: nobody is routed to a page that is not there, and a call in progress is left alone."""

import pytest

from routing.agents import Agent
from routing.entries import QueueEntry
from routing.news import AgentStateChanged, ReservationEnded

LOST = ("not_ready", "no contact")


def heard(house, *agents):
    for agent_id in agents:
        house.routing.agents.heartbeat(agent_id)


def silence(house, seconds=30, step=1):
    for _ in range(seconds // step):
        house.pass_time(step)


@pytest.mark.promise(15)
def test_a_desk_silent_for_thirty_seconds_gets_no_call(house):
    house.agent("alice", billing=3)
    heard(house, "alice")
    silence(house, 29)
    assert house.agent_state("alice") == ("available", "")
    silence(house, 1)
    assert house.agent_state("alice") == LOST
    house.call("CW1")
    assert house.offers() == []


@pytest.mark.promise(15)
def test_a_caller_ringing_at_a_silent_desk_goes_back_to_his_place_and_rings_at_the_next(house):
    """Not after the ringing is over: as soon as the desk is known to be lost. He is still before who came later."""
    house.agent("alice", billing=3)
    heard(house, "alice")
    house.clock.advance(15)
    first = house.call("CW1")
    house.clock.advance(1)
    second = house.call("CW2")
    silence(house, 14)
    assert house.agent_state("alice") == ("not_ready", "lost contact")
    assert [house.routing.board.position(entry) for entry in (first, second)] == [1, 2]
    assert house.row(QueueEntry, first).state == "waiting"
    assert [(news.outcome, news.reason) for news in house.news(ReservationEnded)] == [("rescinded", "lost contact")]
    house.agent("bob", billing=3)
    assert house.offers()[-1].entry_id == first


@pytest.mark.promise(15)
def test_a_call_goes_on_without_the_desk_and_the_screens_say_so(house):
    """The sound does not come through the page; the length of the call is not begun anew."""
    house.agent("alice", billing=3)
    heard(house, "alice")
    house.call("CW1")
    house.answer()
    since = house.row(Agent, "alice").since
    silence(house, 40)
    assert house.agent_state("alice") == ("on_call", "no contact")
    assert house.row(Agent, "alice").since == since
    assert house.news(AgentStateChanged)[-1].reason == "no contact"
    heard(house, "alice")
    assert house.agent_state("alice") == ("on_call", "")
    assert house.row(Agent, "alice").since == since


@pytest.mark.promise(15)
def test_a_call_that_ends_at_a_silent_desk_is_not_followed_by_another(house):
    house.agent("alice", technical=1)
    heard(house, "alice")
    house.call("CW1", queue="technical")
    reservation_id = house.answer()
    silence(house, 40)
    house.call("CW2", queue="technical")
    house.routing.ended(reservation_id)
    assert house.agent_state("alice") == LOST
    assert len(house.offers()) == 1
    heard(house, "alice")
    assert house.offers()[-1].call_id == "CW2", "heard again, available again"


def test_a_wrap_up_at_a_silent_desk_ends_at_its_limit_in_no_contact(house):
    house.agent("alice", billing=3)
    heard(house, "alice")
    house.call("CW1")
    house.routing.ended(house.answer())
    silence(house, 40)
    assert house.agent_state("alice") == ("wrapping_up", "no contact")
    silence(house, 20)
    assert house.agent_state("alice") == LOST


def test_a_desk_heard_again_is_where_it_was_and_begins_a_new_wait(house):
    """Whoever was there all the time comes first."""
    house.agent("alice", billing=3)
    heard(house, "alice")
    house.clock.advance(10)
    house.agent("bob", billing=3)
    for _ in range(5):
        house.pass_time(10)
        heard(house, "bob")
    assert house.agent_state("alice") == LOST
    heard(house, "alice")
    assert house.agent_state("alice") == ("available", "")
    house.call("CW1")
    assert house.offers()[-1].agent_id == "bob"


def test_after_a_call_rang_at_a_silent_desk_the_agent_must_say_that_he_is_back(house):
    """A page that wakes up is no person: the next caller is not made to ring there as well."""
    house.agent("alice", billing=3)
    heard(house, "alice")
    house.clock.advance(15)
    house.call("CW1")
    silence(house, 15)
    heard(house, "alice")
    assert house.agent_state("alice") == ("not_ready", "lost contact")
    house.routing.agents.set_available("alice")
    assert house.offers()[-1].call_id == "CW1"


def test_a_rest_keeps_its_reason_and_an_agent_without_a_page_is_not_looked_for(house):
    house.agent("alice", billing=3)
    heard(house, "alice")
    house.routing.agents.set_not_ready("alice", "Lunch")
    house.agent("robot", billing=3)
    silence(house, 60, step=5)
    assert house.agent_state("alice") == ("not_ready", "Lunch")
    assert house.agent_state("robot") == ("available", "")


def test_signing_in_again_waits_for_the_new_page(quiet_house):
    quiet_house.agent("alice", billing=3)
    heard(quiet_house, "alice")
    quiet_house.routing.agents.sign_out("alice")
    quiet_house.clock.advance(3600)
    quiet_house.agent("alice", billing=3)
    silence(quiet_house, 60, step=5)
    assert quiet_house.agent_state("alice") == ("available", "")


def test_the_site_says_how_long_a_desk_may_be_silent(quiet_house):
    quiet_house.routing.contact.expect_within(60)
    quiet_house.agent("alice", billing=3)
    heard(quiet_house, "alice")
    silence(quiet_house, 59)
    assert quiet_house.agent_state("alice") == ("available", "")
    silence(quiet_house, 1)
    assert quiet_house.agent_state("alice") == LOST


def test_a_desk_heard_just_now_is_not_given_up_by_who_looked_before(quiet_house, monkeypatch):
    """Two look at once, or the beat comes between looking and giving up: the beat wins."""
    quiet_house.agent("alice", billing=3)
    heard(quiet_house, "alice")
    quiet_house.call("CW1")
    quiet_house.clock.advance(31)
    [offer] = quiet_house.offers()
    since = quiet_house.clock.now()
    quiet_house.clock.advance(1)
    heard(quiet_house, "alice")
    door = quiet_house.routing._reservations
    assert not door.lose_contact(offer.reservation_id, silent_since=since)
    assert quiet_house.agent_state("alice")[0] == "reserved"


def test_whoever_moves_is_heard(quiet_house):
    """A click is as good as a beat: nobody is given up between two of them."""
    quiet_house.agent("alice", billing=3)
    heard(quiet_house, "alice")
    quiet_house.clock.advance(40)
    quiet_house.routing.agents.set_available("alice")
    quiet_house.pass_time(1)
    assert quiet_house.agent_state("alice") == ("available", "")
    quiet_house.call("CW1")
    quiet_house.clock.advance(19)
    quiet_house.routing.accept(quiet_house.offers()[-1].reservation_id, "alice")
    quiet_house.clock.advance(15)
    quiet_house.routing.tick()
    assert quiet_house.agent_state("alice") == ("on_call", "")
