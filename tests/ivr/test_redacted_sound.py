"""People's voices, the real recogniser, a recording of the same sound: what the words lack the sound lacks too."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from foundation.calls import Call
from ivr.listener import Ear, Frame, Listener
from ivr.redaction import taken_out
from ivr.tokens import StreamGrant
from recordings.muting import muted
from transcription.codec import TELEPHONE_RATE, samples_to_ulaw
from transcription.recognizer import VoskEngine
from transcription.store import transcript

ROOT = Path(__file__).resolve().parents[2]
SPEECH = ROOT / "tests" / "data" / "speech"
TRIM = int(0.15 * TELEPHONE_RATE)


def speech(name):
    samples, _ = soundfile.read(SPEECH / f"{name}.wav", dtype="int16")
    return samples


def card_after_a_request():
    """A sentence, then four one one one, and one one one one three times; and where in the sound each digit is."""
    parts = [speech("caller_request"), np.zeros(TELEPHONE_RATE, np.int16)]
    digits = []
    for place in range(16):
        said = speech("digit_one" if place else "digit_four")[TRIM:-TRIM]
        begin = sum(map(len, parts))
        digits.append((begin / TELEPHONE_RATE, (begin + len(said)) / TELEPHONE_RATE))
        parts.append(said)
        if place % 4 == 3:
            parts.append(np.zeros(TELEPHONE_RATE, np.int16))
    return np.concatenate(parts), digits


@pytest.mark.promise(33)
def test_a_card_spoken_by_a_person_is_silent_in_the_recording_and_the_rest_is_not(deps):
    """The words' times are the recogniser's own: this is where they are measured against the sound."""
    with deps.db.begin() as session:
        session.add(Call(id="CW1", direction="inbound", status="in-progress", started_at=deps.clock.now()))
    sound, digits = card_after_a_request()
    ear = Ear(deps.db, deps.live, deps.clock)
    engine = VoskEngine(ROOT / "transcription" / "starter_en_8k", name="starter-en-8k")
    listener = Listener(StreamGrant("CW1", "CA1", "caller"), "MZ1", engine, ear, start_ms=0)
    ulaw = samples_to_ulaw(sound)
    listener.finish([Frame(ulaw[at : at + 160], at // 8, 0.0) for at in range(0, len(ulaw), 160)])

    with deps.db.begin() as session:
        texts = [segment.text for segment in transcript(session, "CW1")]
    assert texts == ["i'd like a single shot medium roast mocha with milk", *["[card]"] * 4]
    recording = io.BytesIO()
    soundfile.write(recording, np.stack([sound, sound], axis=1), TELEPHONE_RATE, format="WAV", subtype="PCM_16")
    kept = b"".join(muted(recording.getvalue(), taken_out(deps.db, "CW1")))
    after, _ = soundfile.read(io.BytesIO(kept), dtype="int16", always_2d=True)
    for start, end in digits:
        assert np.abs(after[int(start * TELEPHONE_RATE) : int(end * TELEPHONE_RATE)]).max() == 0
    spoken = slice(0, len(speech("caller_request")))
    np.testing.assert_array_equal(after[spoken, 0], sound[spoken])
