"""A line that is told and stored anew: its old words are in no index and no live stream."""

import pytest
import redis

from foundation.calls import Call
from foundation.clock import ManualClock
from foundation.db import Database
from foundation.live import LiveStream, MemoryLive, RedisLive
from foundation.redis import Keys
from transcription.live import tell, tell_hidden, topic_of
from transcription.search import search
from transcription.store import add_segments, amend_segments, redacted_stretches, transcript
from transcription.stream import Final, SpokenWord

PLACE = {"call_id": "CW1", "speaker": "caller", "leg": "MZ1", "model": "scripted"}
OPEN = Final(0, "apple pear", 0, 900, (SpokenWord("apple", 0, 400, 0.9), SpokenWord("pear", 500, 900, 0.9)), 0.9)
HIDDEN = Final(0, "[card]", 0, 900, (SpokenWord("[card]", 0, 900, 0.9, redacted="card"),), 0.9)
OTHER = Final(1, "plum", 1000, 1400, (SpokenWord("plum", 1000, 1400, 0.9),), 0.9)


def test_a_stored_line_is_replaced_with_its_words_and_its_index(archive: Database, clock: ManualClock) -> None:
    """On both databases; asking for it twice changes nothing, and a line that was never stored is stored."""
    with archive.begin() as session:
        session.add(Call(id="CW1", direction="inbound", status="completed", started_at=clock.now()))
        session.flush()
        add_segments(session, [OPEN], **PLACE)
        assert search(session, "pear").hits
        assert amend_segments(session, [HIDDEN, OTHER], **PLACE) == 2
        assert amend_segments(session, [HIDDEN], **PLACE) == 1
    with archive.begin() as session:
        assert [line.text for line in transcript(session, "CW1")] == ["[card]", "plum"]
        assert not search(session, "pear").hits
        assert search(session, "plum").hits
        assert redacted_stretches(session, "CW1") == [(0, 900)]


@pytest.mark.parametrize("kind", ["memory", "redis"])
def test_what_was_told_of_a_line_is_taken_back_and_nothing_else(
    kind: str, clock: ManualClock, redis_client: redis.Redis
) -> None:
    live: LiveStream = MemoryLive(clock) if kind == "memory" else RedisLive(redis_client, Keys("test"))
    tell(live, [OPEN, OTHER], **PLACE)
    tell(live, [OPEN], **{**PLACE, "speaker": "agent"})
    tell_hidden(live, [HIDDEN], **PLACE)
    told = [(item.data["speaker"], item.data["text"]) for item in live.read({topic_of("CW1"): "0"})]
    assert told == [("caller", "plum"), ("agent", "apple pear"), ("caller", "[card]")]
