"""What a verb performs on: the leg, its document, and what the exchange has to offer; made anew for each document."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from exchange.legs import Leg
from exchange.log import Level
from exchange.sound import Sound
from exchange.twiml.verb import Ask, GoTo, Outcome, Source

if TYPE_CHECKING:
    from exchange.exchange import Exchange


class Interruption(StrEnum):
    """Why a verb was stopped in the middle."""

    HANGUP = "hangup"
    REDIRECT = "redirect"


Parting = Callable[[Interruption], Awaitable[None]]


@dataclass(slots=True)
class Stage:
    """A leg with the document it performs. `url` is the document's own, to which relative URLs are joined."""

    exchange: "Exchange"
    leg: Leg
    url: str
    partings: list[Parting]

    def absolute(self, url: str) -> str:
        """The URL as seen from the document; the document's own for an empty one (Gather's default action)."""
        return urljoin(self.url, url)

    def goto(self, url: str, *, method: str = "POST", params: dict[str, str] | None = None) -> GoTo:
        """The outcome "ask this URL what comes next", with these fields beside the call's own."""
        return GoTo(Ask(url=self.absolute(url), method=method, params=tuple((params or {}).items())))

    def tell(self, url: str, params: dict[str, str], *, method: str = "POST") -> None:
        """Send a callback whose answer does not matter; relative URLs allowed, none given: nothing is sent."""
        if url:
            ask = Ask(url=self.absolute(url), method=method, params=tuple(params.items()))
            self.exchange.webhooks.tell(self.leg, ask)

    async def perform(self, source: Source, *, allowed: frozenset[str] | None = None) -> Outcome:
        """Perform another document within this verb (waitUrl, whisper) and return how it ended.

        `Proceed` when it ran off its end; `End` when it hung up; `LeaveQueue` on <Leave>. Redirects are followed
        inside. Verbs that are not `allowed` are skipped with a warning.
        """
        return await self.exchange.interpreter(self.leg).perform_inner(source, allowed=allowed)

    async def repeat(self, sound: Sound, times: int) -> None:
        """Let the party hear a sound so many times; 0: for ever."""
        played = 0
        while sound.ulaw and (played < times or not times):
            await self.leg.play(sound)
            played += 1

    def complain(self, code: int, message: str, *, level: Level = Level.WARNING, line: int = 0) -> None:
        """Leave an entry in the exchange's log."""
        write = self.exchange.log.error if level is Level.ERROR else self.exchange.log.warning
        write(code, message, call_sid=self.leg.sid, url=self.url, line=line)

    @contextmanager
    def if_interrupted(self, told: Parting) -> Iterator[None]:
        """If the verb is stopped while inside, `told` is awaited afterwards (Record, Enqueue, Dial)."""
        try:
            yield
        except asyncio.CancelledError:
            self.partings.append(told)
            raise
