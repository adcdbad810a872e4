"""The live transcript: told while it is spoken, whole for a page that reloads."""

from collections.abc import Iterable

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

import transcription.search  # noqa: F401 - its tables
from foundation.calls import Call
from foundation.clock import ManualClock
from foundation.db import Database
from foundation.live import LiveStream, MemoryLive, RedisLive
from foundation.redis import Keys
from transcription.live import read_back, tell, topic_of
from transcription.store import add_segments
from transcription.stream import Final, Partial, TrackNews


@pytest.fixture(params=["memory", "redis"])
def live(request: pytest.FixtureRequest, clock: ManualClock) -> LiveStream:
    if request.param == "memory":
        return MemoryLive(clock)
    return RedisLive(request.getfixturevalue("redis_client"), Keys("test"))


@pytest.fixture
def house(db: Database, clock: ManualClock) -> Database:
    with db.begin() as session:
        session.add(Call(id="CW1", direction="inbound", status="in-progress", started_at=clock.now()))
    return db


def _hear(house: Database, live: LiveStream, news: Iterable[TrackNews], *, speaker: str = "caller") -> None:
    """As the media process does it: store, then tell."""
    news = list(news)
    with house.begin() as session:
        finals = [one for one in news if isinstance(one, Final)]
        add_segments(session, finals, call_id="CW1", speaker=speaker, model="starter-en-8k")
    tell(live, news, call_id="CW1", speaker=speaker, model="starter-en-8k")


def _final(seq: int, text: str, start_ms: int) -> Final:
    return Final(seq, text, start_ms, start_ms + 500, (), 0.9)


def test_what_is_told_can_be_read_by_a_page(live: LiveStream) -> None:
    """The shape every page relies on."""
    tell(live, [Partial(3, "my bal", 1200, 1700)], call_id="CW1", speaker="caller", model="m", leg="CA1")
    (item,) = live.read({topic_of("CW1"): "0"})
    assert (item.topic, item.kind) == ("call:CW1", "partial")
    assert item.data == {
        "speaker": "caller",
        "leg": "CA1",
        "seq": 3,
        "text": "my bal",
        "start": 1.2,
        "end": 1.7,
        "model": "m",
    }


def test_a_page_that_reloads_sees_finals_and_what_is_being_said(house: Database, live: LiveStream) -> None:
    """Stored lines, and for each speaker the newest partial, in the order of the call."""
    _hear(house, live, [Partial(0, "hel", 0, 300), _final(0, "hello", 0)])
    _hear(house, live, [Partial(0, "how may", 1000, 1300)], speaker="agent")
    _hear(house, live, [Partial(1, "my", 2000, 2100), Partial(1, "my balance", 2000, 2400)])
    with house.begin() as session:
        whole = read_back(session, live, "CW1")
    assert [(line.speaker, line.text, line.final) for line in whole.lines] == [
        ("caller", "hello", True),
        ("agent", "how may", False),
        ("caller", "my balance", False),
    ]
    assert whole.models == ("starter-en-8k",)
    assert whole.complete
    live.push(topic_of("CW1"), "final", {})
    assert len(live.read({topic_of("CW1"): whole.last_id})) == 1


def test_a_partial_taken_back_is_not_read_back(house: Database, live: LiveStream) -> None:
    """A word that was not meant."""
    _hear(house, live, [Partial(0, "hm", 0, 300), Partial(0, "", 0, 0)])
    with house.begin() as session:
        assert read_back(session, live, "CW1").lines == ()


def test_other_news_of_the_call_does_not_disturb(house: Database, live: LiveStream) -> None:
    """The topic carries the call's state too."""
    live.push(topic_of("CW1"), "state", {"status": "completed"})
    with house.begin() as session:
        assert read_back(session, live, "CW1").lines == ()


def test_without_redis_the_stored_lines_are_still_there(house: Database, clock: ManualClock) -> None:
    """A lost Redis costs what is being said at this moment, and says so."""
    broken = RedisLive(redis.Redis(unix_socket_path="/nowhere/redis.sock", retry=Retry(NoBackoff(), 0)), Keys("test"))
    _hear(house, broken, [_final(0, "hello", 0)])
    with house.begin() as session:
        whole = read_back(session, broken, "CW1")
    assert ([line.text for line in whole.lines], whole.complete) == (["hello"], False)
