"""The WebSocket of a media stream, from the exchange to the app, signed; slow or dead, no call feels it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import aiohttp
from twilio.request_validator import RequestValidator

from exchange.clock import Clock, VirtualClock
from exchange.streams import InvalidMessage, Messages, Outbox, Playback

CONNECT_SECONDS: Final = 5.0
STALLED_SECONDS: Final = 10.0
_PACE: Final = 5  # under a virtual clock: how many messages may be ahead of what the app has taken


class Ended(StrEnum):
    """How the socket's life ended."""

    STOPPED = "stopped"  # by us: <Stop>, REST, or the end of the call
    CLOSED = "closed"  # by the app
    FAILED = "failed"


@dataclass(slots=True, eq=False)
class StreamSocket:
    """One socket: sends what is in the outbox, takes in what the app sends, until stopped, closed or broken."""

    url: str
    auth_token: str
    messages: Messages
    outbox: Outbox
    clock: Clock
    playback: Playback | None = None
    on_invalid: Callable[[str], None] = lambda _why: None
    error: str = ""
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _pong: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: bool = False

    def send(self, text: str, *, droppable: bool = False) -> None:
        """Put a message in the outbox; never waits."""
        self.outbox.put(text, droppable=droppable)
        self._news.set()

    def stop(self) -> None:
        """Send what is left, say `stop`, close."""
        if not self._stopping:
            self._stopping = True
            self.send(self.messages.stop())

    async def run(self) -> Ended:
        """Connect and serve; never raises but when cancelled."""
        headers = {"X-Twilio-Signature": RequestValidator(self.auth_token).compute_signature(self.url, {})}
        limit = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS)
        try:
            async with aiohttp.ClientSession(timeout=limit) as session:
                with self.clock.working():
                    async with asyncio.timeout(CONNECT_SECONDS):
                        socket = await session.ws_connect(
                            self.url, headers=headers, max_msg_size=1 << 20, autoping=False
                        )
                async with socket:
                    return await self._serve(socket)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as problem:
            self.error = f"{type(problem).__name__}: {problem}".rstrip(": ")
            return Ended.FAILED

    async def _serve(self, socket: aiohttp.ClientWebSocketResponse) -> Ended:
        self.opened.set()
        sending = asyncio.create_task(self._send_all(socket))
        taking = asyncio.create_task(self._take_all(socket))
        try:
            done, _ = await asyncio.wait({sending, taking}, return_when=asyncio.FIRST_COMPLETED)
            if sending in done:
                sending.result()
                return Ended.STOPPED
            taking.result()
            return Ended.CLOSED
        finally:
            for task in (sending, taking):
                task.cancel()
            await asyncio.gather(sending, taking, return_exceptions=True)

    async def _send_all(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        virtual = isinstance(self.clock, VirtualClock)
        sent = 0
        while True:
            text = self.outbox.take()
            if text is None:
                if self._stopping:
                    return
                self._news.clear()
                await self._news.wait()
                continue
            with self.clock.working():
                async with asyncio.timeout(STALLED_SECONDS):
                    await socket.send_str(text)
                    sent += 1
                    if virtual and sent % _PACE == 0:
                        await self._let_the_app_follow(socket)

    async def _let_the_app_follow(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Virtual time does not run away from the app: it has taken what was sent when its pong comes."""
        self._pong.clear()
        await socket.ping()
        await self._pong.wait()

    async def _take_all(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            if message.type is aiohttp.WSMsgType.PING:
                await socket.pong(message.data)
            elif message.type is aiohttp.WSMsgType.PONG:
                self._pong.set()
            if self.playback is None or message.type not in {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY}:
                continue
            try:
                for name in self.playback.receive(message.data):
                    self.send(self.messages.mark(name))
            except InvalidMessage as problem:
                self.on_invalid(str(problem))
