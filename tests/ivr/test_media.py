"""The media process on a real socket: who is let in, and what becomes of what is said."""

import asyncio
import base64
import json
from contextlib import asynccontextmanager
from dataclasses import replace

import numpy as np
import pytest
from twilio.request_validator import RequestValidator
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from foundation.calls import Call
from foundation.redis import Keys
from foundation.redis import connect as connect_redis
from ivr.engines import NoEngines
from ivr.listener import MAX_FRAMES, Ear, Frame, Listener, newest
from ivr.media import MediaDeps, MediaServer
from ivr.tokens import RedisTokens, StreamGrant
from transcription.recognizer import Engine
from transcription.scripted import Line, ScriptedEngine
from transcription.store import transcript
from transcription.stream import Final, Partial

BASE = "wss://media.example.com"
TOKEN = "12345"
CALL_SID, STREAM = "CA" + "7" * 32, "MZ" + "7" * 32
GRANT = StreamGrant("CW1", CALL_SID, "caller")
LOUD = np.random.default_rng(1).integers(0, 256, 160 * 60, dtype=np.uint8).tobytes()
"""Noise, which the gate takes for a voice; a frame of it that is repeated would be a note, and music."""


class OneEngine:
    """Gives the same engine for every language."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def for_language(self, language):
        return self._engine


@pytest.fixture
def media(deps):
    with deps.db.begin() as session:
        session.add(
            Call(id="CW1", carrier_sid=CALL_SID, direction="inbound", status="in-progress", started_at=deps.clock.now())
        )
    engines = OneEngine(ScriptedEngine([Line("where is my money", 0.2, 1.0)]))
    return MediaDeps(deps.settings, deps.db, deps.clock, deps.live, deps.tokens, engines)


@asynccontextmanager
async def serving(media):
    """A server on a port of its own, and the function that connects to it as the carrier does."""
    server = MediaServer(media)
    sockets = await server.start("127.0.0.1", 0)
    port = next(iter(sockets.sockets)).getsockname()[1]

    def call(path, *, signed_as=None, secret=TOKEN):
        signature = RequestValidator(secret).compute_signature(BASE + (signed_as or path), {})
        headers = {"X-Twilio-Signature": signature} if secret else {}
        return connect(f"ws://127.0.0.1:{port}{path}", additional_headers=headers)

    try:
        yield server, call, port
    finally:
        sockets.close()
        await sockets.wait_closed()


def start(call_sid=CALL_SID):
    body = {"accountSid": "AC1", "callSid": call_sid, "streamSid": STREAM, "tracks": ["inbound"]}
    return json.dumps({"event": "start", "sequenceNumber": "1", "streamSid": STREAM, "start": body})


def sound(number, payload=None):
    payload = LOUD[number % 60 * 160 :][:160] if payload is None else payload
    body = {
        "track": "inbound",
        "chunk": str(number + 1),
        "timestamp": str(number * 20),
        "payload": base64.b64encode(payload).decode(),
    }
    return json.dumps({"event": "media", "sequenceNumber": str(number + 2), "streamSid": STREAM, "media": body})


CONNECTED = json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"})
STOP = json.dumps({"event": "stop", "stop": {"accountSid": "AC1", "callSid": CALL_SID}})


async def closed_with(socket):
    """The code with which the other side closes, before it has sent anything."""
    with pytest.raises(ConnectionClosed) as caught:
        await socket.recv()
    return caught.value.rcvd.code


@pytest.mark.promise(4)
@pytest.mark.parametrize(
    ("path", "secret"),
    [
        ("/media/", TOKEN),
        ("/media/STunknown", TOKEN),
        ("/elsewhere/STgood", TOKEN),
        ("/media/STgood", ""),
        ("/media/STgood", "another secret"),
    ],
    ids=["no token", "a token nobody gave out", "another path", "no signature", "a forged signature"],
)
def test_a_stranger_is_closed_with_1008_before_any_frame(media, path, secret):
    """The upgrade needs the signature and the token; without either not one frame is read."""
    media.tokens.keep("STgood", GRANT)

    async def scenario():
        async with serving(media) as (server, call, _), call(path, secret=secret) as socket:
            assert await closed_with(socket) == 1008
            assert (server.gauges.refused, server.gauges.accepted, server.gauges.frames) == (1, 0, 0)

    asyncio.run(scenario())
    if secret != TOKEN:
        assert media.tokens.redeem("STgood") == GRANT, "a stranger may not use a token up"


@pytest.mark.promise(4)
def test_a_token_opens_one_stream_once(media):
    media.tokens.keep("STgood", GRANT)

    async def scenario():
        async with serving(media) as (server, call, _):
            async with call("/media/STgood") as socket:
                await socket.send(start())
                await socket.send(STOP)
                await socket.wait_closed()
            async with call("/media/STgood") as again:
                assert await closed_with(again) == 1008
            assert (server.gauges.accepted, server.gauges.refused) == (1, 1)

    asyncio.run(scenario())


@pytest.mark.promise(4)
@pytest.mark.parametrize("first", [start("CA" + "8" * 32), sound(0), "no json"], ids=["other call", "sound", "noise"])
def test_a_token_is_bound_to_its_call(media, first):
    """A token that leaks opens nothing for another call, and nothing is heard before the start is."""
    media.tokens.keep("STgood", GRANT)

    async def scenario():
        async with serving(media) as (server, call, _), call("/media/STgood") as socket:
            await socket.send(first)
            assert await closed_with(socket) == 1008
            assert server.gauges.frames == 0

    asyncio.run(scenario())


@pytest.mark.promise(4)
def test_an_old_token_is_gone_by_itself(redis_client, deps):
    """Tokens live two minutes in Redis, and reading one deletes it in the same command."""
    tokens = RedisTokens(redis_client, Keys("testbank"))
    assert tokens.keep("STgood", GRANT)
    key = Keys("testbank").stream_token("STgood")
    assert 0 < redis_client.ttl(key) <= 120
    assert tokens.redeem("STgood") == GRANT
    assert tokens.redeem("STgood") is None
    assert tokens.keep("STold", GRANT)
    redis_client.pexpire(Keys("testbank").stream_token("STold"), 0)
    assert tokens.redeem("STold") is None
    assert tokens.redeem("no:such*token") is None


def test_a_redis_that_is_down_costs_the_stream_and_not_the_call(settings):
    tokens = RedisTokens(connect_redis(settings), Keys("testbank"))
    assert tokens.keep("STgood", GRANT) is False
    assert tokens.redeem("STgood") is None


def test_words_reach_the_desk_and_the_store_and_the_last_ones_are_not_lost(media):
    """The caller hangs up in the middle of a sentence: what was said until then is a final segment."""
    media.tokens.keep("STgood", replace(GRANT, since=media.clock.now().isoformat()))
    media.clock.advance(5)

    async def scenario():
        async with serving(media) as (_, call, _), call("/media/STgood") as socket:
            for message in (CONNECTED, start(), *(sound(n) for n in range(45)), STOP):
                await socket.send(message)
            await socket.wait_closed()

    asyncio.run(scenario())
    with media.db.begin() as session:
        (segment,) = transcript(session, "CW1")
    assert (segment.text, segment.speaker, segment.leg) == ("where is my", "caller", STREAM)
    assert 5_000 <= segment.start_ms < segment.end_ms <= 6_000, "times count from the beginning of the recording"
    (item,) = [item for item in media.live.read({"call:CW1": "0"}) if item.kind == "final"]
    assert item.data["text"] == "where is my"


def test_partials_are_told_while_the_words_are_spoken(media):
    """The pump hands waiting sound to a thread although the stream goes on."""
    media.tokens.keep("STgood", GRANT)

    async def scenario():
        async with serving(media) as (server, call, _), call("/media/STgood") as socket:
            pump = asyncio.create_task(server.pump())
            for message in (start(), *(sound(n) for n in range(45))):
                await socket.send(message)
            found = await asyncio.to_thread(media.live.read, {"call:CW1": "0"}, block_ms=5000)
            pump.cancel()
        return found

    assert asyncio.run(scenario())[0].kind == "partial"


def test_a_language_nobody_listens_to_is_said_at_the_desk(media):
    media.tokens.keep("STgood", replace(GRANT, language="fi-FI"))

    async def scenario():
        deaf = replace(media, engines=NoEngines())
        async with serving(deaf) as (server, call, _), call("/media/STgood") as socket:
            for message in (start(), sound(0), STOP):
                await socket.send(message)
            await socket.wait_closed()
            assert server.gauges.frames == 1

    asyncio.run(scenario())
    (item,) = media.live.read({"call:CW1": "0"})
    assert (item.kind, item.data["language"]) == ("unheard", "fi-FI")


def test_a_recogniser_too_slow_loses_the_oldest_sound_and_counts_it(media):
    """Bounded memory: twenty seconds wait at most, and what is lost is the oldest."""
    listener = Listener(GRANT, STREAM, ScriptedEngine([]), Ear(media.db, media.live, media.clock), start_ms=0)
    kept = [listener.take(Frame(LOUD, number * 20, float(number))) for number in range(MAX_FRAMES + 3)]
    assert kept.count(False) == listener.dropped == 3
    assert listener.lag(now=10.0) == 7.0
    frames = listener.batch()
    assert (len(frames), frames[0].timestamp_ms) == (MAX_FRAMES, 60)
    assert listener.lag(now=10.0) == 7.0, "in the hands of a thread it is not heard yet"
    listener.hear(frames)
    assert listener.lag(now=10.0) == 0.0


def test_a_recogniser_that_fails_costs_words_and_not_the_stream(media):
    class Broken(ScriptedEngine):
        def listen(self, **_):
            raise RuntimeError

    media.tokens.keep("STgood", GRANT)

    async def scenario():
        broken = replace(media, engines=OneEngine(Broken()))
        async with serving(broken) as (server, call, _), call("/media/STgood") as socket:
            for message in (start(), *(sound(n) for n in range(30)), STOP):
                await socket.send(message)
            await socket.wait_closed()
            assert server.gauges.frames == 30

    asyncio.run(scenario())


def test_a_socket_that_sends_no_stream_is_closed(media):
    media.tokens.keep("STgood", GRANT)

    async def scenario():
        async with serving(media) as (server, call, _), call("/media/STgood") as socket:
            await socket.send(start())
            for _ in range(60):
                await socket.send(b'{"event": "media"')
            assert await closed_with(socket) == 1008
            assert server.gauges.bad_messages == 51

    asyncio.run(scenario())


def test_the_health_page_tells_how_far_recognition_lags(media):
    async def scenario():
        async with serving(media) as (_, _, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /health HTTP/1.1\r\nHost: media\r\nConnection: close\r\n\r\n")
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()
        return json.loads(answer.partition(b"\r\n\r\n")[2])

    assert asyncio.run(scenario()) == {
        "streams": 0,
        "accepted": 0,
        "refused": 0,
        "frames": 0,
        "bad_messages": 0,
        "dropped_frames": 0,
        "lag_seconds": 0.0,
        "behind": False,
    }


def test_of_several_partials_in_a_batch_only_the_last_is_told():
    final = Final(0, "a b", 0, 10, (), 1.0)
    news = [Partial(0, "a", 0, 5), final, Partial(1, "c", 20, 25), Partial(1, "c d", 20, 30)]
    assert newest([Partial(0, "a", 0, 5), Partial(0, "a b", 0, 9)]) == [Partial(0, "a b", 0, 9)]
    assert newest(news) == [news[0], final, news[3]]
