"""A recording heard again with another model: per channel, redacted, compared, and taken in the transcript's place."""

import io
import wave

import numpy as np
import pytest

from foundation.calls import Call
from foundation.errors import CallwrightError
from ivr.hearings import Hearings, NothingToHear, compared
from ivr.logbook import Logbook
from ivr.redaction import Redaction
from recordings.recording import Recording
from recordings.store import MemoryStore
from tests.ivr.conftest import rows
from transcription.again import HeardSegment, Hearing
from transcription.scripted import Line, ScriptedEngine
from transcription.search import search
from transcription.store import add_segments, forget_transcript, transcript
from transcription.stream import Final
from transcription.understanding.kept import CallInsight


def sound(seconds=6):
    """Two channels that are loud enough to be listened to."""
    noise = np.random.default_rng(7).integers(-9000, 9000, size=(8000 * seconds, 2), dtype=np.int16)
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(noise.tobytes())
    return made.getvalue()


@pytest.fixture
def hearings(deps, clock):
    sounds = MemoryStore()
    sounds.put("RC1.wav", [sound()])
    now = clock.now()
    with deps.db.begin() as session:
        session.add(Call(id="CW1", direction="inbound", status="completed", started_at=now, ended_at=now, tags=[]))
        session.flush()
        given = {"state": "stored", "path": "RC1.wav", "seconds": 6.0, "channels": 2, "asked_at": now}
        session.add(Recording(id="RC1", call_id="CW1", carrier_sid="RE1", kind="call", **given))
        final = Final(0, "i lost my car", 500, 2000, (), 0.5)
        add_segments(session, [final], call_id="CW1", speaker="caller", model="small")
    redaction = Redaction(deps.db, deps.shelf, Logbook(deps.settings.secret_key))
    return Hearings(deps.db, clock, deps.ids, deps.live, sounds, redaction)


def better(*caller):
    lines = caller or (Line("i lost my card", 0.5, 2.0),)
    return ScriptedEngine(lines, [Line("we block it", 3.0, 4.0)], name="large")


def ask(hearings):
    return hearings.ask("CW1", model="large", language="", who="command").id


def test_each_channel_is_heard_and_the_two_hearings_are_compared(hearings, deps):
    """Caller and agent are never mixed; the row says how far it is and how much differs."""
    row = hearings.hear(ask(hearings), better())
    assert (row.state, row.model, row.done_ms, row.total_ms) == ("done", "large", 12_000, 12_000)
    assert row.wer == pytest.approx((1 + 3) / 4)
    heard = [(one.speaker, one.text) for one in rows(deps, HeardSegment)]
    assert heard == [("caller", "i lost my card"), ("agent", "we block it")]
    with deps.db.begin() as session:
        parts = compared(session, row)["caller"].parts
    assert [part.edit for part in parts] == ["same", "changed"]


def test_how_far_it_is_can_be_watched(hearings, deps):
    """On the call's topic of the live stream."""
    hearings.hear(ask(hearings), better())
    told = [item.data for item in deps.live.read({"call:CW1": "0"}) if item.kind == "heard_again"]
    assert told[-1] == {"done": 12_000, "total": 12_000}


def test_a_job_that_comes_twice_hears_once(hearings, deps):
    """Done stays done; the same question asked while it is open is the same row."""
    first = ask(hearings)
    assert ask(hearings) == first
    hearings.hear(first, better())
    hearings.hear(first, ScriptedEngine(name="large"))
    assert len(rows(deps, HeardSegment)) == 2
    assert ask(hearings) != first


def test_a_card_is_not_kept_by_the_second_hearing_either(hearings, deps):
    """What is taken out of live words is taken out here, before anything is stored."""
    number = "my card is four one one one one one one one one one one one one one one one thanks"
    hearings.hear(ask(hearings), better(Line(number, 0.2, 4.5)))
    kept = " ".join(str(vars(row)) for row in rows(deps, HeardSegment))
    assert "my card is" in kept
    assert "one one" not in kept


def test_adopting_puts_it_in_the_transcripts_place(hearings, deps):
    """Shown, found, and understood anew."""
    hearing = ask(hearings)
    with pytest.raises(NothingToHear):
        hearings.adopt(hearing)
    hearings.hear(hearing, better())
    assert hearings.adopt(hearing) == 2
    with deps.db.begin() as session:
        assert [(one.model, one.text) for one in transcript(session, "CW1")] == [
            ("large", "i lost my card"),
            ("large", "we block it"),
        ]
        assert search(session, "card").total == 1
        assert search(session, "car").total == 0
    assert [insight.settled for insight in rows(deps, CallInsight)] in ([], [False])


def test_a_sound_that_is_none_fails_with_its_reason(hearings, deps):
    """The row says why, and it may be tried again."""
    hearings.sounds.put("RC1.wav", [b"no sound at all"])
    hearing = ask(hearings)
    with pytest.raises(CallwrightError):
        hearings.hear(hearing, better())
    (row,) = rows(deps, Hearing)
    assert (row.state, row.problem) == ("failed", "sound_unreadable")
    hearings.sounds.put("RC1.wav", [sound()])
    assert hearings.hear(hearing, better()).state == "done"


def test_without_a_recording_there_is_nothing_to_hear(hearings, deps):
    """An error says what and where."""
    with pytest.raises(NothingToHear, match="no such call"):
        hearings.ask("CW9", model="large", language="", who="command")
    with deps.db.begin() as session:
        session.get(Recording, "RC1").state = "gone"
    with pytest.raises(NothingToHear, match="no recording"):
        hearings.ask("CW1", model="large", language="", who="command")


def test_forgetting_the_transcript_forgets_every_hearing(hearings, deps):
    """A second copy of the words must not outlive the first."""
    hearings.hear(ask(hearings), better())
    with deps.db.begin() as session:
        forget_transcript(session, "CW1")
    assert rows(deps, Hearing) == rows(deps, HeardSegment) == []
