"""The recogniser port: the Vosk engine on human speech and its scripted twin pass the same tests."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
import soundfile

from transcription import codec
from transcription.recognizer import Engine, Heard, Recognizer, VoskEngine, words_of
from transcription.scripted import Line, ScriptedEngine

STARTER = Path(__file__).parents[2] / "transcription" / "starter_en_8k"
SPEECH = Path(__file__).parents[1] / "data" / "speech"
FRAME = 320  # 20 ms of 16-bit samples at 8 kHz


@dataclass(frozen=True)
class Case:
    """An engine ready to hear `text` in `sound`.

    `later` is ready for two seconds of silence before it, `again` to hear it three times.
    """

    engine: Engine
    later: Engine
    again: Engine
    sound: bytes
    text: str


def _speech(name: str) -> bytes:
    samples, rate = soundfile.read(SPEECH / name, dtype="int16")
    pcm = codec.resample(samples.astype("<i2").tobytes(), rate=rate)
    return codec.ulaw_to_pcm(codec.pcm_to_ulaw(pcm))


@pytest.fixture(scope="module")
def vosk_engine() -> VoskEngine:
    return VoskEngine(STARTER, name="starter-en-8k")


@pytest.fixture(params=["vosk", "scripted"])
def case(request: pytest.FixtureRequest) -> Case:
    text = "i'd like a single shot medium roast mocha with milk"
    sound = _speech("caller_request.wav")
    if request.param == "vosk":
        engine = request.getfixturevalue("vosk_engine")
        return Case(engine, engine, engine, sound, text)
    script = [Line(text, 0.5, 3.5)]
    twins = (ScriptedEngine(script, script, name="twin"), ScriptedEngine([Line(text, 2.5, 5.5)]))
    return Case(*twins, ScriptedEngine(script, script, script), sound, text)


def _feed(recognizer: Recognizer, sound: bytes, *, frame: int = FRAME) -> list[Heard]:
    return [heard for at in range(0, len(sound), frame) for heard in recognizer.feed(sound[at : at + frame])]


def _said(heard: list[Heard]) -> str:
    return " ".join(one.text for one in heard if one.final)


def test_partials_come_before_the_final_and_the_final_says_it_all(case: Case) -> None:
    """The desk shows words while they are spoken; the store keeps the final."""
    recognizer = case.engine.listen()
    heard = _feed(recognizer, case.sound) + recognizer.finish()
    assert [one.final for one in heard].index(True) > 1
    assert _said(heard) == case.text


def test_words_are_timed_in_seconds_of_audio_in_order(case: Case) -> None:
    """Jumping from a word to its sound relies on this."""
    recognizer = case.engine.listen()
    heard = _feed(recognizer, case.sound) + recognizer.finish()
    words = [word for one in heard if one.final for word in one.words]
    times = [time for word in words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert 0 <= times[0] <= times[-1] <= len(case.sound) / 16000
    assert all(0 < word.confidence <= 1 for word in words)


def test_a_partial_is_said_once_and_not_more_than_ten_times_a_second(case: Case) -> None:
    """An unchanged partial is noise to a page, and each costs a look through the lattice."""
    recognizer = case.engine.listen()
    partials = [one for one in _feed(recognizer, case.sound) if not one.final]
    assert all(a.text != b.text for a, b in pairwise(partials))
    assert all(b.end - a.end >= 0.1 - 1e-9 for a, b in pairwise(partials))


def test_no_partials_when_none_are_asked_for(case: Case) -> None:
    """A Gather without a partial callback should not pay for them."""
    recognizer = case.engine.listen(partial_every=None)
    assert all(one.final for one in _feed(recognizer, case.sound))


def test_finishing_twice_says_nothing_twice(case: Case) -> None:
    """Words repeated in a transcript would be words nobody said."""
    recognizer = case.engine.listen()
    _feed(recognizer, case.sound)
    recognizer.finish()
    assert recognizer.finish() == []


def test_finishing_before_any_sound_is_harmless(case: Case) -> None:
    """A caller who hangs up at once."""
    recognizer = case.engine.listen()
    assert recognizer.finish() == []
    assert recognizer.feed(b"") == []


def test_time_goes_on_after_finishing(case: Case) -> None:
    """A pause ends an utterance, not the track: what follows is timed from `listen()`, not from the pause."""
    recognizer = case.later.listen()
    assert _feed(recognizer, bytes(16000 * 2)) + recognizer.finish() == []
    heard = _feed(recognizer, case.sound) + recognizer.finish()
    assert _said(heard) == case.text
    assert min(one.start for one in heard if one.final) > 2


def test_silence_is_not_heard_as_words(case: Case) -> None:
    """Half a second of nothing."""
    recognizer = case.later.listen()
    assert _said(_feed(recognizer, bytes(16000)) + recognizer.finish()) == ""


def test_a_grammar_admits_its_words_only(case: Case) -> None:
    """An IVR must give the recogniser its grammar; what is outside is not handed on, not even as a mark."""
    recognizer = case.engine.listen(grammar=["single shot", "milk", "Zzyzzyx!"])
    heard = _feed(recognizer, case.sound) + recognizer.finish()
    assert set(_said(heard).split()) <= {"single", "shot", "milk"}
    assert "milk" in _said(heard)


def test_each_listener_hears_for_itself(case: Case) -> None:
    """Two tracks of one call share a model, never a decoder."""
    first, second = case.engine.listen(), case.engine.listen()
    both: tuple[list[Heard], list[Heard]] = ([], [])
    for at in range(0, len(case.sound), FRAME):
        both[0].extend(first.feed(case.sound[at : at + FRAME]))
        both[1].extend(second.feed(case.sound[at : at + FRAME]))
    both[0].extend(first.finish())
    both[1].extend(second.finish())
    assert _said(both[0]) == _said(both[1]) == case.text


def test_every_engine_says_its_name(case: Case) -> None:
    """Every page that shows a transcript says which model listened."""
    assert case.engine.model_name in {"starter-en-8k", "twin"}


def test_a_grammar_of_unknown_words_hears_nothing(vosk_engine: VoskEngine) -> None:
    """Hints in another language must not break the call."""
    recognizer = vosk_engine.listen(grammar=["ñandú", "facturación"])
    assert _said(_feed(recognizer, _speech("caller_request.wav")) + recognizer.finish()) == ""


@pytest.mark.parametrize(
    ("phrase", "words"),
    [("How much do I have?", ["how", "much", "do", "i", "have"]), ("It’s, well…", ["it's", "well"]), ("?!", [])],
)
def test_a_phrase_is_spelt_as_recognisers_spell(phrase: str, words: list[str]) -> None:
    """A flow designer writes as people write."""
    assert words_of(phrase) == words


def test_the_twin_loses_words_that_were_not_fed() -> None:
    """The twin must not be kinder than the real part: a line cut off is heard as far as it was spoken."""
    recognizer = ScriptedEngine([Line("one two three four", 0.0, 4.0)]).listen()
    heard = recognizer.feed(bytes(16000 * 2)) + recognizer.finish()
    assert _said(heard) == "one two"


def test_a_closed_listener_is_deaf_and_the_next_begins_at_zero(case: Case) -> None:
    """A decoder has many lives: the next track's words are timed from its own beginning, and nothing is left over."""
    for _ in range(3):
        recognizer = case.again.listen()
        heard = _feed(recognizer, case.sound)
        assert _said(heard + recognizer.finish()) == case.text
        assert min(one.start for one in heard if not one.final) < 1
        _feed(recognizer, case.sound[:16000])  # begun, and never finished
        recognizer.close()
        recognizer.close()
        assert recognizer.feed(case.sound) + recognizer.finish() == []
