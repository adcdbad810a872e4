"""The place where Gather hears: a gate, a recogniser with the hints as grammar, an end of speech in audio time."""

import asyncio
from collections.abc import Callable, Sequence

from exchange.ports import Heard, HeardKind, Listening, SoundUnavailable
from exchange.sound import FRAME, FRAME_SECONDS
from exchange.speech.doubt import contradicts, may_be_doubted
from exchange.speech.gate import Gate
from exchange.speech.hints import NUMBER_WORDS, Grammar, count_digits, grammar
from exchange.speech.say import Complain
from exchange.speech.votes import LEAST, as_heard, elect, hear_again
from transcription.codec import with_comfort_noise
from transcription.recognizer import Engine, Recognizer
from transcription.recognizer import Heard as Recognized

# speechTimeout="auto": how long a silence ends the utterance
_PAUSE_WHOLE = 0.4  # what was heard is one of the hints and begins no other, or all digits asked for
_PAUSE_HINTED = 0.7  # part of one
_PAUSE_FREE = 0.9  # free speech
_PAUSE_DIGITS = 1.1  # people stop for breath in the middle of an account number
_BATCH = 5 * FRAME  # bytes handed to the recogniser at a time: 100 ms
_REMEMBERED = 30  # seconds kept for a second hearing without the grammar

FindEngine = Callable[[str], Engine | None]
"""Which recogniser listens to a language (BCP-47), None where there is none."""


class RecognizingEars:
    """The exchange's `Ears` over transcription's recogniser."""

    def __init__(self, find_engine: FindEngine, complain: Complain) -> None:
        self._find_engine = find_engine
        self._complain = complain
        self._told: set[str] = set()

    def listen(self, listening: Listening) -> "GatherListener":
        """Ears for one Gather. Raises SoundUnavailable when no model speaks the language: keys still work."""
        engine = self._find_engine(listening.language)
        if engine is None:
            todo = f"Fetch one: callwright models get {listening.language.partition('-')[0]}."
            raise SoundUnavailable(f"Gather: no model hears {listening.language}; keys still work. {todo}", code=13335)
        allowed = grammar(listening.hints)
        self._warn_of_unknown(engine, allowed)
        return GatherListener(engine, allowed, listening)

    def _warn_of_unknown(self, engine: Engine, allowed: Grammar | None) -> None:
        knows = getattr(engine, "knows", None)
        if allowed is None or knows is None:
            return
        unknown = sorted(word for word in allowed.words if word not in self._told and not knows(word))
        self._told.update(unknown)
        if unknown:
            said = ", ".join(unknown)
            self._complain(13330, f"Gather: the model {engine.model_name} does not know the words of hints: {said}.")


class GatherListener:
    """Hears one utterance; the exchange's `SpeechListener`. What it knows follows from the frames fed, nothing else."""

    def __init__(self, engine: Engine, allowed: Grammar | None, listening: Listening) -> None:
        self._engine = engine
        self._grammar = allowed
        self._recognizer: Recognizer | None = None
        self._gate = Gate()
        self._pause = listening.pause
        self._longest = listening.longest
        self._digits = listening.digits
        self._frames = 0
        self._began_at = 0.0
        self._waiting = bytearray()
        self._fed = bytearray()
        self._finals: list[Recognized] = []
        self._partial = ""
        self._ended = False

    async def feed(self, ulaw: bytes) -> Sequence[Heard]:
        """Some frames more; what is known after them."""
        reports: list[Heard] = []
        for place in range(0, len(ulaw), FRAME):
            if self._ended:
                break
            reports += await self._frame(ulaw[place : place + FRAME])
        return reports

    async def finish(self) -> Sequence[Heard]:
        """No more will come: what was being said counts as far as it went."""
        if self._ended or not self._gate.begun:
            self._ended = True
            return ()
        return [await self._end()]

    async def _frame(self, frame: bytes) -> list[Heard]:
        self._frames += 1
        passed = self._gate.feed(frame)
        reports: list[Heard] = []
        if passed.began:
            self._began_at = self._now
            reports.append(Heard(HeardKind.BEGAN, at=self._now))
        self._waiting += passed.sound
        if len(self._waiting) >= _BATCH or (self._waiting and not passed.sound):
            reports += await self._recognize()
        if self._gate.begun and (passed.quiet >= self._enough() or self._now - self._began_at >= self._longest):
            reports.append(await self._end())
        return reports

    @property
    def _now(self) -> float:
        return self._frames * FRAME_SECONDS

    def _enough(self) -> float:
        """How much silence ends this utterance."""
        if self._pause is not None:
            return self._pause
        if self._grammar is None:
            return _PAUSE_FREE
        heard = self._so_far()
        if self._digits is not None and count_digits(heard) == self._digits:
            return _PAUSE_WHOLE
        if self._grammar.digits:
            return _PAUSE_DIGITS
        whole = self._grammar.is_whole(heard) and not self._grammar.may_go_on(heard)
        return _PAUSE_WHOLE if whole else _PAUSE_HINTED

    def _so_far(self) -> str:
        return " ".join(part for part in (*(final.text for final in self._finals), self._partial) if part)

    async def _recognize(self) -> list[Heard]:
        """Hand what has passed the gate to the recogniser, on a thread: decoding leaves other calls their frames."""
        pcm = with_comfort_noise(bytes(self._waiting))
        self._waiting.clear()
        self._fed += pcm[: _REMEMBERED * 16000 - len(self._fed)]
        if self._recognizer is None:
            allowed = self._grammar.as_list() if self._grammar else None
            self._recognizer = self._engine.listen(grammar=allowed)
        before = self._so_far()
        for known in await asyncio.to_thread(self._recognizer.feed, pcm):
            if known.final:
                self._finals.append(known)
            self._partial = "" if known.final else known.text
        text = self._so_far()
        if not text or text == before:
            return []
        return [Heard(HeardKind.PARTIAL, text, stable=_common_beginning(before, text), at=self._now)]

    async def _end(self) -> Heard:
        self._ended = True
        if self._waiting:
            await self._recognize()
        if self._recognizer is not None:
            self._finals += [known for known in await asyncio.to_thread(self._recognizer.finish) if known.final]
            self._recognizer.close()
        self._partial = ""
        heard = self._so_far()
        if self._grammar is not None and (not heard or may_be_doubted(heard, self._grammar)):
            free = await asyncio.to_thread(self._without_grammar)
            if not heard or contradicts(free, heard):
                self._finals = free
        elif self._grammar is not None and count_digits(heard) >= LEAST and set(heard.split()) <= NUMBER_WORDS:
            self._finals = await asyncio.to_thread(self._by_vote, self._grammar)
        words = [word for final in self._finals for word in final.words]
        confidence = sum(word.confidence for word in words) / len(words) if words else None
        return Heard(HeardKind.ENDED, self._so_far(), confidence=confidence, at=self._now)

    def _without_grammar(self) -> list[Recognized]:
        """Hints help, they do not bind: who says something else is neither silent nor led to what he did not say."""
        recognizer = self._engine.listen(partial_every=None)
        known = (*recognizer.feed(bytes(self._fed)), *recognizer.finish())
        recognizer.close()
        return [one for one in known if one.final]

    def _by_vote(self, allowed: Grammar) -> list[Recognized]:
        """A number, as most of several hearings have it."""
        once = [word for final in self._finals for word in final.words]
        others = hear_again(self._engine, allowed.as_list(), bytes(self._fed))
        return as_heard(elect([once, *others], expected=self._digits))


def _common_beginning(before: str, after: str) -> str:
    """The words two partial results share at the start: those that will hardly change any more."""
    shared: list[str] = []
    for old, new in zip(before.split(), after.split(), strict=False):
        if old != new:
            break
        shared.append(new)
    return " ".join(shared)
