"""The port to a speech recogniser, and the engine that keeps it with Vosk.

An `Engine` holds a model and may be shared by threads; a `Recognizer` listens to one track and belongs to one thread
at a time. The scripted twin is in `transcription.scripted`; both pass `tests/transcription/test_recognizer.py`.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from foundation.errors import CallwrightError, Problem
from transcription.codec import TELEPHONE_RATE

PARTIAL_EVERY = 0.1
"""Seconds of audio between two partial results."""

KEPT_IDLE = 64
"""Decoders kept for the tracks to come."""
LIFE_SECONDS = 3600
"""Audio after which a decoder is not used again: its clock counts in 32 bits and grows coarse."""

UNKNOWN = "[unk]"
"""What a grammar-bound recogniser writes for a word outside its grammar; never handed on as text."""


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word; times in seconds of the audio fed since `listen()`."""

    text: str
    start: float
    end: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Heard:
    """A stretch of speech: partial while it is spoken (no words yet, only text), final when it is over."""

    text: str
    final: bool
    words: tuple[Word, ...]
    start: float
    end: float

    @property
    def confidence(self) -> float:
        """Mean confidence of the words; 0.0 when there are none."""
        return sum(word.confidence for word in self.words) / len(self.words) if self.words else 0.0


class Recognizer(Protocol):
    """Listens to one track."""

    def feed(self, pcm16: bytes) -> list[Heard]:
        """Hear some samples (16-bit little-endian mono, any number); what has become known by them."""
        ...

    def finish(self) -> list[Heard]:
        """End the utterance and say what was pending. Feeding may go on: time continues, a new utterance begins."""
        ...

    def close(self) -> None:
        """Give back what listening took; the recogniser is deaf from then on. Closing again does nothing."""
        ...


class Engine(Protocol):
    """A loaded model."""

    @property
    def model_name(self) -> str:
        """Which model listens: stored with each transcript and shown on each page."""
        ...

    def listen(
        self,
        *,
        sample_rate: int = TELEPHONE_RATE,
        grammar: Sequence[str] | None = None,
        partial_every: float | None = PARTIAL_EVERY,
    ) -> Recognizer:
        """A recogniser for one track; `grammar` restricts it to phrases, `partial_every` None means finals only."""
        ...


class ModelDamaged(CallwrightError):
    """Vosk cannot load the model."""


class VoskEngine:
    """The engine over a Vosk model folder. Raises ModelDamaged when the folder's files are of no use."""

    def __init__(self, path: Path, *, name: str) -> None:
        import vosk

        vosk.SetLogLevel(-1)
        self._model = vosk.Model.__new__(vosk.Model)
        # vosk.Model() raises a bare Exception for damaged files, which nobody can catch without catching everything
        self._model._handle = vosk._c.vosk_model_new(str(path).encode())  # noqa: SLF001
        if self._model._handle == vosk._ffi.NULL:  # noqa: SLF001
            raise ModelDamaged(Problem("model_damaged", "Vosk cannot load this model.", str(path), "Fetch it again."))
        self._name = name
        self._idle: dict[int, list[_Decoder]] = defaultdict(list)

    @property
    def model_name(self) -> str:
        """The model's name."""
        return self._name

    def listen(
        self,
        *,
        sample_rate: int = TELEPHONE_RATE,
        grammar: Sequence[str] | None = None,
        partial_every: float | None = PARTIAL_EVERY,
    ) -> "VoskRecognizer":
        """A recogniser for one track. Words the model does not know are left out of the grammar."""
        if grammar is None:
            decoder = self._idle[sample_rate].pop() if self._idle[sample_rate] else self._decoder(sample_rate)
            return VoskRecognizer(decoder, partial_every=partial_every, give_back=self._take_back)
        phrases = [*self._spellable(grammar), UNKNOWN]
        return VoskRecognizer(self._decoder(sample_rate, json.dumps(phrases)), partial_every=partial_every)

    def knows(self, word: str) -> bool:
        """Whether the model has the word in its vocabulary at all."""
        return bool(self._model.vosk_model_find_word(word.lower()) >= 0)

    def _decoder(self, sample_rate: int, *grammar: str) -> "_Decoder":
        import vosk

        kaldi = vosk.KaldiRecognizer(self._model, sample_rate, *grammar)
        kaldi.SetWords(True)
        return _Decoder(kaldi, sample_rate)

    def _take_back(self, decoder: "_Decoder") -> None:
        """Keep a decoder for the next track: making and freeing them is what lets memory grow."""
        idle = self._idle[decoder.rate]
        if len(idle) < KEPT_IDLE and decoder.fed < decoder.rate * LIFE_SECONDS:
            decoder.kaldi.FinalResult()  # after this it begins with new features; after Reset() the old ones leak in
            idle.append(decoder)

    def _spellable(self, grammar: Sequence[str]) -> list[str]:
        known = (" ".join(word for word in words_of(phrase) if self.knows(word)) for phrase in grammar)
        return sorted({phrase for phrase in known if phrase})


@dataclass(slots=True)
class _Decoder:
    """A Kaldi decoder and how many samples it has been fed in all its lives: its own clock never goes back."""

    kaldi: Any
    rate: int
    fed: int = 0


class VoskRecognizer:
    """One track's Kaldi decoder; partial results are kept few, since each costs a look through the lattice."""

    def __init__(
        self,
        decoder: _Decoder,
        *,
        partial_every: float | None,
        give_back: Callable[[_Decoder], None] | None = None,
    ) -> None:
        self._decoder: _Decoder | None = decoder
        self._kaldi = decoder.kaldi
        self._rate = decoder.rate
        self._give_back = give_back
        self._partial_every = None if partial_every is None else int(partial_every * decoder.rate)
        self._born = self._asked = self._utterance = decoder.fed
        self._partial = ""

    def feed(self, pcm16: bytes) -> list[Heard]:
        """Hear some samples."""
        decoder = self._decoder
        if not pcm16 or decoder is None:
            return []
        decoder.fed += len(pcm16) // 2
        if self._kaldi.AcceptWaveform(pcm16):
            return self._final(self._kaldi.Result())
        if self._partial_every is None or decoder.fed - self._asked < self._partial_every:
            return []
        self._asked = decoder.fed
        text = without_unknown(json.loads(self._kaldi.PartialResult())["partial"])
        if not text or text == self._partial:
            return []
        self._partial = text
        return [Heard(text, final=False, words=(), start=self._own(self._utterance), end=self._own(decoder.fed))]

    def finish(self) -> list[Heard]:
        """End the utterance."""
        return [] if self._decoder is None else self._final(self._kaldi.FinalResult())

    def close(self) -> None:
        """Give the decoder to the next track, or its memory back."""
        decoder, self._decoder, self._kaldi = self._decoder, None, None
        if decoder is not None and self._give_back is not None:
            self._give_back(decoder)

    def _own(self, fed: int) -> float:
        """Seconds of this track for a count of the decoder's."""
        return (fed - self._born) / self._rate

    def _final(self, result: str) -> list[Heard]:
        assert self._decoder is not None  # noqa: S101 - both callers looked
        self._partial = ""
        self._asked = self._utterance = self._decoder.fed
        earlier = self._born / self._rate
        words = tuple(
            Word(word["word"], max(word["start"] - earlier, 0.0), max(word["end"] - earlier, 0.0), word["conf"])
            for word in json.loads(result).get("result", ())
            if word["word"] != UNKNOWN
        )
        if not words:
            return []
        text = " ".join(word.text for word in words)
        return [Heard(text, final=True, words=words, start=words[0].start, end=words[-1].end)]


def words_of(phrase: str) -> list[str]:
    """The words of a phrase as recognisers write them: lower case, no punctuation but the apostrophe."""
    return re.findall(r"[^\W_]+(?:['’][^\W_]+)*", phrase.lower().replace("’", "'"))


def without_unknown(text: str) -> str:
    """A recogniser's text without its mark for words outside the grammar."""
    return " ".join(word for word in text.split() if word != UNKNOWN)
