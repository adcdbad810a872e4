"""A phone on a WebSocket: one connection, one call at a time; JSON as text, 20 ms of µ-law as binary, both ways."""

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from aiohttp import WSCloseCode, WSMsgType, web

from exchange.legs import Cue, Leg, Line
from exchange.lines.notices import Notice, act, of_cue, of_ringing, of_status
from exchange.sound import FRAME
from exchange.status import CallStatus, Direction

if TYPE_CHECKING:
    from exchange.exchange import Exchange

KEPT_IN: Final = 25  # frames from the person that may wait (half a second); the oldest go
KEPT_OUT: Final = 100  # frames to the person that may wait; more than that the network does not carry anyway
ANONYMOUS: Final = "+15005550000"
CLOSING: Final = 0.1  # seconds between the end of the calls and that of the sockets
PREFILL: Final = 3  # frames collected before the first is used, so that a late one is not missed


class Jitter:
    """Evens out the coming of frames: after it ran dry, a few are collected first."""

    def __init__(self) -> None:
        self._frames: deque[bytes] = deque(maxlen=KEPT_IN)
        self._filling = True

    def put(self, sound: bytes) -> None:
        """Sound has come; it is cut into frames, a rest is thrown away."""
        for start in range(0, len(sound) - FRAME + 1, FRAME):
            self._frames.append(sound[start : start + FRAME])

    def take(self) -> bytes | None:
        """The next frame, None while there is nothing to be heard."""
        if not self._frames:
            self._filling = True
            return None
        if self._filling and len(self._frames) < PREFILL:
            return None
        self._filling = False
        return self._frames.popleft()


class StationLine:
    """One call on a station (port `legs.Line`)."""

    def __init__(self, station: "Station") -> None:
        self._station = station
        self._jitter = Jitter()
        self.leg: Leg | None = None

    @property
    def wants_sound(self) -> bool:
        """Whether the phone has asked for none."""
        return self._station.wants_sound

    def take_frame(self, _tick: int) -> bytes | None:
        """What the person says."""
        return self._jitter.take()

    def give_frame(self, _tick: int, frame: bytes) -> None:
        """What the person hears."""
        self._station.hear(frame)

    def ring(self, leg: Leg) -> None:
        """A call comes in; a phone in use is busy."""
        self.leg = leg
        if not self._station.take(self):
            leg.refuse(CallStatus.BUSY, reason="the phone is in use")
            return
        self._station.tell(of_ringing(leg))

    def changed(self, leg: Leg) -> None:
        """Tell the phone; of its own ringing it was told by `ring`."""
        self.leg = leg
        incoming = leg.status is CallStatus.RINGING and leg.ticket.direction is not Direction.INBOUND
        notice = of_status(leg)
        if notice is not None and self._station.line is self and not incoming:
            self._station.tell(notice)

    def cue(self, _leg: Leg, cue: Cue) -> None:
        """Tell the phone."""
        self._station.tell(of_cue(cue))

    def says(self, ulaw: bytes) -> None:
        """Sound has come from the phone."""
        self._jitter.put(ulaw)


class Station:
    """One connected phone. Whoever serves its socket calls `message`, `sound`, `write` and `gone`."""

    def __init__(self, exchange: "Exchange") -> None:
        self.exchange = exchange
        self.line: StationLine | None = None  # of the present call, or the last one
        self.wants_sound = True
        self._outbox: asyncio.Queue[Notice | bytes] = asyncio.Queue()
        self._frames_waiting = 0
        self._addresses: list[str] = []
        self._read_at: set[str] = set()

    def tell(self, notice: Notice) -> None:
        """Put a message on its way to the phone."""
        self._outbox.put_nowait(notice)

    def hear(self, frame: bytes) -> None:
        """Put sound on its way to the phone; dropped when the socket does not keep up."""
        if self._frames_waiting < KEPT_OUT:
            self._frames_waiting += 1
            self._outbox.put_nowait(frame)

    def message(self, text: str) -> None:
        """The phone sends JSON; what makes no sense is answered with an error."""
        match _decoded(text):
            case {"type": "dial", "to": str(to), **rest}:
                self._dial(to, str(rest.get("from") or (self._addresses or [ANONYMOUS])[-1]))
            case {"type": "register", "number": str(number)} if number:
                self.register(number)
                self.tell({"type": "registered", "number": number})
            case {"type": "listen", "audio": bool(audio)}:
                self.wants_sound = audio
                self.exchange.media.wake()
            case {"type": "digit" | "hangup" | "accept" | "reject"} as message:
                act(self._leg, message)
            case _:
                wanted = "dial, digit, hangup, register, accept, reject or listen"
                self.tell({"type": "error", "message": f"not understood; send {wanted}"})

    def sound(self, ulaw: bytes) -> None:
        """The phone sends sound."""
        if self.line is not None:
            self.line.says(ulaw)

    def register(self, address: str) -> None:
        """Calls to this address ring here."""
        self._addresses.append(address)
        self.exchange.directory.register(address, self._new_line)
        self._read(address)

    def take(self, line: StationLine) -> bool:
        """This call is the phone's now; False when it has another."""
        if self._leg is not None and not self._leg.status.final:
            return False
        self.line = line
        return True

    async def write(self, socket: web.WebSocketResponse) -> None:
        """Carry the outbox to the socket until cancelled, or until the socket is closed."""
        while not socket.closed:
            item = await self._outbox.get()
            if isinstance(item, bytes):
                self._frames_waiting -= 1
                await socket.send_bytes(item)
            else:
                await socket.send_json(item)

    def gone(self) -> None:
        """The socket is closed: the phone is reachable no more and its call ends."""
        for address in self._addresses:
            self.exchange.directory.unregister(address, self._new_line)
        for address in self._read_at:
            self.exchange.directory.read_no_more(address, self._written)
        act(self._leg, {"type": "hangup"})

    @property
    def _leg(self) -> Leg | None:
        return self.line.leg if self.line is not None else None

    def _read(self, address: str) -> None:
        """Text messages to the number this phone has, or calls from, are shown on it."""
        if address not in self._read_at:
            self._read_at.add(address)
            self.exchange.directory.read_at(address, self._written)

    def _written(self, notice: Mapping[str, object]) -> None:
        self.tell(dict(notice))

    def _new_line(self) -> Line:
        return StationLine(self)

    def _dial(self, to: str, from_: str) -> None:
        line = StationLine(self)
        if self.take(line):
            self._read(from_)
            self.exchange.arrive(line, to=to, from_=from_)
        else:
            self.tell({"type": "error", "message": "a call is under way; hang up first"})


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


async def serve(station: Station, socket: web.WebSocketResponse) -> None:
    """Serve a prepared socket until the phone closes it."""
    writing = asyncio.create_task(station.write(socket), name="phone writer")
    closing = asyncio.create_task(_close_with(station.exchange, socket), name="phone closer")
    try:
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                station.message(message.data)
            elif message.type is WSMsgType.BINARY:
                station.sound(message.data)
    finally:
        station.gone()
        writing.cancel()
        closing.cancel()
        await asyncio.gather(writing, closing, return_exceptions=True)


async def _close_with(exchange: "Exchange", socket: web.WebSocketResponse) -> None:
    await exchange.closing.wait()
    await exchange.clock.sleep(CLOSING)  # the phone is told that its call has ended
    await socket.close(code=WSCloseCode.GOING_AWAY, message=b"the exchange shuts down")
