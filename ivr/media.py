"""The media process: takes the carrier's streams of sound and has them heard in threads, so that no frame waits."""

import asyncio
import http
import json
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from websockets.asyncio.server import Server, ServerConnection
from websockets.asyncio.server import serve as serve_sockets
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from foundation.clock import Clock
from foundation.db import Database
from foundation.live import LiveStream
from foundation.logs import get_logger
from foundation.settings import Settings
from ivr.engines import Engines
from ivr.listener import Ear, Frame, Listener
from ivr.media_gauges import BEHIND_SECONDS, Gauges
from ivr.media_messages import Media, MessageRefused, Start, Stop, decode
from ivr.redaction import Redaction
from ivr.signature import HEADER, SignatureGate, Signed
from ivr.tokens import StreamGrant, StreamTokens

log = get_logger(__name__)
PATH = "/media/"
POLICY_VIOLATION = 1008
MAX_MESSAGE = 64 * 1024
PUMP_SECONDS = 0.2
"""Sound waits so long for its turn: at 0.1 a core takes 50 tracks, at 0.2 it takes 65 (`benchmarks.listen`)."""
BAD_LIMIT = 50
START_SECONDS = 10.0
CLOSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class MediaDeps:
    """What the media process needs."""

    settings: Settings
    db: Database
    clock: Clock
    live: LiveStream
    tokens: StreamTokens
    engines: Engines
    threads: int = 4
    redaction: Redaction | None = None


class MediaServer:
    """All streams of one process."""

    def __init__(self, deps: MediaDeps) -> None:
        settings = deps.settings
        self.gauges = Gauges()
        self._deps = deps
        self._ear = Ear(deps.db, deps.live, deps.clock, deps.redaction)
        self._gate = SignatureGate(
            base_url=settings.media_base_url, tokens=settings.auth_tokens, trusted_hops=settings.trusted_proxies
        )
        self._listeners: set[Listener] = set()
        self._hearing: set[asyncio.Task[None]] = set()
        self._threads = ThreadPoolExecutor(deps.threads, thread_name_prefix="ear")

    async def start(self, host: str, port: int, *, reuse_port: bool = False) -> Server:
        """Listen for sockets; with `reuse_port`, beside other processes on the same port."""
        return await serve_sockets(
            self.handle,
            host,
            port,
            process_request=self._page,
            compression=None,
            max_size=MAX_MESSAGE,
            close_timeout=CLOSE_SECONDS,
            reuse_port=reuse_port or None,
            server_header=None,
        )

    async def pump(self) -> None:
        """Hand what waits to the threads, a batch a stream, for ever; and look how far behind they are."""
        while True:
            await asyncio.sleep(PUMP_SECONDS)
            now = self._deps.clock.monotonic()
            self.gauges.lag_seconds = max((listener.lag(now) for listener in self._listeners), default=0.0)
            for listener in self._listeners:
                if listener.waits and not listener.turn.locked():
                    task = asyncio.create_task(self._heard(listener))
                    self._hearing.add(task)
                    task.add_done_callback(self._hearing.discard)

    async def handle(self, connection: ServerConnection) -> None:
        """One socket, from its token to its last word."""
        grant = await self._admitted(connection)
        if grant is None:
            self.gauges.refused += 1
            await connection.close(POLICY_VIOLATION, "not admitted")
            return
        try:
            listener = await self._begun(connection, grant)
        except (TimeoutError, ConnectionClosed, MessageRefused):
            listener = None
        if listener is None:
            self.gauges.refused += 1
            await connection.close(POLICY_VIOLATION, "not the call of this token")
            return
        await self._listen(connection, listener)

    async def _admitted(self, connection: ServerConnection) -> StreamGrant | None:
        """The signature first, so that a stranger cannot use up a token; then the token, once."""
        request = connection.request
        if request is None or not request.path.startswith(PATH):
            return None
        verdict = self._gate.check(_signed(request))
        if not verdict.genuine:
            log.warning("stream_refused", reason="signature", signed_against=verdict.url.rpartition("/")[0])
            return None
        token = request.path.removeprefix(PATH)
        grant = await asyncio.to_thread(self._deps.tokens.redeem, token)
        if grant is None:
            log.warning("stream_refused", reason="token")
        return grant

    async def _begun(self, connection: ServerConnection, grant: StreamGrant) -> Listener | None:
        """Wait for the start; None when it is another call's than the token's."""
        async with asyncio.timeout(START_SECONDS):
            while not isinstance(message := decode(await connection.recv(decode=False)), Start):
                if isinstance(message, Media):
                    return None
        if message.start.call_sid != grant.call_sid:
            log.warning("stream_refused", reason="call", call_id=grant.call_id)
            return None
        engine = await asyncio.to_thread(self._deps.engines.for_language, grant.language)
        start_ms = _since(grant, self._deps.clock.now())
        listener = Listener(grant, message.stream_sid, engine, self._ear, start_ms=start_ms)
        if engine is None:
            await asyncio.to_thread(listener.say_unheard)
        return listener

    async def _listen(self, connection: ServerConnection, listener: Listener) -> None:
        self._listeners.add(listener)
        self.gauges.streams += 1
        self.gauges.accepted += 1
        try:
            await self._frames(connection, listener)
        except ConnectionClosed:
            log.info("stream_lost", call_id=listener.grant.call_id, speaker=listener.grant.speaker)
        finally:
            self._listeners.discard(listener)
            self.gauges.streams -= 1
            await asyncio.shield(self._finished(listener))

    async def _frames(self, connection: ServerConnection, listener: Listener) -> None:
        gauges, monotonic, bad = self.gauges, self._deps.clock.monotonic, 0
        while True:
            data = await connection.recv(decode=False)
            try:
                message = decode(data)
            except MessageRefused:
                gauges.bad_messages += 1
                bad += 1
                if bad > BAD_LIMIT:
                    await connection.close(POLICY_VIOLATION, "not media-stream messages")
                    return
                continue
            if isinstance(message, Media):
                gauges.frames += 1
                stamp = message.media.timestamp
                frame = Frame(message.media.payload, int(stamp) if stamp.isdigit() else None, monotonic())
                if not listener.take(frame):
                    gauges.dropped_frames += 1
            elif isinstance(message, Stop):
                return

    async def _heard(self, listener: Listener) -> None:
        async with listener.turn:
            lag = listener.lag(self._deps.clock.monotonic())
            frames = listener.batch()
            await self._in_thread(lambda: listener.hear(frames), listener)
            if lag > BEHIND_SECONDS:
                await self._in_thread(lambda: listener.say_behind(lag), listener)

    async def _finished(self, listener: Listener) -> None:
        async with listener.turn:
            frames = listener.batch()
            await self._in_thread(lambda: listener.finish(frames), listener)

    async def _in_thread(self, work: Callable[[], object], listener: Listener) -> None:
        try:
            await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except Exception:  # the edge: a recogniser that fails costs these words, never the stream
            log.exception("hearing_failed", call_id=listener.grant.call_id, speaker=listener.grant.speaker)

    def _page(self, connection: ServerConnection, request: Request) -> Response | None:
        if request.path != "/health":
            return None
        body = json.dumps(self.gauges.as_json()).encode()
        headers = Headers({"Content-Type": "application/json", "Content-Length": str(len(body)), "Connection": "close"})
        return Response(http.HTTPStatus.OK, connection.protocol.state.name, headers, body)


async def serve(deps: MediaDeps, *, reuse_port: bool = False, ready: Callable[[int], None] | None = None) -> None:
    """Run until told to stop, then let every stream finish its last words. `ready` hears the port."""
    server = MediaServer(deps)
    host, port = deps.settings.media_bind
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(ValueError, RuntimeError):  # not in the main thread
            loop.add_signal_handler(number, stop.set)
    sockets = await server.start(host, port, reuse_port=reuse_port)
    pump = loop.create_task(server.pump())
    if ready is not None:
        ready(next(iter(sockets.sockets)).getsockname()[1])
    try:
        await stop.wait()
    finally:
        sockets.close()
        await sockets.wait_closed()
        pump.cancel()


def run(deps: MediaDeps, *, reuse_port: bool = False) -> None:
    """`serve` on uvloop."""
    import uvloop

    uvloop.run(serve(deps, reuse_port=reuse_port))


def _signed(request: Request) -> Signed:
    def header(name: str) -> str:
        values = request.headers.get_all(name)
        return values[0] if len(values) == 1 else ""

    return Signed(
        target=request.path,
        params={},
        signature=header(HEADER),
        forwarded_proto=header("X-Forwarded-Proto").replace("http", "ws"),
        forwarded_host=header("X-Forwarded-Host"),
    )


def _since(grant: StreamGrant, now: datetime) -> int:
    """Where the stream begins within what is recorded, in milliseconds."""
    if not grant.since:
        return 0
    return max(0, round((now - datetime.fromisoformat(grant.since)).total_seconds() * 1000))
