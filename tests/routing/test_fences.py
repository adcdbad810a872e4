"""A reservation's token is its fence: whoever comes with one that is over changes nothing, anywhere."""

import pytest

from foundation.errors import CallwrightError
from routing.agents import Agent
from routing.entries import QueueEntry
from routing.match import Line
from routing.offers import confirm
from routing.reservations import Reservation
from routing.waitlist import Idle, Offer, Waiting

STALE = {
    "accept": lambda routing, token: routing.accept(token, "alice"),
    "reject": lambda routing, token: routing.reject(token, "alice"),
    "rescind": lambda routing, token: routing.rescind(token, "line failed"),
    "connected": lambda routing, token: routing.connected(token),
    "ended": lambda routing, token: routing.ended(token),
    "finish": lambda routing, token: routing.finish_wrap_up(token),
}
ROWS = (QueueEntry, Reservation, Agent)


def everything(house):
    with house.db.begin() as session:
        return [
            {column.key: getattr(row, column.key) for column in model.__table__.columns}
            for model in ROWS
            for row in session.query(model).order_by(model.id)
        ]


def attempt(what, *args):
    try:
        return what(*args)
    except CallwrightError:
        return None


@pytest.fixture
def rung_out(quiet_house):
    """Alice let it ring; Bob rings for the same caller now. The token is Alice's."""
    house = quiet_house
    house.agent("alice", billing=3)
    house.call("CW1")
    token = house.offers()[-1].reservation_id
    house.agent("bob", billing=3)
    house.pass_time(20)
    assert house.offers()[-1].agent_id == "bob"
    return house, token


@pytest.mark.parametrize("what", STALE)
def test_a_token_that_is_over_moves_nothing_while_another_agent_rings(rung_out, what):
    house, token = rung_out
    before = everything(house)
    attempt(STALE[what], house.routing, token)
    assert everything(house) == before


@pytest.mark.parametrize("what", STALE)
def test_a_token_that_is_over_moves_nothing_while_another_agent_talks(rung_out, what):
    house, token = rung_out
    house.answer()
    before = everything(house)
    attempt(STALE[what], house.routing, token)
    assert everything(house) == before


@pytest.mark.parametrize("what", [*STALE, "leave"])
def test_a_finished_call_is_moved_by_nothing(quiet_house, what):
    house = quiet_house
    house.agent("alice", billing=3)
    entry_id = house.call("CW1")
    token = house.answer()
    house.routing.ended(token)
    house.routing.finish_wrap_up(token)
    before = everything(house)
    attempt({**STALE, "leave": lambda routing, _: routing.leave(entry_id, "abandoned")}[what], house.routing, token)
    assert everything(house) == before


def test_an_old_offer_read_again_after_its_end_makes_no_reservation(rung_out):
    """Another process may have slept with the offer in its hand for as long as it likes."""
    house, token = rung_out
    old = house.row(Reservation, token)
    before = everything(house)
    confirm(house.routing._mirror._parts, Offer(token, old.entry_id, old.agent_id, old.fence, 0))
    assert everything(house) == before


def test_every_hold_of_the_site_has_a_higher_fence_also_after_a_flush_and_a_rebuild(house):
    """Fences go up with the order of holds, so that whoever compares two knows which is later."""
    fences = []
    for number in range(1, 7):
        house.agent(f"agent{number}", billing=3)
        house.call(f"CW{number}")
        fences.append(house.row(Reservation, house.offers()[-1].reservation_id).fence)
        house.routing.leave(house.offers()[-1].entry_id, "abandoned")
        house.routing.agents.set_not_ready(f"agent{number}", "tea")
        if number % 2:
            house.waitlist.reset(built=False)
    assert fences == sorted(set(fences))


def test_the_waitlist_lets_go_of_a_hold_for_its_own_token_only(waitlist):
    waitlist.open_line(Line("q", "q", (0,)), {"alice": 0, "bob": 0})
    waitlist.free(Idle("alice", 1, 1), now=1, token="RV1")
    held = waitlist.place(Waiting("QE1", 1, "q", 1, 1, 20), now=1, token="RV2")
    for stale in ("", "RV1", "RVother"):
        assert waitlist.place(Waiting("QE1", 1, "q", 1, 1, 20), now=2, token="RV3", settled=stale) is None
        assert waitlist.free(Idle("alice", 1, 1), now=2, token="RV4", settled=stale) is None
        assert waitlist.free(Idle("bob", 1, 1), now=2, token="RV5", settled=stale) is None
    assert waitlist.offers.pending() == [held]
