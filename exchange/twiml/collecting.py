"""The waiting of a <Gather>: prompts, keys and words race; what ends the wait decides the result."""

import asyncio
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from exchange.clock import within
from exchange.ports import Heard, HeardKind, Listening, SoundUnavailable, SpeechListener
from exchange.twiml.stage import Stage
from exchange.twiml.verb import Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be collected, in what time. `pause` None is speechTimeout auto; `max_digits` 0 is no limit."""

    inputs: tuple[str, ...] = ("dtmf",)
    prompts: tuple[Verb, ...] = ()
    timeout: float = 5.0
    pause: float | None = None
    longest_speech: float = 60.0
    finish_keys: frozenset[str] = frozenset("#")
    max_digits: int = 0
    language: str = "en-US"
    hints: tuple[str, ...] = ()
    barge_in: bool = True
    partial_url: str = ""
    partial_method: str = "POST"


@dataclass(frozen=True, slots=True)
class Collected:
    """Keys or words; neither means no input."""

    digits: str = ""
    speech: str = ""
    confidence: float | None = None


class Mark(StrEnum):
    """What happens beside keys and words."""

    PROMPTED = "the prompts have been heard"


_BATCH: Final = 5  # frames a listener is given at once, where time is real


@dataclass(slots=True)
class Ear:
    """A tap that keeps what the caller says until the listener takes it."""

    frames_in: asyncio.Queue[bytes] = field(default_factory=asyncio.Queue)

    def frames(self, _tick: int, inbound: bytes, _outbound: bytes) -> None:
        """20 ms more."""
        self.frames_in.put_nowait(inbound)

    async def take(self) -> bytes:
        """All that is there, at least one frame."""
        taken = [await self.frames_in.get()]
        while not self.frames_in.empty() and len(taken) < _BATCH:
            taken.append(self.frames_in.get_nowait())
        return b"".join(taken)


class Collecting:
    """One <Gather> on its way."""

    def __init__(self, wanted: Wanted, stage: Stage) -> None:
        self._wanted = wanted
        self._stage = stage
        self._clock = stage.exchange.clock
        self._news: asyncio.Queue[str | Heard | Mark] = asyncio.Queue()
        self._digits = ""
        self._partials = 0
        self._speaking = False
        self._deadline: float | None = None  # none while prompts are heard or words are spoken
        self._prompting: asyncio.Task[None] | None = None
        self._listening: asyncio.Task[None] | None = None

    def press(self, key: str) -> None:
        """The caller presses a key; for a verb that looks at keys first and takes them itself."""
        self._news.put_nowait(key)

    async def run(self, *, own_keys: bool = True) -> Collected:
        """Wait for input or its end."""
        with self._stage.leg.keys(self.press) if own_keys else nullcontext():
            self._prompting = asyncio.create_task(self._prompt())
            if self._wanted.barge_in:
                self._listen()
            try:
                return await self._race()
            finally:
                await self._stop(self._prompting)
                await self._stop(self._listening)

    async def _race(self) -> Collected:
        while True:
            try:
                news = await self._next()
            except TimeoutError:
                return Collected(digits=self._digits)
            match news:
                case Mark.PROMPTED:
                    done = await self._prompts_heard()
                case Heard():
                    done = await self._words(news)
                case _:
                    done = await self._key(news)
            if done is not None:
                return done

    async def _next(self) -> str | Heard | Mark:
        if self._deadline is None:
            return await self._news.get()
        return await within(self._clock, max(0.0, self._deadline - self._clock.monotonic()), self._news.get())

    async def _prompts_heard(self) -> Collected | None:
        if self._prompting is not None and not self._prompting.cancelled() and self._prompting.exception():
            raise self._prompting.exception() or AssertionError
        if not self._digits and not self._speaking:
            self._restart_timeout()
        if not self._wanted.barge_in:
            self._listen()
        return None

    async def _key(self, key: str) -> Collected | None:
        if "dtmf" not in self._wanted.inputs:
            return None
        await self._stop(self._prompting)
        await self._stop(self._listening)  # who presses keys is not listened to any longer
        if key in self._wanted.finish_keys:
            return Collected(digits=self._digits)
        self._digits += key
        if len(self._digits) == self._wanted.max_digits:
            return Collected(digits=self._digits)
        self._restart_timeout()
        return None

    async def _words(self, heard: Heard) -> Collected | None:
        if self._digits:
            return None
        if heard.kind is HeardKind.ENDED:
            return Collected(speech=heard.text, confidence=heard.confidence)
        self._speaking = True
        self._deadline = None  # from here the listener decides when the caller has finished
        await self._stop(self._prompting)
        if heard.kind is HeardKind.PARTIAL:
            self._tell_partial(heard)
        return None

    def _tell_partial(self, heard: Heard) -> None:
        params = {
            "UnstableSpeechResult": heard.text.removeprefix(heard.stable).strip(),
            "StableSpeechResult": heard.stable,
            "Stability": "0.9" if heard.stable else "0.5",
            "SequenceNumber": str(self._partials),
        }
        self._partials += 1
        self._stage.tell(self._wanted.partial_url, params, method=self._wanted.partial_method)

    def _restart_timeout(self) -> None:
        self._deadline = self._clock.monotonic() + self._wanted.timeout

    async def _prompt(self) -> None:
        try:
            for prompt in self._wanted.prompts:
                await prompt.perform(self._stage)
        finally:
            self._news.put_nowait(Mark.PROMPTED)

    def _listen(self) -> None:
        if "speech" not in self._wanted.inputs or self._listening is not None or self._digits:
            return
        listening = Listening(
            language=self._wanted.language,
            hints=self._wanted.hints,
            pause=self._wanted.pause,
            longest=self._wanted.longest_speech,
            digits=self._wanted.max_digits or None,
        )
        try:
            listener = self._stage.exchange.senses.ears.listen(listening)
        except SoundUnavailable as problem:
            self._stage.complain(problem.code, f"<Gather> cannot hear words: {problem}")
            return
        self._listening = asyncio.create_task(self._feed(listener))

    async def _feed(self, listener: SpeechListener) -> None:
        ear = Ear()
        limit = self._wanted.longest_speech
        began: float | None = None
        with self._stage.leg.tapped(ear):
            while True:
                sound = await ear.take()
                with self._clock.working():
                    told = await listener.feed(sound)
                if began is None and told:
                    began = self._clock.monotonic()
                if began is not None and self._clock.monotonic() - began > limit:
                    with self._clock.working():
                        told = [*told, *await listener.finish()]
                self._report(told)
                if any(heard.kind is HeardKind.ENDED for heard in told):
                    return

    def _report(self, told: Sequence[Heard]) -> None:
        for heard in told:
            self._news.put_nowait(heard)

    @staticmethod
    async def _stop(task: asyncio.Task[None] | None) -> None:
        if task is not None and not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
