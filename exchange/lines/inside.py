"""The scripted caller's line within the exchange: no socket, no sound unless somebody listens; for virtual time."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.clock import within
from exchange.legs import Cue, Leg
from exchange.lines.notices import Notice, act, of_cue, of_ringing, of_status
from exchange.lines.scripted import PATIENCE, Caller, Decoder, NotHeard
from exchange.messages import MessageDesk
from exchange.sound import Sound, TimeLine

if TYPE_CHECKING:
    from exchange.exchange import Exchange


class ScriptedLine:
    """A line whose person is a script. With `listens` what it hears is kept in `sound_heard`."""

    def __init__(
        self, exchange: "Exchange", *, listens: bool = False, rung: "Callable[[Caller], None] | None" = None
    ) -> None:
        self._exchange = exchange
        self._rung = rung
        self._leg: Leg | None = None
        self.wants_sound = listens
        self.mouth = TimeLine()
        self.sound_heard = bytearray()
        self.caller = Caller(clock=exchange.clock, handset=self, decoder=Decoder(exchange.senses.voice, _file))

    def take_frame(self, tick: int) -> bytes | None:
        """What the script says."""
        return self.mouth.frame(tick)

    def give_frame(self, _tick: int, frame: bytes) -> None:
        """Keep what is heard."""
        self.sound_heard += frame

    def ring(self, leg: Leg) -> None:
        """A call comes in."""
        self._leg = leg
        self.caller.notice(of_ringing(leg))
        if self._rung is not None:
            self._rung(self.caller)

    def changed(self, leg: Leg) -> None:
        """Tell the script."""
        self._leg = leg
        notice = of_status(leg)
        if notice is not None:
            self.caller.notice(notice)

    def cue(self, _leg: Leg, cue: Cue) -> None:
        """Tell the script."""
        self.caller.notice(of_cue(cue))

    def send(self, message: Notice) -> None:
        """The script acts."""
        act(self._leg, message)

    async def speak(self, sound: Sound) -> None:
        """The script says a sound."""
        clock = self._exchange.clock
        piece = self.mouth.lay(sound, clock.monotonic())
        try:
            await clock.sleep(sound.seconds)
        finally:
            self.mouth.cut(piece, clock.monotonic())


def call(exchange: "Exchange", *, to: str, from_: str, listens: bool = False) -> Caller:
    """A scripted caller dials; the call rings already."""
    line = ScriptedLine(exchange, listens=listens)
    exchange.directory.read_at(from_, lambda notice: line.caller.notice(dict(notice)))
    exchange.arrive(line, to=to, from_=from_)
    return line.caller


class ScriptedPhone:
    """A scripted party who can be called: registered under an address, one `Caller` for each call that comes."""

    def __init__(self, exchange: "Exchange", address: str, *, listens: bool = False) -> None:
        self._exchange = exchange
        self._listens = listens
        self._calls: asyncio.Queue[Caller] = asyncio.Queue()
        self.address = address
        self.messages: list[Notice] = []
        exchange.directory.register(address, self._line)
        exchange.directory.read_at(address, self._read)

    async def rings(self, *, within_seconds: float = PATIENCE) -> Caller:
        """Wait for the next call; then `accepts()` or `hangs_up()` on what is returned, or let it ring."""
        try:
            return await within(self._exchange.clock, within_seconds, self._calls.get())
        except TimeoutError:
            raise NotHeard(f"{within_seconds:g} s went by and nobody called {self.address}") from None

    def writes(self, text: str, *, to: str) -> str:
        """Send a text message to one of the exchange's numbers; its SID."""
        return self._exchange.part(MessageDesk).receive(from_=self.address, to=to, body=text)

    def close(self) -> None:
        """Be reachable no more."""
        self._exchange.directory.unregister(self.address, self._line)
        self._exchange.directory.read_no_more(self.address, self._read)

    def _read(self, notice: Mapping[str, object]) -> None:
        self.messages.append(dict(notice))

    def _line(self) -> ScriptedLine:
        return ScriptedLine(self._exchange, listens=self._listens, rung=self._calls.put_nowait)


def _file(path: Path) -> Sound:
    from exchange.speech.sounds import decode_file

    return Sound(decode_file(path))
