"""A leg: one party's connection to the exchange; its sound both ways, its keys, and the life of its call."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from exchange.clock import Clock
from exchange.sound import SILENCE, Sound, TimeLine
from exchange.status import MOVES, CallStatus, Direction


@dataclass(frozen=True, slots=True)
class Cue:
    """What begins to be heard or done on a leg, for terminals and tests; `at` is milliseconds since the answer."""

    kind: str
    text: str = ""
    language: str = ""
    at: int = 0


class Line(Protocol):
    """The far end of a leg: a phone, a client, a scripted caller. All methods return at once and never raise."""

    @property
    def wants_sound(self) -> bool:
        """Whether frames shall be delivered (and the person's frames taken) at all."""
        ...

    def take_frame(self, tick: int, /) -> bytes | None:
        """The 160 bytes the person said in this tick; None for silence. Called once a tick, ticks rising."""
        ...

    def give_frame(self, tick: int, frame: bytes, /) -> None:
        """The 160 bytes the person hears in this tick. Only called while `wants_sound`."""
        ...

    def ring(self, leg: "Leg") -> None:
        """A call comes in for this line; the person then calls `leg.answer()` or `leg.refuse(…)`."""
        ...

    def changed(self, leg: "Leg") -> None:
        """The leg's status has changed (ringing, answered, over): read it from the leg."""
        ...

    def cue(self, leg: "Leg", cue: Cue, /) -> None:
        """Something begins to be heard or done."""
        ...


class Tap(Protocol):
    """Listens to a leg: a recorder, a stream, a Gather. Return at once: sound waits for nobody."""

    def frames(self, tick: int, inbound: bytes, outbound: bytes, /) -> None:
        """20 ms of what the party said (inbound) and of what it heard (outbound), 160 bytes each."""
        ...


class Source(Protocol):
    """Where a connected leg's sound comes from: a conference, a bridge, a two-way stream.

    While a leg `play`s something of its own, that is heard instead.
    """

    def frame_for(self, leg: "Leg", tick: int, /) -> bytes | None:
        """What the leg hears in this tick. Every leg's `inbound` frame of the tick has been taken before."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What is fixed about a call from its first moment. `params` are added to every webhook of the call."""

    sid: str
    account_sid: str
    to: str
    from_: str
    direction: Direction
    created_at: datetime
    parent_sid: str = ""
    params: tuple[tuple[str, str], ...] = ()


Watcher = Callable[["Leg"], None]


@dataclass(eq=False)
class Leg:
    """One connection. Lines and verbs act on it; the exchange watches it and tells the app.

    Attributes to read: `sid`, `status`, `inbound` (the party's frame of this tick), `outbound` (what it heard),
    `source` (set it to connect, None to disconnect), `answered` and `over` (events to wait for).
    """

    ticket: Ticket
    clock: Clock
    line: Line
    status: CallStatus = CallStatus.QUEUED
    reason: str = ""  # why it ended, in words
    source: Source | None = None
    inbound: bytes = SILENCE
    outbound: bytes = SILENCE
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    answered_by: str = ""  # as machine detection has it, when it was asked for
    mouth: TimeLine = field(default_factory=TimeLine)  # what the exchange itself says to the party
    taps: list[Tap] = field(default_factory=list)
    watchers: list[Watcher] = field(default_factory=list)  # told after each move of the status
    takers: list[Callable[[str], None]] = field(default_factory=list)  # of keys, the newest alone is told
    sound_wanted: Callable[[], None] = lambda: None  # set by the exchange: begin to tick
    _answer_second: float = 0.0

    def __repr__(self) -> str:
        return f"<Leg {self.ticket.sid} {self.status}>"

    def __post_init__(self) -> None:
        self.sid = self.ticket.sid

    def move(self, status: CallStatus, *, reason: str = "") -> bool:
        """Change the status as the table allows; False (and nothing changed) where it does not."""
        if status not in MOVES[self.status]:
            return False
        self.status = status
        if status is CallStatus.IN_PROGRESS:
            self.answered_at = self.clock.now()
            self._answer_second = self.clock.monotonic()
            self.answered.set()
        if status.final:
            self.reason = reason
            self.ended_at = self.clock.now()
            self.over.set()
        self.line.changed(self)
        for watcher in list(self.watchers):
            watcher(self)
        self.sound_wanted()
        return True

    def answer(self) -> None:
        """The party (or, for an inbound call, the exchange) answers."""
        self.move(CallStatus.IN_PROGRESS)

    def refuse(self, status: CallStatus, *, reason: str = "") -> None:
        """The call ends before an answer: busy, no-answer, failed or canceled."""
        self.move(status, reason=reason)

    def hang_up(self, *, reason: str = "") -> None:
        """The call ends, whoever ends it; a call not yet answered counts as its direction has it."""
        outbound = self.ticket.direction is not Direction.INBOUND
        unanswered = not self.answered.is_set()
        self.move(CallStatus.CANCELED if outbound and unanswered else CallStatus.COMPLETED, reason=reason)

    def press(self, digit: str) -> None:
        """The party presses a key. Nobody waiting for keys: it is lost, as on Twilio."""
        if self.takers:
            self.takers[-1](digit)

    @contextmanager
    def keys(self, taker: Callable[[str], None]) -> Iterator[None]:
        """While inside, the taker is told of each key."""
        self.takers.append(taker)
        try:
            yield
        finally:
            self.takers.remove(taker)

    @contextmanager
    def tapped(self, tap: Tap) -> Iterator[None]:
        """While inside, the tap hears the leg. Longer lives append to and remove from `taps`, then `sound_wanted()`."""
        self.taps.append(tap)
        self.sound_wanted()
        try:
            yield
        finally:
            self.taps.remove(tap)

    async def play(self, sound: Sound) -> None:
        """Let the party hear a sound; returns at its end. Cancelling cuts it."""
        piece = self.mouth.lay(sound, self.clock.monotonic())
        try:
            await self.clock.sleep(sound.seconds)
        finally:
            self.mouth.cut(piece, self.clock.monotonic())

    def cue(self, kind: str, text: str = "", *, language: str = "") -> None:
        """Tell the far end what begins."""
        since = self.clock.monotonic() - self._answer_second if self.answered.is_set() else 0.0
        self.line.cue(self, Cue(kind, text, language, round(since * 1000)))


async def answered_or_over(leg: Leg) -> None:
    """Wait until the call is answered, or ends without."""
    waits = [asyncio.ensure_future(leg.answered.wait()), asyncio.ensure_future(leg.over.wait())]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
