"""The stream in audio time: exact and instant with the twin, and once with the real recogniser."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from transcription import codec
from transcription.gate import Gate, GateSettings
from transcription.recognizer import VoskEngine
from transcription.scripted import Line, ScriptedEngine, ScriptedRecognizer
from transcription.stream import Final, Partial, TrackNews, TrackStream

STARTER = Path(__file__).parents[2] / "transcription" / "starter_en_8k"
SPEECH = Path(__file__).parents[1] / "data" / "speech"
SETTINGS = GateSettings(before=0.2, after=0.5)


def _voice(seconds: float) -> bytes:
    """Loud sound that holds no note: what the gate takes for a voice."""
    return codec.samples_to_ulaw(np.random.default_rng(5).normal(0, 4000, int(seconds * 8000)).astype(np.int16))


def _silence(seconds: float) -> bytes:
    return codec.ULAW_SILENCE * int(seconds * 8000)


def _listen(*script: Line, **options: int) -> TrackStream:
    return TrackStream(ScriptedEngine(script), gate=Gate(SETTINGS), **options)


def _say(stream: TrackStream, sound: bytes, *, from_ms: int | None = None) -> list[TrackNews]:
    news: list[TrackNews] = []
    for at in range(0, len(sound), 160):
        stamp = None if from_ms is None else from_ms + at // 8
        news += stream.push(sound[at : at + 160], timestamp_ms=stamp)
    return news


def _finals(news: Iterable[TrackNews]) -> list[Final]:
    return [one for one in news if isinstance(one, Final)]


def _partials(news: Iterable[TrackNews]) -> list[Partial]:
    return [one for one in news if isinstance(one, Partial)]


def test_an_idle_track_never_wakes_the_recogniser() -> None:
    """Silence costs a recogniser more than speech does, and each party is silent more than half the time."""
    stream = _listen(Line("nothing was said", 0.0, 1.0))
    assert _say(stream, _silence(60)) == []
    assert (stream.position_ms, stream.fed_ms) == (60_000, 0)


def test_comfort_noise_does_not_open_the_gate() -> None:
    """Lines hiss; the floor is learned."""
    noise = np.random.default_rng(1).normal(0, 25, 8000 * 10).astype(np.int16)
    stream = _listen()
    _say(stream, codec.samples_to_ulaw(noise))
    assert stream.fed_ms == 0


def test_words_are_timed_on_the_track_not_in_what_was_fed() -> None:
    """Four seconds of silence come before: 0.2 s of them are fed, so fed second 0.3 is second 4.1 of the call."""
    stream = _listen(Line("one two", 0.3, 1.1))
    news = _say(stream, _silence(4) + _voice(1) + _silence(2))
    (final,) = _finals(news)
    assert (final.start_ms, final.end_ms) == (4100, 4900)
    assert [(word.text, word.start_ms, word.end_ms) for word in final.words] == [
        ("one", 4100, 4500),
        ("two", 4500, 4900),
    ]


def test_a_second_sentence_is_timed_after_a_long_silence() -> None:
    """Each opening of the gate is a new stretch of the track."""
    stream = _listen(Line("first", 0.2, 0.6), Line("second", 2.0, 2.5))  # 0.2 + 1 + 0.5 s were fed the first time
    news = _say(stream, _silence(1) + _voice(1) + _silence(30) + _voice(1) + _silence(1))
    assert [(final.text, final.start_ms) for final in _finals(news)] == [("first", 1000), ("second", 32_100)]


def test_the_soft_beginning_and_end_of_a_word_are_fed_too() -> None:
    """What the gate lets through begins before the first loud frame and ends after the last."""
    stream = _listen()
    _say(stream, _silence(2) + _voice(1) + _silence(5))
    assert stream.fed_ms == 200 + 1000 + 500


def test_a_pause_shorter_than_the_hangover_does_not_split_a_sentence() -> None:
    """People breathe."""
    stream = _listen(Line("one two three", 0.2, 2.0))
    news = _say(stream, _silence(1) + _voice(0.8) + _silence(0.4) + _voice(0.8) + _silence(1))
    assert [final.text for final in _finals(news)] == ["one two three"]


def test_a_segment_grows_in_partials_and_ends_in_its_final() -> None:
    """A page replaces the partial of a number by the next one, and by the final."""
    stream = _listen(Line("one two three", 0.0, 0.9))
    news = _say(stream, _voice(1.5) + _silence(1))
    assert [one.text for one in news] == ["one", "one two", "one two three"]
    assert {one.seq for one in news} == {0}
    assert isinstance(news[-1], Final)


def test_partials_come_at_most_ten_times_a_second_and_only_when_changed() -> None:
    """Twenty words in one second are shown in ten steps, the first of which waits for the second to agree."""
    words = " ".join(f"w{number}" for number in range(20))
    partials = _partials(_say(_listen(Line(words, 0.0, 1.0)), _voice(1.2)))
    assert len(partials) == 9
    assert len({partial.text for partial in partials}) == 9


def test_the_last_words_before_the_hang_up_are_kept() -> None:
    """The field's known loss: no silence follows them."""
    stream = _listen(Line("good bye", 0.0, 0.8))
    said = _say(stream, _voice(1))
    assert _finals(said) == []
    assert [final.text for final in _finals(stream.finish())] == ["good bye"]
    assert stream.finish() == []


def test_a_gap_is_time_without_speech() -> None:
    """Frames that never came are not fed, but the clock of the track goes on."""
    stream = _listen(Line("before", 0.0, 0.5), Line("after", 1.2, 1.6))
    news = _say(stream, _voice(1), from_ms=0)
    news += _say(stream, _voice(1), from_ms=9000)
    news += stream.finish()
    assert [(final.text, final.start_ms) for final in _finals(news)] == [("before", 0), ("after", 9200)]
    assert (stream.position_ms, stream.fed_ms) == (10_000, 2000)


def test_a_short_gap_does_not_end_the_sentence() -> None:
    """A few lost frames in the middle of a word."""
    stream = _listen(Line("one two", 0.0, 1.6))
    news = _say(stream, _voice(1), from_ms=0) + _say(stream, _voice(1), from_ms=1100)
    assert _finals(news) == []
    assert [final.text for final in _finals(stream.finish())] == ["one two"]


def test_late_and_doubled_frames_are_left_out_and_counted() -> None:
    """The same sound twice would be the same word twice."""
    stream = _listen()
    _say(stream, _voice(1), from_ms=0)
    assert _say(stream, _voice(0.2), from_ms=500) == []
    assert (stream.position_ms, stream.fed_ms, stream.late_frames) == (1000, 1000, 10)


def test_jitter_of_a_frame_means_nothing() -> None:
    """Time stamps wobble; the samples count."""
    stream = _listen()
    for number in range(100):
        stream.push(_voice(0.02), timestamp_ms=number * 20 + (7 if number % 2 else -7))
    assert (stream.position_ms, stream.late_frames) == (2000, 0)


@pytest.mark.parametrize("stamp", [10**15, 3_600_000])
def test_an_absurd_time_stamp_is_a_broken_clock_and_not_a_gap(stamp: int) -> None:
    """Nothing may move the transcript by an hour, nor make what follows be taken for late."""
    stream = _listen()
    _say(stream, _voice(1), from_ms=0)
    _say(stream, _voice(1), from_ms=stamp)
    assert (stream.position_ms, stream.late_frames) == (2000, 0)


def test_a_carrier_that_counts_anew_is_followed_after_a_second() -> None:
    """A stream whose time stamps go back to zero must not be deaf for the rest of the call."""
    stream = _listen()
    _say(stream, _voice(10), from_ms=0)
    _say(stream, _voice(5), from_ms=0)
    assert stream.late_frames == 50
    assert stream.position_ms == 14_000


def test_a_private_question_is_not_listened_to() -> None:
    """What was said before it is finished first; what is said in it is only counted as time."""
    stream = _listen(Line("my number is", 0.0, 0.9), Line("thank you", 1.2, 1.9))
    news = _say(stream, _voice(1))
    news += stream.pause()
    news += _say(stream, _voice(5))
    stream.resume()
    news += _say(stream, _voice(1)) + stream.finish()
    assert [(final.text, final.start_ms) for final in _finals(news)] == [("my number is", 0), ("thank you", 6200)]
    assert stream.fed_ms == 2000


def test_nothing_from_within_a_pause_leaks_out_as_a_beginning() -> None:
    """The gate remembers what came just before; after a pause it may not."""
    stream = _listen()
    stream.pause()
    _say(stream, _silence(1))
    stream.resume()
    _say(stream, _voice(0.5))
    assert stream.fed_ms == 500


def test_a_stream_that_comes_back_goes_on_counting() -> None:
    """The carrier reconnects in the middle of a call."""
    stream = _listen(Line("again", 0.0, 0.5), start_ms=60_000, first_seq=7)
    (final,) = _finals(_say(stream, _voice(1)) + stream.finish())
    assert (final.seq, final.start_ms) == (7, 60_000)


def test_a_partial_that_came_to_nothing_is_taken_back() -> None:
    """A word shown and then not meant must not stay on the page."""

    class Fickle:
        def feed(self, pcm16: bytes) -> list:
            from transcription.recognizer import Heard

            return [Heard("hm", final=False, words=(), start=0.0, end=0.1)]

        def finish(self) -> list:
            return []

        def close(self) -> None:
            return

    class FickleEngine(ScriptedEngine):
        def listen(self, **options: object) -> Fickle:
            return Fickle()

    stream = TrackStream(FickleEngine())
    news = _say(stream, _voice(0.2)) + stream.finish()
    assert [(one.seq, one.text) for one in news] == [(0, "hm"), (0, "")]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(20, 1600), min_size=1, max_size=20))
def test_how_the_sound_is_cut_changes_no_word(sizes: list[int]) -> None:
    """Carriers send 20 ms, others 60 or 200; the words and their times are the same."""
    sound = _silence(1) + _voice(2) + _silence(2)
    whole = _listen(Line("one two three", 0.5, 1.5))
    expected = _finals(whole.push(sound))
    cut, at, news = _listen(Line("one two three", 0.5, 1.5)), 0, []
    while at < len(sound):
        size = sizes[at % len(sizes)]
        news += cut.push(sound[at : at + size])
        at += size
    assert [final.text for final in _finals(news)] == [final.text for final in expected]
    assert cut.position_ms == whole.position_ms


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-(10**6), 10**7), st.binary(max_size=400)), max_size=40))
def test_no_frame_and_no_time_stamp_can_break_a_stream(frames: list[tuple[int, bytes]]) -> None:
    """A carrier may send anything; time never goes back."""
    stream = _listen(Line("one two", 0.1, 0.4))
    last = 0
    for stamp, sound in frames:
        stream.push(sound, timestamp_ms=stamp)
        assert stream.position_ms >= last
        last = stream.position_ms
    stream.finish()


def test_the_real_recogniser_hears_both_sentences_where_they_are() -> None:
    """The gate, the codec and Vosk together: words right, and within the stretch where they were spoken."""

    def speech(name: str) -> bytes:
        samples, _ = soundfile.read(SPEECH / name, dtype="int16")
        return codec.samples_to_ulaw(samples)

    request, order = speech("caller_request.wav"), speech("caller_order.wav")
    stream = TrackStream(VoskEngine(STARTER, name="starter-en-8k"))
    news = _say(stream, _silence(3) + request + _silence(10) + order) + stream.finish()
    first, second = _finals(news)
    assert first.text == "i'd like a single shot medium roast mocha with milk"
    assert second.text == "i want a single shot coffee"
    assert 3000 <= first.start_ms < first.end_ms <= 3000 + len(request) / 8
    assert 13_000 + len(request) / 8 <= second.start_ms < second.end_ms <= stream.position_ms
    assert stream.fed_ms < stream.position_ms / 2


def test_a_call_of_two_hours_is_heard_to_its_end_and_nothing_piles_up() -> None:
    """A sentence each minute: the last is where it was said, and what the stream remembers does not grow."""
    script = [Line(f"minute {number}", number * 1.66 + 0.2, number * 1.66 + 0.8) for number in range(120)]
    stream = TrackStream(ScriptedEngine(script), gate=Gate(GateSettings(before=0.2, after=0.46)))
    minute = _silence(59) + _voice(1.0)
    news = [one for _ in range(120) for one in _say(stream, minute)] + stream.finish()
    finals = _finals(news)
    assert [final.text for final in finals] == [f"minute {number}" for number in range(120)]
    assert 7_199_000 <= finals[-1].start_ms < finals[-1].end_ms <= stream.position_ms == 7_200_000
    assert len(stream._pieces._fed) <= 3


def test_a_call_without_a_word_says_nothing_and_costs_no_recogniser() -> None:
    """Ten minutes of silence, hiss and clicks: no segment, no partial, no decoder."""

    class Deaf(ScriptedEngine):
        def listen(self, **_: object) -> ScriptedRecognizer:
            raise AssertionError("nobody spoke")

    hiss = codec.samples_to_ulaw(np.random.default_rng(1).normal(0, 25, 8000 * 60).astype(np.int16))
    stream = TrackStream(Deaf())
    assert [one for sound in (_silence(60), hiss) * 5 for one in _say(stream, sound)] + stream.finish() == []


def test_a_track_that_is_over_gives_its_recogniser_back() -> None:
    """Ten thousand calls a day: what one took, the next takes over."""
    engine = ScriptedEngine([Line("good bye", 0.0, 0.8)])
    closed: list[object] = []
    listen = engine.listen
    engine.listen = lambda **how: _noting_close(listen(**how), closed)  # type: ignore[method-assign]
    stream = TrackStream(engine)
    _say(stream, _voice(1))
    assert closed == []
    stream.finish()
    stream.finish()
    assert len(closed) == 1


def _noting_close(recognizer: ScriptedRecognizer, closed: list[object]) -> ScriptedRecognizer:
    recognizer.close = lambda: closed.append(recognizer)  # type: ignore[method-assign]
    return recognizer
