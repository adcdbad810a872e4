"""The place where the terminal holds a line of the exchange: its phone's WebSocket, text for news, binary for sound."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import aiohttp

from exchange.clock import Clock
from exchange.sound import FRAME, FRAME_SECONDS, SILENT, Sound

_PATH = "/lines/phone"
_CONNECT_SECONDS = 5.0


class NoLine(Exception):
    """There is no exchange, or it lets us have no line; the message is the sentence to print."""


class PhoneLine:
    """An open line."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def send(self, message: Mapping[str, object]) -> None:
        """Send a phone's message; on a line that is gone nothing happens."""
        if not self._socket.closed:
            await self._socket.send_str(json.dumps(message))

    async def speak(self, sound: Sound, clock: Clock) -> None:
        """Say a sound, frame by frame as time goes; returns at its end."""
        start = clock.monotonic()
        for number, place in enumerate(range(0, len(sound.ulaw), FRAME)):
            frame = sound.ulaw[place : place + FRAME].ljust(FRAME, bytes([SILENT]))
            await clock.sleep_until(start + number * FRAME_SECONDS)
            if self._socket.closed:
                return
            await self._socket.send_bytes(frame)
        await clock.sleep_until(start + sound.seconds)

    async def notices(self) -> AsyncIterator[Mapping[str, Any]]:
        """What the exchange tells, until the line is closed; its being closed counts as the end of the call."""
        async for message in self._socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                yield json.loads(message.data)
        yield {"type": "ended", "status": "failed", "reason": "the exchange closed the line"}


@asynccontextmanager
async def open_line(exchange_url: str) -> AsyncIterator[PhoneLine]:
    """A line of the exchange at that address. Raises NoLine with what to do."""
    parts = urlsplit(exchange_url)
    scheme = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}.get(parts.scheme)
    if scheme is None or not parts.netloc:
        raise NoLine(f"{exchange_url} is not the address of an exchange: write http://host:port")
    address = urlunsplit((scheme, parts.netloc, parts.path.rstrip("/") + _PATH, parts.query, ""))
    limits = aiohttp.ClientTimeout(total=None, connect=_CONNECT_SECONDS)
    async with aiohttp.ClientSession(timeout=limits) as session:
        try:
            socket = await session.ws_connect(address, heartbeat=20.0)
        except aiohttp.WSServerHandshakeError as problem:
            raise NoLine(
                f"The exchange at {exchange_url} gives us no line ({problem.status} {problem.message})."
            ) from problem
        except (aiohttp.ClientError, TimeoutError, OSError) as problem:
            raise NoLine(f"No exchange answers at {exchange_url}: start it with callwright up.") from problem
        async with socket:
            yield PhoneLine(socket)
