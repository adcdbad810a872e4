"""The scripted caller: a person in Python who hears, presses, says and hangs up, within the exchange or by socket."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from exchange.clock import Clock, within
from exchange.lines.notices import Notice
from exchange.ports import Speech, Voice
from exchange.sound import Sound

PATIENCE: Final = 120.0  # seconds of the clock a caller waits for what the script expects
KEY_SECONDS: Final = 0.15


class NotHeard(AssertionError):
    """The call went otherwise than the script expects; the message tells what the caller has met instead."""


class Handset(Protocol):
    """What the caller holds: sends messages of the phone's WebSocket and sound."""

    def send(self, message: Notice) -> None:
        """digit, hangup, accept, reject."""
        ...

    async def speak(self, sound: Sound) -> None:
        """Say a sound; returns at its end."""
        ...


@dataclass(frozen=True, slots=True)
class Decoder:
    """How the caller's own sounds are made: words by a voice, files by a decoder."""

    voice: Voice
    file: Callable[[Path], Sound]


class Caller:
    """One person on one call. Every wait has a limit, in seconds of the clock, after which `NotHeard` is raised."""

    def __init__(self, *, clock: Clock, handset: Handset, decoder: Decoder) -> None:
        self._clock = clock
        self._handset = handset
        self._decoder = decoder
        self._news = asyncio.Event()
        self._place = 0  # in `notices`: what comes before has been expected already
        self.notices: list[Notice] = []
        self.sid = ""  # the call's, once it rings
        self.status = ""  # how the call ended; empty while it lasts

    def notice(self, notice: Notice) -> None:
        """The exchange tells something; called by the handset."""
        self.notices.append(notice)
        self.sid = self.sid or str(notice.get("callSid", ""))
        if notice["type"] == "ended":
            self.status = str(notice["status"])
        self._news.set()
        self._news = asyncio.Event()

    async def hears(self, pattern: str, *, within_seconds: float = PATIENCE) -> str:
        """Wait until something is said or played whose text or URL matches; what was matched before does not count."""
        wanted = re.compile(pattern, re.IGNORECASE)

        def matches(one: Notice) -> bool:
            return one["type"] == "cue" and wanted.search(str(one["text"])) is not None

        return str((await self._expect(matches, f"something like {pattern!r}", within_seconds))["text"])

    async def meets(self, kind: str, *, within_seconds: float = PATIENCE) -> Notice:
        """Wait until the exchange does something of this kind, such as gather, record, enqueue, answered, incoming."""

        def matches(one: Notice) -> bool:
            return kind in {one["type"], one.get("kind")}

        return await self._expect(matches, f"a {kind}", within_seconds)

    async def presses(self, keys: str, *, gap: float = KEY_SECONDS) -> None:
        """Press keys, one after the other (once the call is answered)."""
        await self._answered()
        for key in keys:
            self._handset.send({"type": "digit", "digit": key})
            await self._clock.sleep(gap)

    async def says(self, text: str, *, language: str = "en-US") -> None:
        """Speak these words; returns when they are spoken."""
        with self._clock.working():
            sound = await self._decoder.voice.speak(Speech(content=(text,), language=language))
        await self.plays(sound)

    async def plays(self, sound: Sound | Path) -> None:
        """Say a recorded sound; returns at its end."""
        await self._answered()
        await self._handset.speak(self._decoder.file(sound) if isinstance(sound, Path) else sound)

    async def silence(self, seconds: float) -> None:
        """Say nothing for so long."""
        await self._clock.sleep(seconds)

    async def ended(self, *, within_seconds: float = PATIENCE) -> str:
        """Wait until the call is over; its status (completed, busy, failed, …)."""
        if not self.status:
            await self._expect(lambda one: one["type"] == "ended", "the end of the call", within_seconds)
        return self.status

    def accepts(self) -> None:
        """Answer the call that comes in."""
        self._handset.send({"type": "accept", "callSid": self.sid})

    def hangs_up(self) -> None:
        """End the call; before it is answered: refuse it."""
        self._handset.send({"type": "hangup", "callSid": self.sid})

    async def _answered(self) -> None:
        if not any(one["type"] == "answered" for one in self.notices):
            place = self._place
            await self._expect(lambda one: one["type"] == "answered", "an answer", PATIENCE)
            self._place = place

    async def _expect(self, matches: Callable[[Notice], bool], what: str, seconds: float) -> Notice:
        deadline = self._clock.monotonic() + seconds
        while True:
            for place in range(self._place, len(self.notices)):
                if matches(self.notices[place]):
                    self._place = place + 1
                    return self.notices[place]
            if self.status:
                raise NotHeard(f"the call ended ({self.status}) before {what}.{self._story()}")
            try:
                await within(self._clock, max(0.0, deadline - self._clock.monotonic()), self._news.wait())
            except TimeoutError:
                raise NotHeard(f"{seconds:g} s went by without {what}.{self._story()}") from None

    def _story(self) -> str:
        met = ((one.get("at", ""), one.get("kind", one["type"]), one.get("text", "")) for one in self.notices)
        lines = [f"\n  {at!s:>8} {kind}: {text}" for at, kind, text in met]
        return " The caller met:" + "".join(lines) if lines else " The caller met nothing."
