"""Contradictions, made on purpose: what does not fit is found, put right once, and everybody is free or in line."""

import pytest
from sqlalchemy import delete, update

from foundation.events import Bus
from foundation.redis import Keys
from routing.agents import Agent
from routing.census import Census, Differences, compare
from routing.entries import QueueEntry
from routing.reservations import Reservation
from routing.waitlist_redis import RedisWaitlist

from .conftest import BILLING, TECHNICAL, House


def spoil(house, *statements):
    with house.db.begin() as session:
        for statement in statements:
            session.execute(statement)


def mended(house):
    return [(one.flaw.value, one.subject) for one in house.routing.mending.rows()]


@pytest.fixture
def ringing(quiet_house):
    quiet_house.agent("alice", billing=3)
    quiet_house.call("CW1")
    return quiet_house


@pytest.mark.parametrize("state", ["reserved", "on_call", "wrapping_up"])
def test_an_agent_held_for_nobody_is_free_again_and_gets_the_next_call(quiet_house, state):
    quiet_house.agent("alice", billing=3)
    quiet_house.routing.agents.set_not_ready("alice", "Lunch")
    spoil(quiet_house, update(Agent).values(state=state, reason="", revision=Agent.revision + 1))
    assert mended(quiet_house) == [("agent stuck", "alice")]
    assert quiet_house.agent_state("alice")[0] == "available"
    quiet_house.call("CW1")
    assert quiet_house.offers()[-1].agent_id == "alice"
    assert mended(quiet_house) == []


def test_a_caller_reserved_for_nobody_is_back_in_line_and_rings(quiet_house):
    entry_id = quiet_house.call("CW1")
    spoil(quiet_house, update(QueueEntry).values(state="reserved", revision=QueueEntry.revision + 1))
    assert mended(quiet_house) == [("entry stuck", entry_id)]
    quiet_house.agent("alice", billing=3)
    assert [offer.entry_id for offer in quiet_house.offers()] == [entry_id]


def test_a_hold_that_vanished_frees_both_sides_and_they_find_each_other_again(ringing):
    spoil(ringing, delete(Reservation))
    assert [flaw for flaw, _ in mended(ringing)] == ["agent stuck", "entry stuck"]
    assert len(ringing.offers()) == 2
    assert ringing.agent_state("alice")[0] == "reserved"


def test_a_hold_of_an_agent_who_knows_nothing_of_it_is_closed_and_the_caller_keeps_the_place(ringing):
    """Left alone, the database would refuse every further hold of that agent."""
    [offer] = ringing.offers()
    spoil(ringing, update(Agent).values(state="not_ready", reason="Lunch", revision=Agent.revision + 1))
    assert mended(ringing) == [("hold broken", offer.reservation_id)]
    assert ringing.row(Reservation, offer.reservation_id).state == "rescinded"
    assert ringing.row(QueueEntry, offer.entry_id).state == "waiting"
    assert ringing.agent_state("alice") == ("not_ready", "Lunch"), "his rest is his own"


def test_a_hold_of_a_caller_who_has_left_is_closed_and_the_agent_is_free(ringing):
    [offer] = ringing.offers()
    spoil(ringing, update(QueueEntry).values(state="left", outcome="abandoned", revision=QueueEntry.revision + 1))
    assert mended(ringing) == [("hold broken", offer.reservation_id)]
    assert ringing.agent_state("alice")[0] == "available"


def test_what_was_talked_is_closed_as_talked(ringing):
    reservation_id = ringing.answer()
    spoil(ringing, update(Agent).values(state="available", revision=Agent.revision + 1))
    assert mended(ringing) == [("hold broken", reservation_id)]
    assert ringing.row(Reservation, reservation_id).state == "completed"


def test_a_rest_chosen_before_is_taken_by_who_is_released(quiet_house):
    quiet_house.agent("alice", billing=3)
    spoil(quiet_house, update(Agent).values(state="on_call", next_reason="Lunch", revision=Agent.revision + 1))
    assert mended(quiet_house) == [("agent stuck", "alice")]
    assert quiet_house.agent_state("alice") == ("not_ready", "Lunch")


def test_a_house_in_order_is_left_alone(house):
    """Whatever its agents and callers are doing."""
    house.agent("alice", billing=3)
    house.agent("bob", technical=1)
    house.agent("carla", billing=3)
    house.call("CW1")
    house.answer()
    house.call("CW2")
    house.call("CW3")
    house.call("CW4", queue="technical")
    house.routing.ended(house.answer())
    before = len(house.heard)
    assert house.routing.mending.rows() == []
    assert house.routing.mending.waitlist() == []
    assert len(house.heard) == before


def test_the_census_counts_who_could_be_matched(house):
    house.agent("alice", billing=3)
    house.agent("rests", ready=False, billing=3)
    house.agent("spare")
    waits = house.call("CW1", needs={"spanish": 1})
    held = house.call("CW2")
    census = house.waitlist.census()
    assert (census.waiting, census.idle) == ({waits}, {"spare"})
    assert held not in census.waiting, "an agent is held for him"


def test_differences_are_named_by_side():
    found = compare(Census(frozenset({"e1", "e2"}), frozenset({"a1"})), {"e2", "e3"}, {"a2"})
    assert found == Differences(frozenset({"e3"}), frozenset({"e1"}), frozenset({"a2"}), frozenset({"a1"}))
    assert not found.both(Differences())
    assert not compare(Census(frozenset(), frozenset()), [], [])


@pytest.fixture
def on_redis(db, redis_client, clock, ids):
    waitlist = RedisWaitlist(redis_client, Keys("northwind"))
    house = House(db, waitlist, clock, ids, Bus(), [BILLING, TECHNICAL])
    house.routing.rebuild()
    return house


def test_whom_redis_has_forgotten_it_is_told_of(on_redis, redis_client):
    """A key gone: the caller is in SQL, and rings again for the next agent."""
    on_redis.agent("spare")
    entry_id = on_redis.call("CW1")
    for key in [
        *redis_client.scan_iter("*:wait:*"),
        *redis_client.scan_iter("*:en:*"),
        *redis_client.scan_iter("*:ag:*"),
    ]:
        redis_client.delete(key)
    assert [(one.flaw.value, one.subject) for one in on_redis.routing.mending.waitlist()] == [
        ("waitlist misses", entry_id),
        ("waitlist misses", "spare"),
    ]
    assert on_redis.routing.mending.waitlist() == []
    on_redis.agent("alice", billing=3)
    assert [offer.entry_id for offer in on_redis.offers()] == [entry_id]


def test_who_is_held_in_redis_for_an_offer_that_was_lost_is_not_held_for_ever(on_redis, redis_client):
    """The stream lost its item before SQL saw it: telling again cannot mend it, so the waitlist is rebuilt."""
    on_redis.agent("alice", billing=3)
    with pytest.MonkeyPatch.context() as lost:
        lost.setattr(type(on_redis.waitlist.offers), "pending", lambda self, **_: [])
        entry_id = on_redis.call("CW1")
    redis_client.delete(*redis_client.scan_iter("*:offers"))
    assert {one.subject for one in on_redis.routing.mending.waitlist()} == {entry_id, "alice"}
    assert [offer.entry_id for offer in on_redis.offers()] == [entry_id]
    assert on_redis.routing.mending.waitlist() == []


def test_whoever_has_gone_does_not_stay_in_redis(on_redis):
    entry_id = on_redis.call("CW1")
    on_redis.agent("spare")
    spoil(
        on_redis,
        update(QueueEntry).values(state="left", outcome="abandoned", revision=QueueEntry.revision + 1),
        update(Agent).values(state="offline", revision=Agent.revision + 1),
    )
    assert {(one.flaw.value, one.subject) for one in on_redis.routing.mending.waitlist()} == {
        ("waitlist keeps", entry_id),
        ("waitlist keeps", "spare"),
    }
    census = on_redis.waitlist.census()
    assert (census.waiting, census.idle) == (frozenset(), frozenset())
