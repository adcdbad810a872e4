"""Search, the same on SQLite and PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.calls import Call
from foundation.db import Database
from transcription.index import create_search, index_for
from transcription.search import SearchFilters, search
from transcription.store import Segment, add_segments, forget_transcript, models_of, next_seq, transcript
from transcription.stream import Final, SpokenWord

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def _final(seq: int, text: str, start_ms: int = 0) -> Final:
    words = tuple(SpokenWord(word, start_ms, start_ms + 100, 0.9) for word in text.split())
    return Final(seq, text, start_ms, start_ms + 1000, words, 0.9)


@pytest.fixture
def house(archive: Database) -> Database:
    """Three calls: Ann's and Ben's in billing, Ann's in technical a day later."""
    calls = {
        "CW1": (
            "billing",
            "ann",
            0,
            [("caller", "hello my balance is wrong"), ("agent", "I'll open a refund for you")],
        ),
        "CW2": ("billing", "ben", 1, [("caller", "i want to close my account"), ("agent", "your balance is zero")]),
        "CW3": ("technical", "ann", 24, [("caller", "el español no funciona"), ("agent", "billing cannot balance it")]),
    }
    with archive.begin() as session:
        for call_id, (queue, agent, hours, said) in calls.items():
            session.add(
                Call(
                    id=call_id,
                    direction="inbound",
                    status="completed",
                    queue=queue,
                    agent_id=agent,
                    started_at=MONDAY + timedelta(hours=hours),
                )
            )
            session.flush()
            for number, (speaker, text) in enumerate(said):
                final = _final(0, text, start_ms=number * 2000)
                add_segments(session, [final], call_id=call_id, speaker=speaker, model="starter-en-8k")
    return archive


@pytest.fixture
def find(house: Database) -> Callable[..., list[str]]:
    def _find(text: str, **filters: object) -> list[str]:
        with house.begin() as session:
            return [hit.call.id for hit in search(session, text, SearchFilters(**filters)).hits]

    return _find


@pytest.mark.parametrize(
    ("typed", "calls"),
    [
        ("balance", ["CW3", "CW2", "CW1"]),
        ("BALANCE", ["CW3", "CW2", "CW1"]),
        ("balance refund", ["CW1"]),
        ('"my balance"', ["CW1"]),
        ('"balance my"', []),
        ("balance -refund", ["CW3", "CW2"]),
        ("-balance", []),
        ("-refund", ["CW3", "CW2"]),
        ('balance -"close my account"', ["CW3", "CW1"]),
        ("fund*", []),
        ("func*", ["CW3"]),
        ('"close my acc"*', ["CW2"]),
        ("espanol", ["CW3"]),
        ("ESPAÑOL", ["CW3"]),
        ("ill", ["CW1"]),
        ("i'll", ["CW1"]),
        ("bal", []),
        ("the", []),
        ("", []),
        ("***", []),
    ],
)
def test_calls_are_found_by_what_was_said(find: Callable[..., list[str]], typed: str, calls: list[str]) -> None:
    """Newest first; words may be said by different people, a phrase by one."""
    assert find(typed) == calls


@pytest.mark.parametrize(
    ("filters", "calls"),
    [
        ({"speaker": "caller"}, ["CW1"]),
        ({"speaker": "agent"}, ["CW3", "CW2"]),
        ({"queue": "billing"}, ["CW2", "CW1"]),
        ({"agent_id": "ann"}, ["CW3", "CW1"]),
        ({"agent_id": "ann", "queue": "billing"}, ["CW1"]),
        ({"since": MONDAY + timedelta(hours=1)}, ["CW3", "CW2"]),
        ({"until": MONDAY + timedelta(hours=1)}, ["CW1"]),
        ({"queue": "nobody's"}, []),
    ],
)
def test_filters_narrow_the_search(find: Callable[..., list[str]], filters: dict, calls: list[str]) -> None:
    """Speaker, queue, agent, and a half-open stretch of time."""
    assert find("balance", **filters) == calls


def test_what_an_unwanted_word_means_follows_the_speaker(find: Callable[..., list[str]]) -> None:
    """Calls in which the caller never said it."""
    assert find("-balance", speaker="caller") == ["CW3", "CW2"]


def test_a_hit_says_where_who_and_which_model(house: Database) -> None:
    """A page jumps to the second, and says which model listened."""
    with house.begin() as session:
        (hit,) = search(session, "refund").hits
    (place,) = hit.places
    assert (place.speaker, place.start_ms, place.model) == ("agent", 2000, "starter-en-8k")
    assert place.snippet.html == "I&#x27;ll open a <mark>refund</mark> for you"
    assert hit.segments == 1


def test_pages_of_results_tell_how_many_there_are(house: Database) -> None:
    """Twenty at a time, and the whole number."""
    with house.begin() as session:
        page = search(session, "balance", limit=1, offset=1)
    assert ([hit.call.id for hit in page.hits], page.total) == (["CW2"], 3)


def test_a_segment_told_twice_is_kept_once(house: Database) -> None:
    """A media process that repeats itself after a fault must not double the transcript."""
    with house.begin() as session:
        again = [_final(0, "hello my balance is wrong"), _final(1, "thank you", 5000)]
        assert add_segments(session, again, call_id="CW1", speaker="caller", model="other") == 1
        assert [row.text for row in transcript(session, "CW1")][-1] == "thank you"
        assert models_of(session, "CW1") == ("other", "starter-en-8k")
        assert next_seq(session, call_id="CW1", speaker="caller") == 2
        assert next_seq(session, call_id="CW1", speaker="agent", leg="CA9") == 0
        assert add_segments(session, [], call_id="CW1", speaker="caller", model="other") == 0


def test_a_changed_text_is_found_by_its_new_words_only(house: Database) -> None:
    """The index follows every change by itself."""
    with house.begin() as session:
        row = transcript(session, "CW1")[0]
        row.text, row.folded = "hello my statement", "hello my statement"
    with house.begin() as session:
        assert [hit.call.id for hit in search(session, "statement").hits] == ["CW1"]
        assert "CW1" not in [hit.call.id for hit in search(session, "balance", SearchFilters(speaker="caller")).hits]


def test_a_forgotten_transcript_is_not_found(house: Database) -> None:
    """Erasing must reach the index."""
    with house.begin() as session:
        assert forget_transcript(session, "CW1") == 2
    with house.begin() as session:
        assert search(session, "refund").total == 0


def test_making_the_index_again_indexes_what_is_there(house: Database) -> None:
    """A migration that adds the search to a living house."""
    with house.engine.begin() as connection:
        index_for(connection.dialect.name).drop(connection)
        create_search(connection)
        create_search(connection)
    with house.begin() as session:
        assert search(session, "balance").total == 3


def test_words_keep_their_times_and_confidence(house: Database) -> None:
    """For jumping to a word, and for showing what was uncertain."""
    with house.begin() as session:
        row = session.get(Segment, transcript(session, "CW1")[0].id)
    assert row is not None
    assert row.words[0] == {"text": "hello", "start_ms": 0, "end_ms": 100, "confidence": 0.9}


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(typed=st.text() | st.text(alphabet="ab\"*- '():&|!<>\\\x00%_", max_size=20))
def test_no_text_is_a_syntax_error(house: Database, typed: str) -> None:
    """Whatever is pasted into the box, the answer is a page of results, perhaps an empty one."""
    with house.begin() as session:
        page = search(session, typed)
        assert len(page.hits) == page.total
