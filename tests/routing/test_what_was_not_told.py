"""A process may die between its commit and telling Redis: what SQL holds is told by the others, within a second."""

import pytest

from foundation.events import Bus
from foundation.redis import Keys
from routing.errors import WaitlistLost
from routing.match import Line
from routing.service import RoutingService
from routing.waitlist import Idle, Waiting
from routing.waitlist_memory import MemoryWaitlist
from routing.waitlist_redis import RedisWaitlist

from .conftest import BILLING, TECHNICAL, House

NOW = 1_772_463_600_000_000


@pytest.fixture
def house(db, waitlist, clock, ids):
    return House(db, waitlist, clock, ids, Bus(), [BILLING, TECHNICAL])


@pytest.fixture
def dying(house):
    """Routing of a process that writes to SQL, and dies before it tells the waitlist that everybody shares."""
    return RoutingService(house.db, MemoryWaitlist(), house.clock, house.ids, Bus(), [BILLING, TECHNICAL])


def test_a_caller_of_whom_the_waitlist_was_not_told_is_offered_within_a_second(house, dying):
    house.agent("alice", billing=3)
    with house.db.begin() as session:
        entry_id = dying.enqueue(session, call_id="CW1", queue="billing").id
    assert house.offers() == []
    house.pass_time(1)
    assert [offer.entry_id for offer in house.offers()] == [entry_id]


def test_an_agent_of_whom_the_waitlist_was_not_told_gets_a_call_within_a_second(house, dying):
    house.agent("alice", ready=False, billing=3)
    house.call("CW1")
    dying.agents.set_available("alice")
    house.pass_time(1)
    assert [offer.agent_id for offer in house.offers()] == ["alice"]


def test_a_caller_given_back_by_a_process_that_died_is_offered_to_the_next(house, dying):
    house.agent("alice", billing=3)
    house.call("CW1")
    dying.reject(house.offers()[0].reservation_id, "alice")
    house.agent("bob", billing=3)
    house.pass_time(1)
    assert [offer.agent_id for offer in house.offers()] == ["alice", "bob"]


def test_who_was_told_is_not_told_again(house, monkeypatch):
    """A second look costs Redis one question, not a place for each caller."""
    house.call("CW1")
    house.agent("novice", technical=1)
    house.pass_time(1)  # the first tick restores everything
    monkeypatch.setattr(type(house.waitlist), "place", pytest.fail)
    monkeypatch.setattr(type(house.waitlist), "free", pytest.fail)
    house.pass_time(1)


def test_the_waitlist_names_those_it_has_not_been_told_of(waitlist):
    waitlist.open_line(Line("billing", "billing", (0,)), {"alice": 0})
    waitlist.place(Waiting("QE1", 2, "billing", NOW, NOW, 20_000_000), now=NOW, token="RV1")
    waitlist.free(Idle("bob", 4, NOW), now=NOW, token="RV2")
    assert waitlist.behind({"QE1": 2, "QE2": 1}, {"bob": 4, "alice": 1}) == (["QE2"], ["alice"])
    assert waitlist.behind({"QE1": 3}, {"bob": 3}) == (["QE1"], [])
    assert waitlist.behind({}, {}) == ([], [])


def test_a_waitlist_that_was_emptied_says_so_to_the_next_tick(waitlist):
    waitlist.reset(built=False)
    with pytest.raises(WaitlistLost):
        waitlist.timers.due(NOW)


def test_a_waitlist_emptied_again_while_it_is_restored_harms_nobody_who_tells_it_something(house, monkeypatch):
    """Another process begins a rebuild in that moment: the caller is let in all the same, and offered soon after."""
    house.agent("alice", billing=3)
    real = type(house.waitlist).reset

    def emptied_again(waitlist, *, built, fence=0):
        real(waitlist, built=built, fence=fence)
        real(waitlist, built=False)

    house.waitlist.reset(built=False)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(type(house.waitlist), "reset", emptied_again)
        entry_id = house.call("CW1")
    assert house.offers() == []
    house.pass_time(0.1)
    assert [offer.entry_id for offer in house.offers()] == [entry_id]
    assert not house.routing.board.degraded


@pytest.mark.promise(12)
def test_flushed_redis_is_noticed_by_the_next_tick_and_the_order_is_the_same(db, redis_client, clock, ids):
    """Without anybody arriving or becoming free: nobody stands beside the line because nothing happened."""
    keys = Keys("northwind")
    house = House(db, RedisWaitlist(redis_client, keys), clock, ids, Bus(), [BILLING, TECHNICAL])
    for number, priority in enumerate([0, 0, 100, 0, 30]):
        house.call(f"CW{number}", priority=priority)
        clock.advance(5)
    line = redis_client.keys(keys.name("routing", "wait", "*"))[0]
    before = redis_client.zrange(line, 0, -1, withscores=True)
    redis_client.flushall()
    house.pass_time(0.1)
    assert redis_client.zrange(line, 0, -1, withscores=True) == before
    assert len(before) == 5
