"""The calls: found by what they were and by what was said in them, and heard with seek."""

import io
import wave
from datetime import UTC, datetime, timedelta

import pytest
from werkzeug.datastructures import MultiDict

from console.review.wanted import read_filter
from foundation.audit import AuditRow
from foundation.calls import Call
from recordings.recording import Recording
from transcription.store import add_segments
from transcription.stream import Final


def sound(seconds=2):
    """A stereo recording of silence."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\0\0\0" * 8000 * seconds)
    return made.getvalue()


def said(house, call_id, *texts, speaker="caller"):
    finals = [
        Final(seq=n, text=text, start_ms=4000 * n, end_ms=4000 * n + 2000, words=(), confidence=0.9)
        for n, text in enumerate(texts)
    ]
    with house.services.db.begin() as session:
        add_segments(session, finals, call_id=call_id, speaker=speaker, model="starter-en-8k")


def recorded(house, call_id="CW1", recording_id="RC1", **values):
    content = sound()
    house.services.sounds.put("2026/03/RC1.wav", [content])
    with house.services.db.begin() as session:
        given = {
            "kind": "call",
            "state": "stored",
            "path": "2026/03/RC1.wav",
            "seconds": 2.0,
            "channels": 2,
            "peaks": [[0.1, 0.8], [0.0, 0.4]],
            "asked_at": house.clock.now(),
            "started_at": house.clock.now(),
            **values,
        }
        session.add(Recording(id=recording_id, call_id=call_id, carrier_sid=f"RE{recording_id}", **given))
    return content


def test_no_calls_yet_says_how_to_make_one(house, browser):
    """An empty list is the first thing a newcomer sees."""
    assert "No calls yet" in browser(house, "sue").get("/calls").text


def test_calls_are_listed_newest_first_with_who_how_long_and_how_it_ended(house, browser, story):
    """One line a call."""
    story.call("CW1", status="completed", ended_at=house.clock.now() + timedelta(seconds=75), outcome="answered")
    house.clock.advance(60)
    story.call("CW2", caller_name="", caller="")
    page = browser(house, "sue").get("/calls").text
    assert "2 calls" in page
    assert page.index('id="row-CW2"') < page.index('id="row-CW1"')
    for shown in ("Grace Hopper", "1:15", "answered", "Number withheld", "now"):
        assert shown in page, shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("queue=billing", {"CW1"}),
        ("queue=nothing", set()),
        ("number=555-0142", {"CW1"}),
        ("number=%2B12025550188", {"CW2"}),
        ("outcome=answered", {"CW1"}),
        ("outcome=in-progress", {"CW2"}),
        ("from=2026-03-02&to=2026-03-02", {"CW1", "CW2"}),
        ("from=2026-03-03", set()),
        ("from=rubbish&to=2026-99-99", {"CW1", "CW2"}),
        ("offset=50", set()),
        ("q=charge", {"CW1"}),
        ('q="my bill"', {"CW1"}),
        ("q=charge&queue=technical", set()),
        ("q=unicorn", set()),
    ],
)
def test_each_filter_narrows_the_list(house, browser, story, query, found):
    """And what is not understood is as if it were not asked for."""
    story.call("CW1", outcome="answered", status="completed")
    story.call("CW2", queue="technical", caller="+12025550188")
    said(house, "CW1", "there is a charge on my bill")
    page = browser(house, "sue").get(f"/calls?{query}").text
    assert {name for name in ("CW1", "CW2") if f'id="row-{name}"' in page} == found


def test_a_search_shows_where_the_words_were_said(house, browser, story):
    """Snippets with the words marked, under the call they belong to."""
    story.call()
    said(house, "CW1", "good morning", "there is a charge on my bill")
    page = browser(house, "sue").get("/calls?q=charge").text
    assert "there is a <mark>charge</mark> on my bill" in page
    assert "in which “charge” was said" in page


def test_a_search_by_the_page_itself_gets_the_list_alone(house, browser, story):
    """Typing must not reload the form that is typed into."""
    story.call()
    part = browser(house, "sue").get("/calls?q=", **{"HX-Request": "true"}).text
    assert part.lstrip().startswith("<section")


def test_days_are_the_readers_own():
    """Midnight in New York is five in the morning in UTC; the day the clocks change has 23 hours."""
    wanted = read_filter(MultiDict({"from": "2026-03-08", "to": "2026-03-08", "zone": "America/New_York"}))
    assert wanted.since.astimezone(UTC) == datetime(2026, 3, 8, 5, tzinfo=UTC)
    assert wanted.before.astimezone(UTC) == datetime(2026, 3, 9, 4, tzinfo=UTC)
    assert read_filter(MultiDict({"from": "2026-03-08", "zone": "../etc/passwd"})).since == datetime(
        2026, 3, 8, tzinfo=UTC
    )


def test_one_call_shows_journey_words_and_who_listened(house, browser, story):
    """Everything that is known of a call, on one page."""
    story.call(status="completed", ended_at=house.clock.now())
    said(house, "CW1", "there is a charge on my bill")
    page = browser(house, "sue").get("/calls/CW1").text
    for shown in ("front menu", "pressed 2", "there is a charge", "starter-en-8k", "This call was not recorded"):
        assert shown in page, shown


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("asked", "is being fetched"),
        ("fetching", "is being fetched"),
        ("failed", "could not be fetched"),
        ("gone", "was deleted"),
    ],
)
def test_a_sound_that_is_not_here_says_why(house, browser, story, state, sentence):
    """And a page that waits for one asks again by itself."""
    story.call(status="completed", ended_at=house.clock.now())
    recorded(house, state=state)
    page = browser(house, "sue").get("/calls/CW1").text
    assert sentence in page
    assert ("every 3s" in page) is (state in {"asked", "fetching"})
    assert browser(house, "sue").get("/calls/CW1/recordings/RC1/audio").status_code == 404


def test_the_sound_is_given_in_the_ranges_a_player_asks_for(house, browser, story):
    """Seeking is asking for a range."""
    story.call(status="completed", ended_at=house.clock.now())
    content = recorded(house)
    sue = browser(house, "sue")
    whole = sue.get("/calls/CW1/recordings/RC1/audio")
    assert (whole.status_code, whole.data, whole.headers["Accept-Ranges"]) == (200, content, "bytes")
    part = sue.get("/calls/CW1/recordings/RC1/audio", Range="bytes=100-199")
    assert (part.status_code, part.data) == (206, content[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(content)}"
    assert sue.get("/calls/CW1/recordings/RC1/audio", Range=f"bytes={len(content)}-").status_code == 416
    assert sue.get("/calls/CW1/recordings/RC1/peaks").get_json() == {
        "seconds": 2.0,
        "channels": [[0.1, 0.8], [0.0, 0.4]],
    }


def test_who_listens_is_noted(house, browser, story):
    """Sound goes through one door, and the door writes it down."""
    story.call(status="completed", ended_at=house.clock.now())
    recorded(house)
    browser(house, "sue").get("/calls/CW1/recordings/RC1/audio")
    with house.services.db.begin() as session:
        rows = [(row.who, row.what, row.subject) for row in session.query(AuditRow)]
    assert rows == [("sue", "recording.listened", "RC1")]


def test_a_sound_is_reached_only_through_its_own_call(house, browser, story):
    """The right to see one call is not the right to hear another."""
    story.call("CW1", status="completed", agent_id="ben")
    story.call("CW2", status="completed", agent_id="ada")
    recorded(house, "CW1")
    ada = browser(house, "ada")
    assert ada.get("/calls/CW2/recordings/RC1/audio").status_code == 404
    assert ada.get("/calls/CW1/recordings/RC1/audio").status_code == 404
    assert browser(house, "ben").get("/calls/CW1/recordings/RC1/audio").status_code == 200


def test_a_caller_who_opted_out_leaves_no_words_and_no_sound(house, browser, story):
    """The page says that it was his wish."""
    story.call(consent=False, status="completed", ended_at=house.clock.now())
    page = browser(house, "sue").get("/calls/CW1").text
    assert "opted out of recording" in page
    assert "Not transcribed, as the caller wished" in page


def test_older_calls_are_on_further_pages(house, browser, story):
    """Fifty a page."""
    with house.services.db.begin() as session:
        for number in range(60):
            session.add(
                Call(id=f"CX{number}", direction="inbound", status="completed", started_at=house.clock.now(), tags=[])
            )
    sue = browser(house, "sue")
    first = sue.get("/calls").text
    assert first.count('<tbody id="row-') == 50
    assert "offset=50" in first
    assert sue.get("/calls?offset=50").text.count('<tbody id="row-') == 10
