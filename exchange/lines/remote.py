"""The scripted caller at the other end of a phone's WebSocket: the same `Caller`, against a running exchange."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import aiohttp

from exchange.clock import Clock, RealClock, within
from exchange.lines.notices import Notice
from exchange.lines.scripted import PATIENCE, Caller, Decoder, NotHeard
from exchange.ports import Voice
from exchange.sound import FRAME, FRAME_SECONDS, SILENT, Sound

CLOSED: Final[Notice] = {"type": "ended", "status": "failed", "reason": "the exchange closed the line"}


class RemotePhone:
    """One connected phone (port `scripted.Handset`); one call after the other."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, *, clock: Clock, voice: Voice) -> None:
        self._socket = socket
        self._clock = clock
        self._decoder = Decoder(voice, _file)
        self._outbox: asyncio.Queue[Notice | bytes] = asyncio.Queue()
        self._incoming: asyncio.Queue[Caller] = asyncio.Queue()
        self.sound_heard = bytearray()
        self.caller = self._new_caller()

    def calls(self, *, to: str, from_: str) -> Caller:
        """Dial; the caller on the new call."""
        self.caller = self._new_caller()
        self.send({"type": "dial", "to": to, "from": from_})
        return self.caller

    async def registers(self, number: str) -> None:
        """Be reachable under the number."""
        self.send({"type": "register", "number": number})
        await self.caller.meets("registered")

    async def waits(self, number: str, *, within_seconds: float = PATIENCE) -> Caller:
        """Be reachable under the number, and wait for a call."""
        await self.registers(number)
        return await self.rings(within_seconds=within_seconds)

    async def rings(self, *, within_seconds: float = PATIENCE) -> Caller:
        """Wait for the next call; then `accepts()` or `hangs_up()` on what is returned."""
        try:
            return await within(self._clock, within_seconds, self._incoming.get())
        except TimeoutError:
            raise NotHeard(f"{within_seconds:g} s went by and nobody called") from None

    def send(self, message: Notice) -> None:
        """Send a message."""
        self._outbox.put_nowait(message)

    async def speak(self, sound: Sound) -> None:
        """Send a sound at its own pace."""
        begin = self._clock.monotonic()
        for number, start in enumerate(range(0, len(sound.ulaw), FRAME)):
            frame = sound.ulaw[start : start + FRAME]
            self._outbox.put_nowait(frame + bytes([SILENT]) * (FRAME - len(frame)))
            await self._clock.sleep_until(begin + (number + 1) * FRAME_SECONDS)

    async def read(self) -> None:
        """Take what the exchange sends until the socket is closed."""
        async for message in self._socket:
            if message.type is aiohttp.WSMsgType.BINARY:
                self.sound_heard += message.data
            elif message.type is aiohttp.WSMsgType.TEXT:
                self._told(json.loads(message.data))
        if not self.caller.status:
            self.caller.notice(CLOSED)

    async def write(self) -> None:
        """Send what is in the outbox until cancelled."""
        while True:
            item = await self._outbox.get()
            if isinstance(item, bytes):
                await self._socket.send_bytes(item)
            else:
                await self._socket.send_json(item)

    def _told(self, notice: Notice) -> None:
        if notice["type"] == "incoming":
            self.caller = self._new_caller()
            self._incoming.put_nowait(self.caller)
        self.caller.notice(notice)

    def _new_caller(self) -> Caller:
        return Caller(clock=self._clock, handset=self, decoder=self._decoder)


@asynccontextmanager
async def remote_phone(
    url: str, *, voice: Voice | None = None, clock: Clock | None = None, listens: bool = True
) -> AsyncIterator[RemotePhone]:
    """A phone on the exchange at ws://…/lines/phone; closing it hangs up."""
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        phone = RemotePhone(socket, clock=clock or RealClock(), voice=voice or _espeak())
        if not listens:
            phone.send({"type": "listen", "audio": False})
        tasks = [asyncio.create_task(phone.read()), asyncio.create_task(phone.write())]
        try:
            yield phone
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def _espeak() -> Voice:
    from exchange.speech.say import EspeakVoice

    return EspeakVoice()


def _file(path: Path) -> Sound:
    from exchange.speech.sounds import decode_file

    return Sound(decode_file(path))
