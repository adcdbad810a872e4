"""The port to a speech recogniser, and the engine that keeps it with Vosk.

An `Engine` holds a model and may be shared by threads; a `Recognizer` listens to one track and belongs to one thread
at a time. The scripted twin is in `transcription.scripted`; both pass `tests/transcription/test_recognizer.py`.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from foundation.errors import CallwrightError, Problem
from transcription.codec import TELEPHONE_RATE

PARTIAL_EVERY = 0.1
"""Seconds of audio between two partial results."""

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
        import vosk

        if grammar is None:
            kaldi = vosk.KaldiRecognizer(self._model, sample_rate)
        else:
            phrases = [*self._spellable(grammar), UNKNOWN]
            kaldi = vosk.KaldiRecognizer(self._model, sample_rate, json.dumps(phrases))
        kaldi.SetWords(True)
        return VoskRecognizer(kaldi, sample_rate=sample_rate, partial_every=partial_every)

    def knows(self, word: str) -> bool:
        """Whether the model has the word in its vocabulary at all."""
        return bool(self._model.vosk_model_find_word(word.lower()) >= 0)

    def _spellable(self, grammar: Sequence[str]) -> list[str]:
        known = (" ".join(word for word in words_of(phrase) if self.knows(word)) for phrase in grammar)
        return sorted({phrase for phrase in known if phrase})


class VoskRecognizer:
    """One track's Kaldi decoder; partial results are kept few, since each costs a look through the lattice."""

    def __init__(self, kaldi: Any, *, sample_rate: int, partial_every: float | None) -> None:
        self._kaldi = kaldi
        self._rate = sample_rate
        self._partial_every = None if partial_every is None else int(partial_every * sample_rate)
        self._fed = 0
        self._asked = 0
        self._utterance = 0
        self._partial = ""

    def feed(self, pcm16: bytes) -> list[Heard]:
        """Hear some samples."""
        if not pcm16:
            return []
        self._fed += len(pcm16) // 2
        if self._kaldi.AcceptWaveform(pcm16):
            return self._final(self._kaldi.Result())
        if self._partial_every is None or self._fed - self._asked < self._partial_every:
            return []
        self._asked = self._fed
        text = without_unknown(json.loads(self._kaldi.PartialResult())["partial"])
        if not text or text == self._partial:
            return []
        self._partial = text
        return [Heard(text, final=False, words=(), start=self._utterance / self._rate, end=self._fed / self._rate)]

    def finish(self) -> list[Heard]:
        """End the utterance."""
        return self._final(self._kaldi.FinalResult())

    def _final(self, result: str) -> list[Heard]:
        self._partial = ""
        self._asked = self._utterance = self._fed
        words = tuple(
            Word(word["word"], word["start"], word["end"], word["conf"])
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
