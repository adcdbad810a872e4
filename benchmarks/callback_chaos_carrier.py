"""The carrier of the chaos run: our exchange, with parties who answer at once, and a count of every dial.

Nobody on these lines makes a sound, so a hundred callbacks cost no more than their webhooks. Every agent's softphone
picks up; every customer picks up, presses 1 when asked, talks for a moment and hangs up.
"""

import asyncio
import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from exchange.exchange import Exchange
from exchange.legs import Cue, Leg
from exchange.rooms import Rooms
from exchange.wire import HttpRequest, HttpResponse, Transport

PICK_UP = 0.05
TALK = 0.4
PATIENCE = 15.0
LOOK = 0.1
KEY_AFTER = 0.05


@dataclass(slots=True)
class Ring:
    """One time a customer's phone rang: when, until when, and whether customer and agent were together."""

    sid: str
    at: datetime
    ended: datetime | None = None
    talked: bool = False


@dataclass(slots=True)
class DialBook:
    """What the carrier has dialled: rings by customer's number, and the calls made under each of our keys."""

    rings: dict[str, list[Ring]] = field(default_factory=lambda: defaultdict(list))
    calls_of_key: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def doubled(self) -> list[str]:
        """Keys dialled twice, and numbers that rang while they rang already, or after they had talked."""
        keys = [key for key, calls in self.calls_of_key.items() if len(calls) > 1]
        numbers = [number for number, rings in self.rings.items() if _overlap(rings)]
        return keys + numbers

    def talked(self, number: str) -> bool:
        """Whether customer and agent have been together."""
        return any(ring.talked for ring in self.rings.get(number, ()))


def _overlap(rings: list[Ring]) -> bool:
    pairs = itertools.pairwise(rings)
    return any(before.talked or before.ended is None or after.at < before.ended for before, after in pairs)


class CountingTransport:
    """Carries webhooks as the one inside does, and notes which call told of which key."""

    def __init__(self, inside: Transport, book: DialBook) -> None:
        self._inside = inside
        self._book = book

    async def send(self, request: HttpRequest) -> HttpResponse:
        """The answer."""
        attempt = parse_qs(urlsplit(request.url).query).get("attempt")
        if attempt:
            sid = parse_qs(request.body.decode()).get("CallSid", [""])[0]
            self._book.calls_of_key[attempt[0]].add(sid)
        return await self._inside.send(request)

    async def close(self) -> None:
        """Close the one inside."""
        await self._inside.close()


class Silent:
    """A line nobody speaks on."""

    wants_sound = False

    def take_frame(self, _tick: int) -> bytes | None:
        """Silence."""
        return None

    def give_frame(self, tick: int, frame: bytes) -> None:
        """Nobody listens."""

    def changed(self, leg: Leg) -> None:
        """Whoever cares reads it from the leg."""

    def cue(self, leg: Leg, cue: Cue) -> None:
        """Nobody cares."""

    def ring(self, leg: Leg) -> None:
        """Pick up."""
        asyncio.get_running_loop().call_later(PICK_UP, leg.answer)


class Customer(Silent):
    """Presses 1, talks, hangs up; everything is noted in the book."""

    def __init__(self, exchange: Exchange, book: DialBook) -> None:
        self._exchange = exchange
        self._book = book
        self._ring: Ring | None = None

    def ring(self, leg: Leg) -> None:
        """The phone rings: that is what is counted."""
        self._ring = Ring(leg.sid, self._exchange.clock.now())
        self._book.rings[leg.ticket.to].append(self._ring)
        super().ring(leg)

    def changed(self, leg: Leg) -> None:
        """The end is noted."""
        if leg.status.final and self._ring is not None:
            self._ring.ended = self._exchange.clock.now()

    def cue(self, leg: Leg, cue: Cue) -> None:
        """Asked for a key: 1. In the conference: talk, then hang up."""
        loop = asyncio.get_running_loop()
        if cue.kind == "gather":
            loop.call_later(KEY_AFTER, leg.press, "1")
        elif cue.kind == "conference":
            self._exchange.spawn(self._talk(leg))

    async def _talk(self, leg: Leg) -> None:
        """Wait for the agent, as a customer does who was called; then talk."""
        limit = self._exchange.clock.monotonic() + PATIENCE
        while not leg.status.final and self._exchange.clock.monotonic() < limit:
            room = self._exchange.part(Rooms).of(leg.sid)
            if self._ring is not None and room is not None and len(room.seats) > 1:
                self._ring.talked = True
                break
            await self._exchange.clock.sleep(LOOK)
        await self._exchange.clock.sleep(TALK)
        leg.hang_up(reason="hung up by the party")


def reachable(exchange: Exchange, book: DialBook, *, agents: list[str]) -> None:
    """Count what is dialled from now on, and let every agent's softphone be there."""
    exchange.webhooks.transport = CountingTransport(exchange.webhooks.transport, book)
    for agent in agents:
        exchange.directory.register(f"client:{agent}", Silent)


def customer_at(exchange: Exchange, book: DialBook, number: str) -> None:
    """Let a customer be reachable under that number."""
    exchange.directory.register(number, lambda: Customer(exchange, book))
