"""Redis holds the present only: without it callers still wait, in SQL; flushed or back, everybody is in place."""

import shutil
import tempfile
from pathlib import Path

import pytest

from foundation.clock import SystemClock
from foundation.events import Bus
from foundation.redis import EmbeddedRedis, Keys, connect
from foundation.settings import load_settings
from routing.entries import QueueEntry
from routing.errors import WaitlistDown
from routing.waitlist import Offer
from routing.waitlist_redis import RedisWaitlist

from .conftest import BILLING, TECHNICAL, House


@pytest.fixture
def on_redis(db, redis_client, clock, ids):
    waitlist = RedisWaitlist(redis_client, Keys("northwind"))
    return House(db, waitlist, clock, ids, Bus(), [BILLING, TECHNICAL])


def order_of_offers(house, agents):
    for agent_id in agents:
        house.agent(agent_id, billing=3)
    return [offer.call_id for offer in house.offers()]


def test_flushed_redis_is_restored_with_every_place(on_redis, redis_client):
    for number, priority in enumerate([0, 0, 100, 0]):
        on_redis.call(f"CW{number}", priority=priority)
        on_redis.clock.advance(10)
    redis_client.flushall()
    restored = on_redis.routing.rebuild()
    assert restored.entries == 4
    assert order_of_offers(on_redis, ["a1", "a2", "a3", "a4"]) == ["CW2", "CW0", "CW1", "CW3"]


def test_a_flush_is_noticed_by_whoever_comes_next_and_nobody_is_forgotten(on_redis, redis_client):
    on_redis.call("CW1")
    on_redis.clock.advance(1)
    redis_client.flushall()
    on_redis.call("CW2")
    assert order_of_offers(on_redis, ["alice"]) == ["CW1"]


def test_a_flush_in_the_middle_of_everything_loses_no_deadline(on_redis, redis_client):
    on_redis.agent("alice", billing=3)
    on_redis.agent("bob", technical=1)
    on_redis.agent("novice", billing=1)
    on_redis.call("CW1")
    widening = on_redis.call("CW2")
    limited = on_redis.call("CW3", needs={"nobody": 1}, max_wait=50)
    redis_client.flushall()
    on_redis.routing.rebuild()
    on_redis.pass_time(20)
    assert on_redis.agent_state("alice") == ("not_ready", "no answer")
    on_redis.pass_time(25)
    assert [offer.agent_id for offer in on_redis.offers()][1:] == ["novice"]
    on_redis.pass_time(5)
    assert on_redis.row(QueueEntry, limited).outcome == "timed_out"
    assert on_redis.row(QueueEntry, widening).is_in_line


def test_a_rebuild_matches_who_can_be_matched(on_redis, redis_client):
    on_redis.agent("alice", billing=3)
    redis_client.flushall()
    entry_id = on_redis.call("CW1")
    assert [offer.entry_id for offer in on_redis.offers()] == [entry_id]


def test_two_rebuilds_at_once_and_repeats_are_harmless(on_redis):
    on_redis.agent("alice", billing=3)
    on_redis.call("CW1")
    on_redis.call("CW2")
    for _ in range(3):
        on_redis.routing.rebuild()
    assert len(on_redis.offers()) == 1
    assert on_redis.agent_state("alice")[0] == "reserved"


def test_an_offer_its_process_did_not_live_to_confirm_is_confirmed_by_the_next_tick(on_redis, monkeypatch):
    on_redis.agent("alice", billing=3)
    with monkeypatch.context() as crash:
        crash.setattr(type(on_redis.waitlist.offers), "pending", lambda self, **_: [])
        entry_id = on_redis.call("CW1")
    assert on_redis.offers() == []
    on_redis.routing.tick()
    assert [offer.entry_id for offer in on_redis.offers()] == [entry_id]


def test_an_offer_confirmed_but_not_noted_as_done_makes_no_second_reservation(on_redis, monkeypatch):
    on_redis.agent("alice", billing=3)
    with monkeypatch.context() as crash:
        crash.setattr(type(on_redis.waitlist.offers), "done", _die)
        on_redis.call("CW1")
    on_redis.routing.tick()
    assert len(on_redis.offers()) == 1
    assert on_redis.waitlist.offers.pending() == []


def _die(_self, offer: Offer):
    raise KeyError(offer.token)


def test_an_offer_for_somebody_who_has_left_frees_the_agent_for_the_next(on_redis, monkeypatch):
    on_redis.agent("alice", billing=3)
    with monkeypatch.context() as crash:
        crash.setattr(type(on_redis.waitlist.offers), "pending", lambda self, **_: [])
        left = on_redis.call("CW1")
        on_redis.routing.leave(left, "abandoned")
        stays = on_redis.call("CW2")
    on_redis.routing.tick()
    assert [offer.entry_id for offer in on_redis.offers()] == [stays]


@pytest.fixture
def away(db, clock, ids):
    """A house whose Redis can be stopped and started; the client is the one every process has."""
    home = Path(tempfile.mkdtemp(prefix="cw"))
    server = EmbeddedRedis(home / "redis")
    server.start(SystemClock())
    client = connect(load_settings({"CALLWRIGHT_HOME": str(home)}))
    house = House(db, RedisWaitlist(client, Keys("northwind")), clock, ids, Bus(), [BILLING, TECHNICAL])
    yield house, server
    client.close()
    server.stop()
    shutil.rmtree(home, ignore_errors=True)


def test_without_redis_callers_still_wait_and_nothing_is_lost_when_it_is_back(away):
    house, server = away
    house.agent("alice", billing=3)
    house.agent("bob", billing=3)
    house.call("CW1")
    server.stop()
    entry_id = house.call("CW2")
    assert house.routing.board.degraded
    assert house.routing.board.position(entry_id) == 2
    assert house.routing.board.snapshot().degraded
    house.answer(house.offers()[0])
    leaves = house.call("CW3")
    assert house.routing.leave(leaves, "abandoned")
    with pytest.raises(WaitlistDown):
        house.routing.rebuild()
    server.start(SystemClock())
    house.pass_time(1)
    assert not house.routing.board.degraded
    assert [offer.entry_id for offer in house.offers()][1:] == [entry_id]


def test_without_redis_ringing_and_wrap_up_still_end(away):
    house, server = away
    house.agent("alice", billing=3)
    house.agent("bob", billing=3)
    house.call("CW1")
    house.call("CW2")
    reservation_id = house.answer(house.offers()[1])
    server.stop()
    house.routing.ended(reservation_id)
    house.pass_time(20)
    assert house.agent_state("alice") == ("not_ready", "no answer")
    house.pass_time(60)
    assert house.agent_state("bob")[0] == "available"
