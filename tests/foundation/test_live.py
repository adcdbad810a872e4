"""The live stream: both twins replay from the last id seen, and a lost Redis costs news, not calls."""

import pytest
import redis

from foundation.live import MemoryLive, RedisLive
from foundation.redis import Keys


@pytest.fixture(params=["memory", "redis"])
def live(request, clock):
    if request.param == "memory":
        return MemoryLive(clock)
    return RedisLive(request.getfixturevalue("redis_client"), Keys("test"))


def test_what_is_pushed_is_read_in_order(live):
    live.push("call:1", "partial", {"text": "hel"})
    live.push("call:1", "final", {"text": "hello"})
    items = live.read({"call:1": "0"})
    assert [(i.topic, i.kind, i.data["text"]) for i in items] == [
        ("call:1", "partial", "hel"),
        ("call:1", "final", "hello"),
    ]


def test_reading_goes_on_after_the_last_id_seen(live):
    """A browser that reconnects sends Last-Event-ID and misses nothing."""
    first = live.push("wall", "queue", {"n": 1})
    second = live.push("wall", "queue", {"n": 2})
    assert live.last_id("wall") == second
    assert [i.data["n"] for i in live.read({"wall": first})] == [2]
    assert live.read({"wall": second}) == []


def test_topics_are_kept_apart(live):
    live.push("agent:a", "ring", {})
    live.push("agent:b", "ring", {})
    assert [i.topic for i in live.read({"agent:b": "0"})] == ["agent:b"]
    assert len(live.read({"agent:a": "0", "agent:b": "0"})) == 2


def test_a_reader_that_waits_is_not_given_what_is_not_there(live):
    assert live.last_id("nothing") == "0"
    assert live.read({"nothing": "$"}, block_ms=1) == []


def test_a_push_while_redis_is_down_is_lost_quietly():
    """Degrade, do not drop: the call goes on without its screen."""
    gone = redis.Redis(unix_socket_path="/nowhere/redis.sock", decode_responses=True, retry=None)
    assert RedisLive(gone, Keys("test")).push("wall", "queue", {}) == ""


def test_what_names_a_person_is_forgotten(live):
    """By the topic's name or by what is said, and nothing else is."""
    live.push("call:CW1", "final", {"text": "hello"})
    live.push("wall", "queue", {"caller": "+12025550142"})
    live.push("wall", "queue", {"caller": "+12025550143"})
    assert live.forget(["CW1", "+12025550142"]) == 2
    assert [item.data for item in live.read({"call:CW1": "0", "wall": "0"})] == [{"caller": "+12025550143"}]
    assert live.forget(["CW1", "+12025550142"]) == 0


def test_what_is_taken_back_is_gone_from_its_topic_alone(live):
    """The items that are unwanted; whoever reads on from the last id seen misses nothing that comes."""
    for topic in ("call:1", "call:2"):
        live.push(topic, "partial", {"text": "four one"})
    seen = live.push("call:1", "final", {"text": "hello"})
    assert live.take_back("call:1", lambda data: data["text"] == "four one") == 1
    assert live.take_back("call:1", lambda data: data["text"] == "four one") == 0
    left = {(item.topic, item.data["text"]) for item in live.read({"call:1": "0", "call:2": "0"})}
    assert left == {("call:1", "hello"), ("call:2", "four one")}
    live.push("call:1", "final", {"text": "goodbye"})
    assert [item.data["text"] for item in live.read({"call:1": seen})] == ["goodbye"]
