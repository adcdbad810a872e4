"""Sound over a socket into the media process, and the words out of the database: for the benchmark of hearing."""

import asyncio
import base64
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from twilio.request_validator import RequestValidator
from websockets.asyncio.client import connect

from foundation.calls import Call
from foundation.clock import SystemClock
from foundation.db import Database
from foundation.live import MemoryLive
from foundation.logs import configure
from foundation.settings import load_settings
from ivr.media import MediaDeps, MediaServer
from ivr.tokens import MemoryTokens, StreamGrant
from transcription.recognizer import Engine
from transcription.store import transcript

FRAME = 160
TOKEN = "benchmark-token"  # noqa: S105 - opens nothing
BASE = "wss://media.example.com"


class OneEngine:
    """The engine for every language."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def for_language(self, language: str) -> Engine:  # noqa: ARG002 - the port's parameter
        """The engine."""
        return self._engine


def through_the_socket(engine: Engine, sounds: Sequence[bytes]) -> list[str]:
    """What stands in the database after each sound was a call of its own."""
    configure(level="ERROR")
    with tempfile.TemporaryDirectory(prefix="cw") as home:
        env = {"CALLWRIGHT_HOME": str(Path(home)), "MEDIA_BASE_URL": BASE, "TWILIO_AUTH_TOKEN": TOKEN}
        settings, clock, tokens = load_settings(env), SystemClock(), MemoryTokens()
        db = Database(f"sqlite:///{home}/heard.db")
        db.create_all()
        with db.begin() as session:
            for number in range(len(sounds)):
                call = Call(id=f"CW{number}", carrier_sid=f"CA{number:032x}", direction="inbound", status="completed")
                call.started_at = clock.now()
                session.add(call)
                tokens.keep(f"ST{number}", StreamGrant(call.id, f"CA{number:032x}", "caller"))
        deps = MediaDeps(settings, db, clock, MemoryLive(clock), tokens, OneEngine(engine))
        asyncio.run(_speak(deps, sounds))
        with db.begin() as session:
            texts = [" ".join(one.text for one in transcript(session, f"CW{n}")) for n in range(len(sounds))]
        db.dispose()
    return texts


async def _speak(deps: MediaDeps, sounds: Sequence[bytes]) -> None:
    server = MediaServer(deps)
    sockets = await server.start("127.0.0.1", 0)
    port = next(iter(sockets.sockets)).getsockname()[1]
    for number, sound in enumerate(sounds):
        path = f"/media/ST{number}"
        headers = {"X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(BASE + path, {})}
        async with connect(f"ws://127.0.0.1:{port}{path}", additional_headers=headers) as socket:
            for message in _messages(number, sound):
                await socket.send(message)
            await socket.wait_closed()
    sockets.close()
    await sockets.wait_closed()


def _messages(number: int, sound: bytes) -> list[str]:
    stream = f"MZ{number:032x}"
    body = {"callSid": f"CA{number:032x}", "tracks": ["inbound"]}
    frames = [
        {"payload": base64.b64encode(sound[at : at + FRAME]).decode(), "timestamp": str(at // 8), "track": "inbound"}
        for at in range(0, len(sound), FRAME)
    ]
    messages = [{"event": "start", "streamSid": stream, "start": body}]
    messages += [{"event": "media", "media": frame} for frame in frames]
    return [json.dumps(message) for message in [*messages, {"event": "stop"}]]
