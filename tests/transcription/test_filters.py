"""What narrows a search besides words, the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime, timedelta

import pytest

from foundation.calls import Call
from foundation.db import Database
from transcription.query import parse
from transcription.search import SearchFilters, places_in, search
from transcription.store import add_segments, forget_transcript
from transcription.stream import Final
from transcription.understanding.kept import findings_of, insight_of, keep, topics_known
from transcription.understanding.rules import Kind, Rule, Said
from transcription.understanding.turns import Conversation, turns_of
from transcription.understanding.understand import understand

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
RULES = (Rule("lost_card", Kind.TOPIC, Said(parse("lost").terms)),)
SAID = {
    "CW1": (60.0, ["i lost my card", "this is terrible", "hello are you there"]),
    "CW2": (600.5, ["my card is great", "thank you so much", "wonderful"]),
    "CW3": (None, ["my card came"]),
}


def final(number: int, text: str) -> Final:
    start = number * 9000
    return Final(number, text, start, start + 2000, (), 0.9)


@pytest.fixture
def understood(archive: Database) -> Database:
    """A call of a minute about a lost card, one of ten minutes with a happy caller, one that is still on."""
    with archive.begin() as session:
        for hours, (call_id, (seconds, texts)) in enumerate(SAID.items()):
            began = MONDAY + timedelta(hours=hours)
            ended = began + timedelta(seconds=seconds) if seconds else None
            call = Call(id=call_id, direction="inbound", status="completed", started_at=began, ended_at=ended)
            session.add(call)
            session.flush()
            finals = [final(number, text) for number, text in enumerate(texts)]
            add_segments(session, finals, call_id=call_id, speaker="caller", model="starter-en-8k")
            spoken = turns_of(_Line(one) for one in finals)
            found = understand(Conversation(spoken), RULES, "en-US")
            keep(session, call_id, found, segments=len(finals), settled=True, now=MONDAY)
    return archive


class _Line:
    def __init__(self, one: Final) -> None:
        self.speaker, self.leg, self.seq = "caller", "", one.seq
        self.start_ms, self.end_ms, self.text = one.start_ms, one.end_ms, one.text


@pytest.mark.parametrize(
    ("filters", "calls"),
    [
        ({"longer": 60}, ["CW2", "CW1"]),
        ({"longer": 60.5}, ["CW2"]),
        ({"shorter": 60}, ["CW1"]),
        ({"longer": 600.5, "shorter": 600.5}, ["CW2"]),
        ({"topic": "lost_card"}, ["CW1"]),
        ({"topic": "no such topic"}, []),
        ({"mood_to": -0.2}, ["CW1"]),
        ({"mood_from": 0.2}, ["CW2"]),
        ({"silence": 7}, ["CW2", "CW1"]),
        ({"silence": 7.1}, []),
        ({"mood_from": -1.0, "silence": 1, "longer": 1}, ["CW2", "CW1"]),
    ],
)
def test_a_search_is_narrowed_by_what_was_understood(understood: Database, filters: dict, calls: list[str]) -> None:
    """Length, topic, mood and silence; what is not known of a call is no match."""
    with understood.begin() as session:
        assert [hit.call.id for hit in search(session, "card", SearchFilters(**filters)).hits] == calls


def test_places_are_asked_for_the_calls_of_one_page(understood: Database) -> None:
    """A list with conditions of its own shows where it was said, for those it shows."""
    with understood.begin() as session:
        found = places_in(session, "card", SearchFilters(), ["CW2", "CW3"])
    assert {call: [place.snippet.text for place in places] for call, places in found.items()} == {
        "CW2": ["my card is great"],
        "CW3": ["my card came"],
    }


def test_findings_are_new_once(understood: Database) -> None:
    """Several processes look at a call, again and again: a supervisor is told once."""
    found = understand(Conversation(turns_of([_Line(final(0, "i lost my card"))])), RULES, "en-US")
    with understood.begin() as session:
        assert keep(session, "CW1", found, segments=1, settled=True, now=MONDAY) == []
        assert [finding.rule.name for finding in keep(session, "CW3", found, segments=1, settled=True, now=MONDAY)] == [
            "lost_card"
        ]
    with understood.begin() as session:
        assert keep(session, "CW3", found, segments=1, settled=True, now=MONDAY) == []
        assert topics_known(session) == ["lost_card"]


def test_forgetting_a_transcript_forgets_what_was_understood(understood: Database) -> None:
    """Topics and moods are about what was said, and go with it."""
    with understood.begin() as session:
        forget_transcript(session, "CW1")
    with understood.begin() as session:
        assert (insight_of(session, "CW1"), list(findings_of(session, ["CW1"]))) == (None, [])
        assert insight_of(session, "CW2") is not None


def test_more_calls_than_a_page_are_all_found(archive: Database) -> None:
    """What was said long ago is found as well as what was said today: no limit hides in the search."""
    with archive.begin() as session:
        for number in range(700):
            began = MONDAY - timedelta(hours=number)
            call_id = f"CW{number}"
            queue = "rare" if number == 699 else "usual"
            session.add(Call(id=call_id, direction="inbound", status="completed", queue=queue, started_at=began))
        session.flush()
        for number in range(700):
            add_segments(session, [final(0, "my card")], call_id=f"CW{number}", speaker="caller", model="m")
    with archive.begin() as session:
        assert search(session, "card").total == 700
        assert [hit.call.id for hit in search(session, "card", SearchFilters(queue="rare")).hits] == ["CW699"]
