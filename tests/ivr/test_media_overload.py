"""Overload and bad weather at the media process: sound is lost and counted, the call and the others notice nothing."""

import asyncio
import json
import threading
from dataclasses import replace

import pytest
from websockets.exceptions import ConnectionClosed

from foundation.calls import Call
from ivr.listener import MAX_FRAMES
from ivr.media import MediaDeps
from tests.ivr.test_media import CALL_SID, GRANT, STOP, STREAM, OneEngine, serving, sound, start
from transcription.scripted import Line, ScriptedEngine
from transcription.store import transcript

SECOND = "MZ" + "8" * 32


@pytest.fixture
def media(deps):
    with deps.db.begin() as session:
        session.add(
            Call(id="CW1", carrier_sid=CALL_SID, direction="inbound", status="in-progress", started_at=deps.clock.now())
        )
    engines = OneEngine(ScriptedEngine([Line("where is my money", 0.2, 1.0)], [Line("are you there", 0.2, 0.8)]))
    return MediaDeps(deps.settings, deps.db, deps.clock, deps.live, deps.tokens, engines)


class SlowEngine(ScriptedEngine):
    """A recogniser that hears nothing until it is let go: a machine with far too many calls."""

    def __init__(self):
        super().__init__()
        self.go = threading.Event()
        self.busy = threading.Event()

    def listen(self, **how):
        self.busy.set()
        assert self.go.wait(30)
        return super().listen(**how)


async def until(condition):
    """Wait for something that the other side of a socket brings about."""
    for _ in range(2000):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never came to that")


@pytest.mark.promise(40)
def test_a_recogniser_that_stands_still_costs_sound_and_never_the_call(media):
    """Twice what fits is sent: no send waits, the rest is dropped and counted, the gauge alarms, memory is bounded."""
    media.tokens.keep("STgood", GRANT)
    engine = SlowEngine()
    slow = replace(media, engines=OneEngine(engine))

    async def scenario():
        async with serving(slow) as (server, call, _), call("/media/STgood") as socket:
            pump = asyncio.create_task(server.pump())
            await socket.send(start())
            for number in range(60):
                await socket.send(sound(number))
            await asyncio.to_thread(engine.busy.wait, 30)
            already = server.gauges.frames
            for number in range(already, already + 2 * MAX_FRAMES):
                await socket.send(sound(number))
            await until(lambda: server.gauges.frames == already + 2 * MAX_FRAMES)
            (listener,) = server._listeners
            assert len(listener._waiting) == MAX_FRAMES
            assert server.gauges.dropped_frames == listener.dropped >= MAX_FRAMES
            media.clock.advance(5)
            await until(lambda: server.gauges.as_json()["behind"])
            engine.go.set()
            await until(lambda: server.gauges.lag_seconds == 0 and not listener.waits)
            assert server.gauges.as_json()["behind"] is False
            pump.cancel()
            await socket.send(STOP)
            await socket.wait_closed()

    asyncio.run(scenario())
    behind = [item for item in media.live.read({"call:CW1": "0"}) if item.kind == "behind"]
    assert behind[0].data["seconds"] >= 5
    assert behind[-1].data["dropped"] >= MAX_FRAMES


@pytest.mark.promise(40)
def test_one_stream_that_is_stuck_does_not_hold_up_another(media):
    """The threads are several, and a stream has one at a time."""
    engine, quick = SlowEngine(), ScriptedEngine([Line("are you there", 0.2, 0.8)])
    media.tokens.keep("STstuck", replace(GRANT, language="de-DE"))
    media.tokens.keep("STgood", replace(GRANT, speaker="agent"))

    class Two:
        def for_language(self, language):
            return engine if language == "de-DE" else quick

    async def scenario():
        async with serving(replace(media, engines=Two())) as (server, call, _):
            pump = asyncio.create_task(server.pump())
            async with call("/media/STstuck") as stuck, call("/media/STgood") as good:
                for socket in (stuck, good):
                    await socket.send(start())
                    for number in range(59):
                        await socket.send(sound(number))
                await asyncio.to_thread(engine.busy.wait, 30)
                await good.send(STOP)
                await good.wait_closed()
                engine.go.set()
                await stuck.send(STOP)
                await stuck.wait_closed()
            pump.cancel()

    asyncio.run(scenario())
    with media.db.begin() as session:
        assert [(one.speaker, one.text) for one in transcript(session, "CW1")] == [("agent", "are you there")]


def test_a_stream_that_dies_and_comes_back_goes_on_in_the_same_transcript(media):
    """The carrier's connection breaks in the middle of a sentence: what was said is kept, the next stream goes on."""
    media.tokens.keep("STfirst", replace(GRANT, since=media.clock.now().isoformat()))
    media.tokens.keep("STsecond", replace(GRANT, since=media.clock.now().isoformat()))

    async def scenario():
        async with serving(media) as (server, call, _):
            first = await call("/media/STfirst")
            await first.send(start())
            for number in range(45):
                await first.send(sound(number))
            await until(lambda: server.gauges.frames == 45)
            first.transport.abort()
            await until(lambda: server.gauges.streams == 0)
            media.clock.advance(10)
            async with call("/media/STsecond") as second:
                await second.send(start().replace(STREAM, SECOND))
                for number in range(55):
                    await second.send(sound(number))
                await second.send(STOP)
                await second.wait_closed()

    asyncio.run(scenario())
    with media.db.begin() as session:
        segments = transcript(session, "CW1")
    assert [(one.leg, one.text) for one in segments] == [(STREAM, "where is my"), (SECOND, "are you there")]
    assert segments[0].end_ms <= 1000
    assert segments[1].start_ms >= 10_000


@pytest.mark.promise(39)
@pytest.mark.parametrize(
    "rubbish",
    [
        b"\x00\xff\xfe binary",
        "[" * 5000,
        "{}",
        '{"event":"media"}',
        '{"event":"media","media":{"payload":"%%%"}}',
        '{"event":"media","media":{"payload":12}}',
        '{"event":"media","media":{"payload":"","timestamp":"-1"}}',
        '{"event":"media","media":{"payload":"fw==","timestamp":"9999999999999999999"}}',
        '{"event":"launch"}',
        start("CA" + "9" * 32),
        json.dumps({"event": "mark", "mark": {"name": "x" * 60_000}}),
    ],
    ids=[
        "binary",
        "deep",
        "empty",
        "no sound",
        "no base64",
        "a number",
        "before",
        "beyond",
        "unknown",
        "again",
        "large",
    ],
)
def test_rubbish_between_the_frames_costs_no_word(media, rubbish):
    """Whatever a peer sends: the words around it are heard, and nothing falls over."""
    media.tokens.keep("STgood", GRANT)

    async def scenario():
        async with serving(media) as (_, call, _), call("/media/STgood") as socket:
            await socket.send(start())
            for number in range(55):
                await socket.send(sound(number))
                if number % 20 == 10:
                    await socket.send(rubbish)
            await socket.send(STOP)
            await socket.wait_closed()

    asyncio.run(scenario())
    with media.db.begin() as session:
        assert [one.text for one in transcript(session, "CW1")] == ["where is my money"]


@pytest.mark.promise(39)
def test_a_message_too_large_closes_the_stream_and_keeps_what_was_said(media):
    """64 kB hold eight seconds of sound in one message: more is no carrier."""
    media.tokens.keep("STgood", GRANT)

    async def scenario():
        async with serving(media) as (_, call, _), call("/media/STgood") as socket:
            await socket.send(start())
            for number in range(55):
                await socket.send(sound(number))
            await socket.send("x" * 100_000)
            with pytest.raises(ConnectionClosed) as closed:
                await socket.recv()
            assert closed.value.rcvd.code == 1009

    asyncio.run(scenario())
    with media.db.begin() as session:
        assert [one.text for one in transcript(session, "CW1")] == ["where is my money"]


def test_doubled_and_shuffled_frames_say_nothing_twice(media):
    """A carrier that sends each frame again, and some late: the words are those of the frames in order."""
    media.tokens.keep("STgood", GRANT)
    order = [number for first in range(0, 55, 5) for number in (*range(first, first + 5), first, first + 2)]

    async def scenario():
        async with serving(media) as (_, call, _), call("/media/STgood") as socket:
            await socket.send(start())
            for number in order:
                await socket.send(sound(number))
            await socket.send(STOP)
            await socket.wait_closed()

    asyncio.run(scenario())
    with media.db.begin() as session:
        assert [one.text for one in transcript(session, "CW1")] == ["where is my money"]
