"""Why a caller waits: what is said agrees with what the matcher then does."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.clock import ManualClock
from foundation.db import Database
from foundation.events import Bus
from foundation.ids import CountingIds
from routing.agents import AgentState
from routing.config import Overflow, QueueConfig, WrapUp, WrapUpMode
from routing.entries import QueueEntry
from routing.errors import UnknownRow
from routing.explain import AgentFact, Hold, WaitFact, explain
from routing.match import AgentChoice, Ring
from routing.waitlist_memory import MemoryWaitlist

from .conftest import House

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
RINGS = (Ring(0, {"billing": 3}), Ring(45, {"billing": 1}))
ANY = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def agent(agent_id, state=AgentState.AVAILABLE, *, reason="", rank=0, **skills):
    return AgentFact(agent_id, agent_id.title(), skills, state, reason, NOW, rank)


def waits(seconds=0, **facts):
    given = {"position": 1, "in_line": 1, "rings": RINGS, **facts}
    return WaitFact("QE1", "CW1", "billing", False, NOW - timedelta(seconds=seconds), **given)


CASES = [
    pytest.param(waits(), [], [Hold.NOBODY], id="a site without agents"),
    pytest.param(waits(), [agent("a", billing=3)], [Hold.ABOUT_TO], id="somebody is free"),
    pytest.param(waits(), [agent("a", AgentState.ON_CALL, billing=3)], [Hold.BUSY], id="all busy"),
    pytest.param(waits(), [agent("a", AgentState.NOT_READY, billing=3)], [Hold.RESTING], id="at lunch"),
    pytest.param(waits(), [agent("a", AgentState.OFFLINE, billing=3)], [Hold.ABSENT], id="gone home"),
    pytest.param(waits(), [agent("a", billing=1)], [Hold.LATER], id="too little skill as yet"),
    pytest.param(waits(45), [agent("a", billing=1)], [Hold.ABOUT_TO], id="enough skill by now"),
    pytest.param(waits(floor=1), [agent("a", billing=1)], [Hold.ABOUT_TO], id="a ring opened by the crowd"),
    pytest.param(waits(), [agent("a", spanish=5)], [Hold.NOBODY], id="another trade"),
    pytest.param(
        waits(position=3, in_line=3), [agent("a", AgentState.ON_CALL, billing=3)], [Hold.BUSY, Hold.AHEAD], id="behind"
    ),
    pytest.param(waits(degraded=True), [agent("a", billing=3)], [Hold.UNMATCHED, Hold.ABOUT_TO], id="redis is down"),
    pytest.param(
        waits(preferred="b", alone_until=NOW + timedelta(seconds=9)),
        [agent("a", billing=3), agent("b", AgentState.ON_CALL, billing=3)],
        [Hold.ALONE],
        id="for the one who knows him",
    ),
    pytest.param(waits(ringing="a"), [agent("a", AgentState.RESERVED, billing=3)], [Hold.RINGING], id="it rings"),
]


@pytest.mark.parametrize(("wait", "agents", "holds"), CASES)
def test_what_holds_a_caller_has_a_name(wait, agents, holds):
    assert list(explain(wait, agents, NOW).holds) == holds


def test_the_free_stand_in_the_order_in_which_they_are_asked():
    """The preferred agent, the inner ring, then whoever is idle for longest."""
    agents = [
        agent("late", billing=3, rank=9),
        agent("early", billing=3, rank=1),
        agent("outer", billing=1, rank=0),
        agent("known", billing=1, rank=5),
        agent("busy", AgentState.ON_CALL, billing=5),
    ]
    told = explain(waits(50, preferred="known"), agents, NOW)
    assert told.free_now == ("known", "early", "late", "outer")
    assert [one.fact.id for one in told.agents][-1] == "busy"


def test_the_next_ring_says_when_whom_it_adds_and_who_would_be_asked():
    told = explain(waits(30), [agent("a", AgentState.ON_CALL, billing=3), agent("b", billing=1)], NOW)
    assert told.ring == 0
    assert (told.next_ring.index, told.next_ring.opens_at) == (1, NOW + timedelta(seconds=15))
    assert [one.fact.id for one in told.next_ring.adds] == ["b"]
    assert told.next_ring.would_take == "b"
    assert explain(waits(45), [], NOW).next_ring is None


def test_who_would_never_do_is_told_with_what_is_lacking():
    [one] = explain(waits(), [agent("a", spanish=5)], NOW).agents
    assert (one.ring, one.lacks) == (None, {"billing": 1})


STATES = st.sampled_from(["available", "available", "not_ready", "offline", "on_call"])
SKILL = st.integers(0, 4)


@ANY
@given(
    staff=st.lists(st.tuples(STATES, SKILL, st.integers(0, 90)), min_size=0, max_size=6),
    before=st.integers(0, 2),
    choice=st.sampled_from(list(AgentChoice)),
    preferred=st.sampled_from(["", "", "a0", "a1"]),
    alone=st.sampled_from([None, 20.0]),
)
def test_the_explanation_names_whom_the_matcher_then_asks(staff, before, choice, preferred, alone):
    """Asked in the transaction that lets the caller wait, before the waitlist hears of him; and again at the ring."""
    house = _centre(staff, choice)
    for number in range(before):
        house.call(f"CWbefore{number}")
    with house.db.begin() as session:
        entry = house.routing.enqueue(
            session, call_id="CW1", queue="billing", preferred_agent=preferred, alone=alone if preferred else None
        )
        session.flush()
        told = house.routing.why.entry(entry.id, session=session)
    taken = [offer.agent_id for offer in house.offers() if offer.entry_id == entry.id]
    assert taken == list(told.free_now[:1]), "empty exactly when nobody compatible is free; else the one named first"
    if taken:
        again = house.routing.why.entry(entry.id)
        assert (again.holds, again.wait.ringing) == ((Hold.RINGING,), taken[0])
        return
    again = house.routing.why.entry(entry.id)
    assert (again.free_now, again.wait.position) == ((), told.wait.position)
    if again.next_ring is None or before or preferred:
        return
    house.pass_time((again.next_ring.opens_at - house.clock.now()).total_seconds())
    rung = [offer.agent_id for offer in house.offers() if offer.entry_id == entry.id]
    assert rung == ([again.next_ring.would_take] if again.next_ring.would_take else [])


def _centre(staff, choice):
    db = Database("sqlite://")
    db.create_all()
    queue = QueueConfig("billing", RINGS, ring_time=1000, wrap_up=WrapUp(WrapUpMode.NONE), agent_choice=choice)
    other = QueueConfig("other", (Ring(0, {"other": 1}),), ring_time=1000)
    house = House(db, MemoryWaitlist(), ManualClock(NOW), CountingIds(), Bus(), [queue, other])
    for number, (state, level, seconds) in enumerate(staff):
        agent_id = f"a{number}"
        house.agent(agent_id, ready=state in {"available", "on_call"}, other=1, **({"billing": level} if level else {}))
        house.clock.advance(seconds)
        if state == "on_call":
            house.call(f"CWother{number}", queue="other")
            house.answer()
        if state == "offline":
            house.routing.agents.sign_out(agent_id)
    return house


def test_overflow_and_the_longest_wait_are_told(quiet_house):
    quiet_house.routing.queues.replace(
        [QueueConfig("billing", RINGS, max_wait=600, overflow=Overflow("technical", 60)), QueueConfig("technical")]
    )
    entry = quiet_house.call("CW1")
    told = quiet_house.routing.why.entry(entry).wait
    came = quiet_house.clock.now()
    assert (told.overflow_to, told.overflow_at) == ("technical", came + timedelta(seconds=60))
    assert told.max_wait_at == came + timedelta(seconds=600)


def test_what_each_agent_is_doing_is_told_with_the_queue_it_is_for(quiet_house):
    quiet_house.agent("alice", billing=3)
    quiet_house.call("CW1")
    quiet_house.answer()
    quiet_house.clock.advance(30)
    entry = quiet_house.call("CW2")
    told = quiet_house.routing.why.entry(entry)
    [alice] = told.agents
    assert (alice.fact.state, alice.fact.queue, alice.would_do_now) == ("on_call", "billing", True)
    assert (told.at - alice.fact.since).total_seconds() == 30
    assert told.holds == (Hold.BUSY,)


def test_who_no_longer_waits_has_nothing_to_explain(quiet_house):
    entry = quiet_house.call("CW1")
    quiet_house.routing.leave(entry, "abandoned")
    assert quiet_house.routing.why.entry(entry) is None
    with pytest.raises(UnknownRow):
        quiet_house.routing.why.entry("QEnothing")


def test_the_list_of_who_waits_is_by_place_with_each_ones_place_in_his_queue(quiet_house):
    quiet_house.agent("alice", technical=1)
    quiet_house.call("CW1")
    quiet_house.clock.advance(1)
    rings = quiet_house.call("CW2", queue="technical")
    quiet_house.call("CW3", priority=60)
    shown, more = quiet_house.routing.why.waiting(limit=2)
    assert [(one.call_id, one.queue, one.position) for one in shown] == [("CW3", "billing", 1), ("CW1", "billing", 2)]
    assert more == 1
    everybody, none = quiet_house.routing.why.waiting()
    assert none == 0
    assert {one.entry_id: one.ringing for one in everybody}[rings] == "alice"
    assert all(one.position == quiet_house.routing.board.position(one.entry_id) for one in everybody)
    assert quiet_house.row(QueueEntry, rings).state == "reserved"
