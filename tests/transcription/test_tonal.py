"""Keys, the telephone's signals and music are never transcribed; speech passes whole. With the house's own sounds."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from transcription import codec
from transcription.gate import Gate, GateSettings
from transcription.recognizer import VoskEngine
from transcription.stream import Final, TrackNews, TrackStream

HOUSE = Path(__file__).parents[2]
STARTER = HOUSE / "transcription" / "starter_en_8k"
SPEECH = HOUSE / "tests" / "data" / "speech"
SIGNALS = ("ringback", "busy", "beep", "enter", "leave")
MUSIC = [
    HOUSE / "exchange" / "sounds" / "hold-music.wav",
    *sorted((HOUSE / "call_flows" / "library").glob("*/prompts/en-US/hold_music.wav")),
]
ROWS, COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477, 1633)


@pytest.fixture(scope="module")
def engine() -> VoskEngine:
    return VoskEngine(STARTER, name="starter-en-8k")


def _sound(path: Path) -> bytes:
    samples, rate = soundfile.read(path, dtype="int16")
    assert rate == 8000
    return codec.samples_to_ulaw(samples)


def _quiet(seconds: float) -> bytes:
    return codec.ULAW_SILENCE * round(seconds * 8000)


def _keys(*, seconds: float = 0.1, level: float = 6000.0) -> bytes:
    """Every key of a telephone, one after the other."""
    at = np.arange(round(seconds * 8000)) * 2 * np.pi / 8000
    pressed = [level * (np.sin(at * row) + 1.25 * np.sin(at * column)) for row in ROWS for column in COLUMNS]
    return b"".join(codec.samples_to_ulaw(one.astype(np.int16)) + _quiet(0.1) for one in pressed)


def _news(stream: TrackStream, ulaw: bytes) -> list[TrackNews]:
    return [one for at in range(0, len(ulaw), 160) for one in stream.push(ulaw[at : at + 160])]


def _passed(ulaw: bytes) -> bytes:
    gate = Gate(GateSettings(before=0.2))
    return b"".join(gate.push(ulaw[at : at + 160]).sound for at in range(0, len(ulaw), 160)) + gate.held_back()


@pytest.mark.parametrize("path", MUSIC, ids=lambda path: "/".join(path.parts[-4:]))
def test_hold_music_is_never_transcribed(engine: VoskEngine, path: Path) -> None:
    """A party that is put on hold elsewhere sends us a minute of music: no segment, and not one word shown."""
    stream = TrackStream(engine)
    assert _news(stream, _quiet(1) + _sound(path) * 3 + _quiet(2)) + stream.finish() == []
    assert stream.fed_ms < 2500, "music is known as such within seconds, and costs nothing from then on"


@pytest.mark.parametrize("level", [600.0, 6000.0, 12000.0], ids=["soft", "normal", "loud"])
@pytest.mark.parametrize("seconds", [0.05, 0.1, 0.5])
def test_key_tones_are_never_let_through(seconds: float, level: float) -> None:
    """Keys are the webhooks' business; a recogniser hears words in them."""
    assert _passed(_quiet(1) + _keys(seconds=seconds, level=level) + _quiet(1)) == b""


@pytest.mark.parametrize("name", SIGNALS)
def test_the_telephones_own_signals_are_no_speech(name: str) -> None:
    """Ringing, busy, beeps, and the notes of a conference."""
    assert _passed(_quiet(1) + _sound(HOUSE / "exchange" / "sounds" / f"{name}.wav") + _quiet(1)) == b""


@pytest.mark.parametrize("path", sorted(SPEECH.glob("*.wav")), ids=lambda path: path.stem)
def test_no_frame_of_speech_is_taken_for_a_tone_or_music(path: Path) -> None:
    """What is kept back for a moment because it might be a note is let through after all."""
    speech = _sound(path)
    loud = [speech[at : at + 160] for at in range(0, len(speech) - 159, 160)]
    threshold = 32768.0**2 * 10**-4
    passed = _passed(_quiet(1) + speech + _quiet(1))
    assert all(frame in passed for frame in loud if codec.ulaw_power(frame) > threshold)


def test_keys_pressed_in_the_middle_of_a_sentence_cost_no_word(engine: VoskEngine) -> None:
    """Some speak and press."""
    first, second = _sound(SPEECH / "caller_request.wav"), _sound(SPEECH / "caller_order.wav")
    stream = TrackStream(engine)
    news = _news(stream, _quiet(1) + first + _quiet(0.2) + _keys() + _quiet(0.2) + second + _quiet(1)) + stream.finish()
    finals = " ".join(one.text for one in news if isinstance(one, Final))
    assert finals == "i'd like a single shot medium roast mocha with milk i want a single shot coffee"


def test_whoever_speaks_after_the_music_is_heard(engine: VoskEngine) -> None:
    """Music that stops makes room for words at once."""
    stream = TrackStream(engine)
    news = _news(stream, _quiet(1) + _sound(MUSIC[0]) + _quiet(1) + _sound(SPEECH / "caller_order.wav") + _quiet(1))
    assert [one.text for one in news if isinstance(one, Final)] == ["i want a single shot coffee"]


def test_words_said_before_the_music_begins_are_kept(engine: VoskEngine) -> None:
    """Someone says to hold on, and the music starts without a pause."""
    stream = TrackStream(engine)
    news = _news(stream, _quiet(1) + _sound(SPEECH / "caller_order.wav") + _sound(MUSIC[0])) + stream.finish()
    assert [one.text for one in news if isinstance(one, Final)] == ["i want a single shot coffee"]
