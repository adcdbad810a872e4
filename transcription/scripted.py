"""The recogniser's twin: hears what a script says, at the second of audio the script says it. Exact and instant."""

from collections.abc import Sequence
from dataclasses import dataclass

from transcription.codec import TELEPHONE_RATE
from transcription.recognizer import PARTIAL_EVERY, Heard, Word, words_of

ENDPOINT = 0.5
"""Seconds after the last word at which the twin calls an utterance over."""


@dataclass(frozen=True, slots=True)
class Line:
    """Something said in the audio fed: its words share the time between start and end evenly (seconds)."""

    text: str
    start: float
    end: float
    confidence: float = 1.0


class ScriptedEngine:
    """Each `listen()` plays the next script; when there are no more, it hears nothing."""

    def __init__(self, *scripts: Sequence[Line], name: str = "scripted") -> None:
        self._scripts = list(scripts)
        self._name = name

    @property
    def model_name(self) -> str:
        """The twin's name."""
        return self._name

    def listen(
        self,
        *,
        sample_rate: int = TELEPHONE_RATE,
        grammar: Sequence[str] | None = None,
        partial_every: float | None = PARTIAL_EVERY,
    ) -> "ScriptedRecognizer":
        """A recogniser that plays the next script."""
        script = self._scripts.pop(0) if self._scripts else ()
        allowed = None if grammar is None else {word for phrase in grammar for word in words_of(phrase)}
        utterances = [_words(line, allowed) for line in script]
        return ScriptedRecognizer(utterances, sample_rate=sample_rate, partial_every=partial_every)


class ScriptedRecognizer:
    """Plays one script against the samples it is fed."""

    def __init__(self, utterances: list[tuple[Word, ...]], *, sample_rate: int, partial_every: float | None) -> None:
        self._utterances = utterances
        self._rate = sample_rate
        self._partial_every = None if partial_every is None else int(partial_every * sample_rate)
        self._fed = 0
        self._asked = 0
        self._said_until = 0.0
        self._partial = ""

    def feed(self, pcm16: bytes) -> list[Heard]:
        """Count the samples; say what the script has for them."""
        self._fed += len(pcm16) // 2
        now = self._fed / self._rate
        heard: list[Heard] = []
        while self._utterances and (not self._utterances[0] or now >= self._utterances[0][-1].end + ENDPOINT):
            heard += self._final(self._utterances.pop(0))
        if heard or self._partial_every is None or self._fed - self._asked < self._partial_every:
            return heard
        self._asked = self._fed
        text = " ".join(word.text for word in self._spoken(now))
        if not text or text == self._partial:
            return []
        self._partial = text
        return [Heard(text, final=False, words=(), start=self._said_until, end=now)]

    def finish(self) -> list[Heard]:
        """End the utterance: words that were begun are said, the rest of a line is lost with the sound not fed."""
        now = self._fed / self._rate
        spoken = self._spoken(now)
        if not spoken:
            return []
        self._utterances[0] = self._utterances[0][len(spoken) :]
        return self._final(spoken)

    def close(self) -> None:
        """Deaf from now on."""
        self._utterances = []

    def _spoken(self, now: float) -> tuple[Word, ...]:
        return tuple(word for word in self._utterances[0] if word.end <= now) if self._utterances else ()

    def _final(self, words: tuple[Word, ...]) -> list[Heard]:
        self._partial = ""
        self._asked = self._fed
        self._said_until = self._fed / self._rate
        if not words:
            return []
        text = " ".join(word.text for word in words)
        return [Heard(text, final=True, words=words, start=words[0].start, end=words[-1].end)]


def _words(line: Line, allowed: set[str] | None) -> tuple[Word, ...]:
    texts = line.text.split()
    step = (line.end - line.start) / max(len(texts), 1)
    timed = (
        Word(text, line.start + step * place, line.start + step * (place + 1), line.confidence)
        for place, text in enumerate(texts)
    )
    return tuple(word for word in timed if allowed is None or word.text in allowed)
