"""The two servers of the benchmark of listening, each a process of its own, and the load both are given."""

import asyncio
import base64
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from twilio.request_validator import RequestValidator
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from foundation.calls import Call
from foundation.clock import SystemClock
from foundation.db import Database
from foundation.live import MemoryLive
from foundation.logs import configure
from foundation.settings import load_settings
from ivr.media import MediaDeps, MediaServer
from ivr.tokens import MemoryTokens, StreamGrant
from transcription.codec import ulaw_to_pcm
from transcription.models import find_model, load_engine

FRAME_SECONDS = 0.02
FRAME = 160
CHUNK = 10 * FRAME
"""vosk-server's own client sends 0.2 s at a time: the cheapest for it within the lag allowed."""
WARM = 3 * 8000
"""Sound of each stream before the measurement begins: what is loaded at the first word is loaded then."""
TOKEN = "benchmark-token"  # noqa: S105 - opens nothing
BASE = "wss://media.example.com"
_RUN_THEIRS = """
import runpy, sys, websockets
serve = websockets.serve
websockets.serve = lambda handler, *place: serve(lambda ws: handler(ws, ws.request.path), *place)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
"""Their handler takes the path, as handlers of websockets did before 14."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one server did with some streams: processor seconds for each second of a stream, and the worst lag."""

    cost: float
    lag: float


def ours(sounds: Sequence[bytes]) -> Load:
    """The media process of the house, with its gate, its partials and its database."""
    warm = [sound[:WARM] for sound in sounds]
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.listen_servers", str(2 * len(sounds))], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        asyncio.run(_load(process.pid, warm, lambda number: _our_stream(port, number + len(sounds)), _our_messages))
        return asyncio.run(_load(process.pid, sounds, lambda number: _our_stream(port, number), _our_messages))
    finally:
        process.terminate()
        process.wait()


def theirs(script: Path, model: Path, sounds: Sequence[bytes], port: int = 27_431) -> Load:
    """The published server script of alphacep's vosk-server, as it is."""
    env = {**os.environ, "VOSK_SERVER_INTERFACE": "127.0.0.1", "VOSK_SERVER_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-c", _RUN_THEIRS, str(script), str(model)], env=env, stderr=subprocess.DEVNULL
    )
    try:
        warm = [sound[:WARM] for sound in sounds]
        asyncio.run(_load(process.pid, warm, lambda _: _their_stream(port), _their_messages))
        return asyncio.run(_load(process.pid, sounds, lambda _: _their_stream(port), _their_messages))
    finally:
        process.terminate()
        process.wait()


async def _load(
    pid: int,
    sounds: Sequence[bytes],
    open_stream: Callable[[int], Awaitable[ClientConnection]],
    messages: Callable[[bytes], list[tuple[float, str | bytes]]],
) -> Load:
    streams = [await open_stream(number) for number in range(len(sounds))]
    readers = [asyncio.create_task(_drain(stream)) for stream in streams]
    before, began = _processor(pid), time.monotonic()
    sent = await asyncio.gather(
        *(_send(stream, messages(sound)) for stream, sound in zip(streams, sounds, strict=True))
    )
    for stream in streams:
        with suppress(ConnectionClosed):
            await stream.send('{"event":"stop"}' if messages is _our_messages else '{"eof" : 1}')
    await asyncio.gather(*readers)
    lag = time.monotonic() - began - max(sent)
    return Load((_processor(pid) - before) / sum(sent), lag)


async def _send(stream: ClientConnection, messages: list[tuple[float, str | bytes]]) -> float:
    """Each message at its moment; how many seconds of sound they were."""
    began, at = time.monotonic(), 0.0
    for seconds, message in messages:
        at += seconds
        await asyncio.sleep(max(0.0, began + at - time.monotonic()))
        await stream.send(message)
    return at


async def _drain(stream: ClientConnection) -> None:
    with suppress(ConnectionClosed):
        async for _ in stream:
            pass


def _our_messages(sound: bytes) -> list[tuple[float, str | bytes]]:
    frames = [sound[at : at + FRAME] for at in range(0, len(sound), FRAME)]
    bodies = ({"payload": base64.b64encode(f).decode(), "timestamp": str(20 * n)} for n, f in enumerate(frames))
    return [(FRAME_SECONDS, json.dumps({"event": "media", "media": body})) for body in bodies]


def _their_messages(sound: bytes) -> list[tuple[float, str | bytes]]:
    chunks = [sound[at : at + CHUNK] for at in range(0, len(sound), CHUNK)]
    return [(len(chunk) / 8000, ulaw_to_pcm(chunk)) for chunk in chunks]


async def _our_stream(port: int, number: int) -> ClientConnection:
    path = f"/media/ST{number}"
    headers = {"X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(BASE + path, {})}
    stream = await connect(f"ws://127.0.0.1:{port}{path}", additional_headers=headers)
    body = {"callSid": f"CA{number:032x}", "tracks": ["inbound"]}
    await stream.send(json.dumps({"event": "start", "streamSid": f"MZ{number:032x}", "start": body}))
    return stream


async def _their_stream(port: int) -> ClientConnection:
    for _ in range(200):
        with suppress(OSError):
            return await connect(f"ws://127.0.0.1:{port}")
        await asyncio.sleep(0.1)
    sys.exit("vosk-server did not start")


def _processor(pid: int) -> float:
    """Processor seconds a process has used, all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _serve(streams: int) -> None:
    with tempfile.TemporaryDirectory(prefix="cw") as home:
        settings = load_settings({"CALLWRIGHT_HOME": home, "MEDIA_BASE_URL": BASE, "TWILIO_AUTH_TOKEN": TOKEN})
        engine, clock, tokens = load_engine(find_model(load_settings(), "en-US")), SystemClock(), MemoryTokens()
        db = Database(f"sqlite:///{home}/heard.db")
        db.create_all()
        with db.begin() as session:
            for number in range(streams):
                call = Call(id=f"CW{number}", carrier_sid=f"CA{number:032x}", direction="inbound", status="completed")
                call.started_at = clock.now()
                session.add(call)
        for number in range(streams):
            tokens.keep(f"ST{number}", StreamGrant(f"CW{number}", f"CA{number:032x}", "caller"))

        class _One:
            def for_language(self, language: str):  # type: ignore[no-untyped-def]  # noqa: ANN202, ARG002
                return engine

        server = MediaServer(MediaDeps(settings, db, clock, MemoryLive(clock), tokens, _One()))
        sockets = await server.start("127.0.0.1", 0)
        print(next(iter(sockets.sockets)).getsockname()[1], flush=True)
        await server.pump()


if __name__ == "__main__":
    import uvloop

    configure(level="ERROR")
    uvloop.run(_serve(int(sys.argv[1])))
