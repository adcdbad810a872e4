"""One track of a call: µ-law frames in, segments out. No I/O and no clock: time is counted in samples."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from transcription.codec import TELEPHONE_RATE, with_comfort_noise
from transcription.gate import Gate
from transcription.recognizer import Engine, Heard, Recognizer
from transcription.steady import SteadyText

FRAME = 160  # 20 ms
SAMPLES_PER_MS = TELEPHONE_RATE // 1000
BATCH = 5 * FRAME
"""What the recogniser is given at a time: it is cheaper by the tenth of a second than by the frame."""
MUSIC_MS = 1300
"""So long music may have played before it was known to be music: what was heard in it were no words."""
JITTER = 2 * FRAME
"""How far a frame's time stamp may be from where we are without meaning anything."""
LARGEST_GAP = 600 * TELEPHONE_RATE
"""A leap beyond ten minutes is a broken clock, not a gap; one stamp that leaps alone is a mistake."""
LATE_LIMIT = 50
"""So many late frames in a row mean that the carrier has begun to count anew."""


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word and where it is on the track, in milliseconds.

    One that stands for words taken out says of which kind they were: `redacted`.
    """

    text: str
    start_ms: int
    end_ms: int
    confidence: float
    redacted: str = ""


@dataclass(frozen=True, slots=True)
class Partial:
    """What segment `seq` seems to be so far; replaces the partial before it. Empty text takes it back."""

    seq: int
    text: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Final:
    """What segment `seq` was; nothing more follows for this number."""

    seq: int
    text: str
    start_ms: int
    end_ms: int
    words: tuple[SpokenWord, ...]
    confidence: float


TrackNews = Partial | Final


class TrackStream:
    """Listens to one track. Push frames as they come; each call returns what has become known by it.

    `start_ms` is where the stream begins within the call, `first_seq` the number of its first segment (for a stream
    that died and comes back). A recogniser is made at the first sound, so a silent track costs none.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        grammar: Sequence[str] | None = None,
        start_ms: int = 0,
        first_seq: int = 0,
        gate: Gate | None = None,
    ) -> None:
        self._engine = engine
        self._grammar = grammar
        self._gate = gate or Gate()
        self._recognizer: Recognizer | None = None
        self._start = start_ms * SAMPLES_PER_MS
        self._anchor = 0  # what the carrier's clock said at our position 0, in samples
        self._position = 0
        self._late_in_a_row = 0
        self._leapt = False
        self._paused = False
        self._seq = first_seq
        self._steady = SteadyText()
        self._shown = ""
        self._fed = 0
        self._waiting = bytearray()
        self._pieces = _Pieces()
        self.late_frames = 0

    @property
    def position_ms(self) -> int:
        """Where the track has come to, in milliseconds of the call."""
        return (self._start + self._position) // SAMPLES_PER_MS

    @property
    def fed_ms(self) -> int:
        """How much sound the recogniser was given: what the gate let through."""
        return self._fed // SAMPLES_PER_MS

    def push(self, ulaw: bytes, *, timestamp_ms: int | None = None) -> list[TrackNews]:
        """Hear some sound; `timestamp_ms` is the carrier's count from the beginning of the stream, if it gives one.

        Missing sound is time without speech; sound that comes late or twice is left out and counted.
        """
        news: list[TrackNews] = []
        if timestamp_ms is not None:
            gap = timestamp_ms * SAMPLES_PER_MS - self._anchor - self._position
            if self._is_late(gap):
                return news
            if gap > JITTER:
                news += self._leap(gap)
            else:
                self._leapt = False
        if self._paused:
            self._position += len(ulaw)
            return news
        for at in range(0, len(ulaw), FRAME):
            news += self._hear(ulaw[at : at + FRAME])
        return news

    def pause(self) -> list[TrackNews]:
        """Listen no more (a private question): what was said before is finished, what follows is only counted."""
        news = self._end_utterance()
        self._gate.shut()
        self._paused = True
        return news

    def resume(self) -> None:
        """Listen again."""
        self._paused = False

    def finish(self) -> list[TrackNews]:
        """The track is over: the last words before the hang-up."""
        news = self._end_utterance()
        self._gate.shut()
        if self._recognizer is not None:
            self._recognizer.close()
            self._recognizer = None
        return news

    def _is_late(self, gap: int) -> bool:
        if gap >= -JITTER:
            self._late_in_a_row = 0
            return False
        self._late_in_a_row += 1
        if self._late_in_a_row > LATE_LIMIT:
            self._anchor += gap
            self._late_in_a_row = 0
            return False
        self.late_frames += 1
        return True

    def _leap(self, gap: int) -> list[TrackNews]:
        if gap > LARGEST_GAP:
            if self._leapt:
                self._anchor += gap
            self._leapt = not self._leapt
            return []
        self._leapt = False
        self._position += gap
        return self._end_utterance() if self._gate.skip(gap) else []

    def _hear(self, frame: bytes) -> list[TrackNews]:
        self._position += len(frame)
        passed = self._gate.push(frame)
        news = self._feed(passed.sound) if passed.sound else []
        if passed.music:
            return news + self._end_utterance(until_ms=self.position_ms - MUSIC_MS)
        return news + self._end_utterance() if passed.closed else news

    def _feed(self, ulaw: bytes) -> list[TrackNews]:
        """Collect what the gate lets through; the recogniser is given a tenth of a second at a time."""
        self._pieces.add(fed=self._fed, position=self._start + self._position - len(ulaw))
        self._fed += len(ulaw)
        self._waiting += ulaw
        return self._recognize() if len(self._waiting) >= BATCH else []

    def _recognize(self) -> list[TrackNews]:
        if not self._waiting:
            return []
        if self._recognizer is None:
            self._recognizer = self._engine.listen(sample_rate=TELEPHONE_RATE, grammar=self._grammar)
        pcm = with_comfort_noise(bytes(self._waiting))
        self._waiting.clear()
        return [one for heard in self._recognizer.feed(pcm) if (one := self._tell(heard)) is not None]

    def _end_utterance(self, until_ms: int | None = None) -> list[TrackNews]:
        """Finish what was being said; of words after `until_ms` it is known that they were none."""
        held_back = self._gate.held_back()
        news = self._feed(held_back) if held_back else []
        news += self._recognize()
        if self._recognizer is not None:
            pending = (_before(heard, self._fed_until(until_ms)) for heard in self._recognizer.finish())
            news += [one for heard in pending if heard is not None and (one := self._tell(heard)) is not None]
        if self._shown:  # a partial that came to nothing
            news.append(Partial(self._seq, "", self.position_ms, self.position_ms))
        self._shown = ""
        self._steady.over()
        return news

    def _fed_until(self, until_ms: int | None) -> float:
        """Seconds of fed sound for a moment of the call; no end when there is none."""
        if until_ms is None:
            return math.inf
        return (self._fed - (self.position_ms - until_ms) * SAMPLES_PER_MS) / TELEPHONE_RATE

    def _tell(self, heard: Heard) -> TrackNews | None:
        start, end = self._pieces.ms(heard.start), self._pieces.ms(heard.end)
        if not heard.final:
            text = self._steady.next(heard.text)
            self._shown = text or self._shown
            return None if text is None else Partial(self._seq, text, start, end)
        words = tuple(
            SpokenWord(word.text, self._pieces.ms(word.start), self._pieces.ms(word.end), round(word.confidence, 3))
            for word in heard.words
        )
        final = Final(self._seq, heard.text, start, end, words, round(heard.confidence, 3))
        self._pieces.forget_before(heard.end)
        self._seq += 1
        self._shown = ""
        self._steady.over()
        return final


def _before(heard: Heard, seconds: float) -> Heard | None:
    """The words of it that begin before a moment of the fed sound."""
    words = tuple(word for word in heard.words if word.start < seconds)
    if len(words) == len(heard.words):
        return heard
    if not words:
        return None
    return Heard(" ".join(word.text for word in words), True, words, words[0].start, words[-1].end)


class _Pieces:
    """Which stretch of the track each stretch of the fed sound was, since the recogniser hears only some of it."""

    def __init__(self) -> None:
        self._fed: list[int] = []
        self._position: list[int] = []

    def add(self, *, fed: int, position: int) -> None:
        if not self._fed or position - fed != self._position[-1] - self._fed[-1]:
            self._fed.append(fed)
            self._position.append(position)

    def ms(self, seconds: float) -> int:
        """Milliseconds of the call for seconds of fed sound."""
        fed = round(seconds * TELEPHONE_RATE)
        piece = max(bisect_right(self._fed, fed) - 1, 0)
        return (self._position[piece] + fed - self._fed[piece]) // SAMPLES_PER_MS

    def forget_before(self, seconds: float) -> None:
        keep = max(bisect_right(self._fed, round(seconds * TELEPHONE_RATE)) - 1, 0)
        del self._fed[:keep], self._position[:keep]
