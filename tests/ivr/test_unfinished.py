"""Between an accept and its end any process may die: others go on."""

import pytest
from sqlalchemy import select

from foundation.events import Bus
from ivr.callback_legs import CallbackLegs
from ivr.connect import Connections
from ivr.tables import Meeting
from ivr.unfinished import Unfinished
from routing.agents import Agent
from routing.entries import QueueEntry
from routing.reservations import Reservation
from routing.service import RoutingService
from routing.waitlist_memory import MemoryWaitlist

from .conftest import QUEUE


def rows(deps, model):
    with deps.db.begin() as session:
        return list(session.scalars(select(model)))


def dials(deps):
    return [order for order in deps.carrier.orders if order.what == "dial"]


def redirects(deps):
    return [order for order in deps.carrier.orders if order.what == "redirect"]


@pytest.fixture
def unfinished(wired):
    return Unfinished(wired, Connections(wired, CallbackLegs(wired)))


@pytest.fixture
def dying(wired):
    """Routing of a process that dies after its commit: nobody hears its news."""
    return RoutingService(wired.db, MemoryWaitlist(), wired.clock, wired.ids, Bus(), [QUEUE])


@pytest.fixture
def ringing(line, desk, wired):
    """A caller waits and the desk rings."""
    line.answer(line.answer(line.arrive()), Digits="1")
    desk.ready()
    (reservation,) = rows(wired, Reservation)
    return reservation


def test_an_accept_nobody_heard_of_dials_the_desk_once(ringing, wired, dying, unfinished):
    dying.accept(ringing.id, "ana")
    assert unfinished.look() == 0, "whoever heard of it may be at it"
    wired.clock.advance(2)
    assert unfinished.look() == 1
    assert unfinished.look() == 0
    assert len(dials(wired)) == 1


def test_a_desk_the_carrier_never_heard_of_is_given_back_and_the_caller_keeps_the_place(
    ringing, wired, unfinished, monkeypatch
):
    """Whoever was to dial it died before he did."""
    place = rows(wired, QueueEntry)[0].place
    with monkeypatch.context() as crash:
        crash.setattr(type(wired.carrier), "dial", _die)
        wired.routing.accept(ringing.id, "ana")
    assert unfinished.look() == 0
    wired.clock.advance(7)
    assert unfinished.look() == 1
    (entry,) = rows(wired, QueueEntry)
    assert (entry.state, entry.place) == ("waiting", place)
    assert (rows(wired, Meeting)[0].state, rows(wired, Agent)[0].reason) == ("failed", "line failed")
    assert unfinished.look() == 0


def test_a_desk_the_carrier_has_dialled_is_not_dialled_again(ringing, wired, unfinished, monkeypatch):
    """Whoever dialled it died before he noted so."""
    real = type(wired.carrier).dial

    def dials_and_dies(self, **order):
        real(self, **{**order, "to": order["to"].partition("?")[0]})
        raise KeyboardInterrupt

    with monkeypatch.context() as crash:
        crash.setattr(type(wired.carrier), "dial", dials_and_dies)
        with pytest.raises(KeyboardInterrupt):
            wired.routing.accept(ringing.id, "ana")
    wired.clock.advance(7)
    unfinished.look()
    meeting = rows(wired, Meeting)[0]
    assert (meeting.state, meeting.agent_sid) == ("dialling", f"CA{1:032x}")
    assert len(dials(wired)) == 1


def test_an_agent_who_waits_alone_gets_the_caller_within_seconds(ringing, desk, wired, unfinished, monkeypatch):
    """Whoever was to fetch the caller died after he had noted that the agent is there."""
    desk.accept()
    with monkeypatch.context() as crash:
        crash.setattr(Connections, "fetch_caller", lambda *_: True)
        desk.answers()
    assert redirects(wired) == []
    assert unfinished.look() == 0, "just seen"
    wired.clock.advance(2)
    assert unfinished.look() == 1
    assert len(redirects(wired)) == 1
    assert unfinished.look() == 0, "he is on his way"


def test_two_who_talk_are_not_torn_apart_because_the_news_of_it_was_lost(ringing, line, desk, wired, unfinished):
    desk.accept()
    desk.answers()
    (meeting,) = rows(wired, Meeting)
    wired.carrier.conferences[meeting.call_id] = {desk.leg.sid, line.sid}
    unfinished.look()
    wired.clock.advance(2)
    assert unfinished.look() == 1
    assert len(redirects(wired)) == 1, "the one that fetched him"
    assert rows(wired, Meeting)[0].state == "together"
    assert rows(wired, QueueEntry)[0].state == "answered"


def test_legs_of_a_reservation_that_ended_unheard_are_called_back(ringing, wired, dying, unfinished):
    wired.routing.accept(ringing.id, "ana")
    dying.rescind(ringing.id, "gone")
    wired.clock.advance(2)
    assert unfinished.look() == 1
    assert rows(wired, Meeting)[0].state == "failed"
    assert [order.what for order in wired.carrier.orders][-1] == "hang_up"


def _die(_self, **_order):
    raise OSError
