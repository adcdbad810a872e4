"""Redis lost and restored from SQL: every set, every place, every timer is what it was (promise 12)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.db import Database
from foundation.events import Bus
from foundation.ids import CountingIds
from foundation.redis import Keys
from routing.config import Overflow, QueueConfig
from routing.match import Ring
from routing.waitlist_redis import RedisWaitlist

from .conftest import BILLING, COMPLAINTS, TECHNICAL, House

KNOWN = QueueConfig("known", (Ring(0, {"vip": 1}), Ring(30, {})), overflow=Overflow("billing", 90), max_wait=300)
SETS = ("wait:", "mine:", "idle:", "due", "line:", "rings:")
MOVES = st.lists(
    st.tuples(
        st.sampled_from(["call", "call", "known", "agent", "rest", "answer", "end", "leave", "time"]), st.integers(0, 5)
    ),
    min_size=3,
    max_size=25,
)


def present(client, prefix):
    """Everything the waitlist decides by: who stands where, with which score, under which timers."""
    found = {}
    for key in client.scan_iter(f"{prefix}*", count=1000):
        name = key.removeprefix(prefix)
        if not name.startswith(SETS):
            continue
        kind = client.type(key)
        found[name] = client.hgetall(key) if kind == "hash" else client.zrange(key, 0, -1, withscores=True)
    return {name: value for name, value in found.items() if value}


def act(house, what, number):
    """One move of a day: whatever is not possible now is left."""
    offers, agents = house.offers(), [f"a{index}" for index in range(4)]
    agent_id = agents[number % 4]
    match what:
        case "call":
            house.call(f"CW{len(house.heard)}", priority=number * 10)
        case "known":
            house.call(f"CW{len(house.heard)}", queue="known", preferred_agent=agent_id, alone=20.0)
        case "agent":
            house.agent(agent_id, billing=1 + number, **({"vip": 1} if number > 3 else {}))
        case "rest" if house.routing.board.snapshot().agents:
            known = {agent.id: agent.state for agent in house.routing.board.snapshot().agents}
            if known.get(agent_id) in {"available", "reserved", "not_ready"}:
                house.routing.agents.set_not_ready(agent_id, "Lunch")
        case "answer" if offers and house.routing.board.reservation(offers[-1].reservation_id).state == "pending":
            house.answer()
        case "end" if offers:
            house.routing.ended(offers[-1].reservation_id)
        case "leave" if offers:
            house.routing.leave(offers[-1].entry_id, "abandoned")
        case "time":
            house.pass_time(number * 7)


@pytest.mark.promise(12)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(moves=MOVES)
def test_a_rebuild_gives_the_same_present_to_the_last_score(redis_client, clock, moves):
    """Rings that had opened, the caller who waits for one agent alone, each next timer: equal before and after."""
    redis_client.flushall()
    db = Database("sqlite://")
    db.create_all()
    keys = Keys("northwind")
    house = House(
        db, RedisWaitlist(redis_client, keys), clock, CountingIds(), Bus(), [BILLING, TECHNICAL, COMPLAINTS, KNOWN]
    )
    house.routing.rebuild()
    for what, number in moves:
        act(house, what, number)
    house.routing.rebuild()  # lines nobody has stood in since are not part of the present
    before = present(redis_client, keys.name("routing", ""))
    redis_client.flushall()
    restored = house.routing.rebuild()
    assert present(redis_client, keys.name("routing", "")) == before
    assert restored.entries == sum(len(found) for name, found in before.items() if name.startswith(("wait:", "mine:")))
    db.dispose()


@pytest.mark.promise(12)
def test_what_was_built_step_by_step_is_what_a_rebuild_builds(redis_client, clock):
    """Not only one rebuild like another: the day itself leaves the same sets behind."""
    db = Database("sqlite://")
    db.create_all()
    keys = Keys("northwind")
    house = House(db, RedisWaitlist(redis_client, keys), clock, CountingIds(), Bus(), [BILLING, TECHNICAL, KNOWN])
    house.agent("alice", billing=1)
    house.agent("bob", billing=3)
    house.agent("carla", technical=1)
    house.agent("spare", billing=2)
    house.agent("dora", ready=False, technical=1)
    for number in range(4):
        house.clock.advance(5)
        house.call(f"CW{number}", priority=number, queue="billing")
    house.call("CWvip", queue="known", preferred_agent="bob", alone=60.0)
    house.pass_time(50)
    house.routing.agents.set_available("dora")
    house.call("CWvip2", queue="known", preferred_agent="bob", alone=60.0)
    before = present(redis_client, keys.name("routing", ""))
    assert any(name.startswith("wait:") for name in before)
    assert any(name.startswith("idle:") for name in before)
    redis_client.flushall()
    house.routing.rebuild()
    assert present(redis_client, keys.name("routing", "")) == before
    db.dispose()
