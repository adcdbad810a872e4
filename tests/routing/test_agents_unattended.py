"""Phones that ring where nobody sits: no cascade, whatever the numbers of agents and callers (RONA)."""

from collections import defaultdict
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from foundation.clock import ManualClock
from foundation.db import Database
from foundation.events import Bus
from foundation.ids import CountingIds
from routing.agents import Agent
from routing.config import QueueConfig, WrapUp, WrapUpMode
from routing.entries import QueueEntry
from routing.match import Ring
from routing.reservations import Reservation
from routing.waitlist_memory import MemoryWaitlist

from .conftest import House

QUEUE = QueueConfig("billing", rings=(Ring(0, {"billing": 1}),), ring_time=20, wrap_up=WrapUp(WrapUpMode.NONE))
SLOW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


def centre(agents):
    db = Database("sqlite://")
    db.create_all()
    house = House(
        db, MemoryWaitlist(), ManualClock(datetime(2026, 3, 2, 15, tzinfo=UTC)), CountingIds(), Bus(), [QUEUE]
    )
    for number in range(agents):
        house.agent(f"a{number}", billing=3)
        house.clock.advance(1)
    return house


def rows(house, model, *where):
    with house.db.begin() as session:
        return session.scalars(select(model).where(*where).order_by(model.id)).all()


@SLOW
@given(agents=st.integers(1, 5), callers=st.integers(1, 4), returning=st.integers(0, 4))
def test_each_unattended_phone_rings_once_and_no_call_costs_two_agents_at_once(agents, callers, returning):
    house = centre(agents)
    entries = [house.call(f"CW{number}") for number in range(callers)]
    for _ in range(5 * agents + 1):
        before = {agent.id for agent in rows(house, Agent, Agent.state == "not_ready")}
        house.pass_time(5)
        after = rows(house, Agent, Agent.state == "not_ready")
        lost = {agent.id for agent in after} - before
        ended = [row for row in rows(house, Reservation) if row.agent_id in lost and row.state == "timeout"]
        assert len({row.entry_id for row in ended}) == len(lost), "one call sets one agent not ready at a time"
        ringing = [row.entry_id for row in rows(house, Reservation, Reservation.state == "pending")]
        assert len(set(ringing)) == len(ringing), "a caller rings at one desk at a time"
    rung = defaultdict(list)
    for row in rows(house, Reservation):
        rung[row.entry_id].append(row.agent_id)
    assert all(len(set(desks)) == len(desks) for desks in rung.values()), "no desk twice for one caller"
    assert sum(len(desks) for desks in rung.values()) == agents, "each phone has rung once, then nobody is rung"
    assert {agent.reason for agent in rows(house, Agent)} == {"no answer"}
    assert [house.routing.board.position(entry) for entry in entries] == list(range(1, callers + 1))
    for number in range(min(returning, agents)):
        house.routing.agents.set_available(f"a{number}")
    taken = [row.entry_id for row in rows(house, Reservation, Reservation.state == "pending")]
    assert set(taken) == set(entries[: min(returning, agents)]), "who waited longest rings first at who returns"


@SLOW
@given(data=st.data())
def test_the_idle_wait_survives_only_what_was_not_the_agents_fault(data):
    """A caller who hangs up while it rings costs nothing; a call not taken, declined or failed begins a new wait."""
    house = centre(1)
    house.clock.advance(100)
    before = rows(house, Agent)[0].idle_since
    entry = house.call("CW1")
    [offer] = house.offers()
    end = data.draw(st.sampled_from(["hangs up", "rings out", "declines", "line fails", "answers"]))
    house.clock.advance(5)
    {
        "hangs up": lambda: house.routing.leave(entry, "abandoned"),
        "rings out": lambda: house.pass_time(15),
        "declines": lambda: house.routing.reject(offer.reservation_id, "a0"),
        "line fails": lambda: house.routing.rescind(offer.reservation_id, "line failed"),
        "answers": lambda: house.routing.ended(house.answer()),
    }[end]()
    if end not in {"hangs up", "answers"}:
        house.routing.leave(entry, "abandoned")
        house.routing.agents.set_available("a0")
    [agent] = rows(house, Agent)
    assert agent.state == "available"
    assert (agent.idle_since == before) == (end == "hangs up")


def test_a_caller_gains_nothing_from_phones_nobody_takes():
    """The place is the old one: who came before is before, who came after is after; rings open as for everybody."""
    house = centre(1)
    first, second = house.call("CW1"), house.call("CW2")
    places = [row.place for row in rows(house, QueueEntry)]
    house.pass_time(20)
    assert [row.place for row in rows(house, QueueEntry)] == places
    house.routing.agents.set_available("a0")
    assert [row.entry_id for row in rows(house, Reservation)] == [first, first]
    house.routing.leave(first, "abandoned")
    assert house.offers()[-1].entry_id == second
