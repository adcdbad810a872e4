"""Streams of live calls: <Start>, <Stop>, <Connect> and REST; a bad socket is the app's trouble, never the caller's."""

import asyncio

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator

from exchange.clock import RealClock
from exchange.lines.inside import call
from exchange.media_streams import Streams
from exchange.rehearsal import APP, ME, NUMBER
from exchange.stream_socket import StreamSocket
from exchange.streams import Messages, Outbox
from exchange.twins import sound_as_words

PAUSE = "<Pause length='30'/>"


def start(url, more="", after=PAUSE):
    stream = f'<Start><Stream name="ears" url="{url}" statusCallback="/told" {more}/></Start>'
    return f"<Response>{stream}{after}</Response>"


def connect(url):
    return (
        f'<Response><Connect><Stream url="{url}"><Parameter name="who" value="bot"/></Stream></Connect>{{}}</Response>'
    )


def told(rig):
    return [(one.params["StreamEvent"], one.params.get("StreamError", "")) for one in rig.app.at("/told")]


async def on_line(rig, document):
    rig.app.routes |= {"/voice": document, "/told": ""}
    caller = call(rig.exchange, to=NUMBER, from_=ME, listens=True)
    await caller.meets("answered")
    return caller


@pytest.mark.parametrize(
    ("more", "tracks"),
    [
        ("", ["inbound"]),
        ('track="outbound_track"', ["outbound"]),
        ('track="both_tracks"', ["inbound", "outbound"]),
    ],
)
def test_a_stream_carries_the_tracks_it_was_asked_for(on_rig, media_app, more, tracks):
    """Twilio: inbound_track is "the audio Twilio receives from the call" and the default; the upgrade is signed."""

    async def scenario(rig):
        async with media_app() as media:
            caller = await on_line(rig, start(media.url, more))
            await caller.says("testing")
            await rig.settle(0.1)
            caller.hangs_up()
            await rig.settle()
        return media, rig

    media, rig = on_rig({}, scenario)
    assert media.of("start")[0]["start"]["tracks"] == tracks
    assert {one["media"]["track"] for one in media.of("media")} == set(tracks)
    assert sound_as_words(media.sound()) == ("testing" if "inbound" in tracks else "")
    assert RequestValidator("12345").validate(media.url, {}, media.signature)
    assert told(rig) == [("stream-started", ""), ("stream-stopped", "")]
    callback = rig.app.at("/told")[0].params
    assert (callback["StreamName"], callback["StreamSid"]) == ("ears", media.of("start")[0]["streamSid"])
    assert callback.keys() == {"AccountSid", "CallSid", "StreamSid", "StreamName", "StreamEvent", "Timestamp"}


def test_stop_ends_the_stream_of_that_name_and_the_call_goes_on(on_rig, media_app):
    """<Stop><Stream name/>; the last message is `stop`."""

    async def scenario(rig):
        async with media_app() as media:
            after = f"<Pause length='2'/><Stop><Stream name='ears'/></Stop><Say>unheard</Say>{PAUSE}"
            caller = await on_line(rig, start(media.url, 'track="both_tracks"', after))
            await caller.hears("unheard")
            await rig.settle(5)
            return media, caller.status

    media, status = on_rig({}, scenario)
    assert media.messages[-1]["event"] == "stop"
    assert 98 <= len(media.of("media")) / 2 <= 101
    assert (sound_as_words(media.sound("outbound")), status) == ("", "")


@pytest.mark.parametrize("trouble", ["refused", "nobody there", "no address"])
def test_a_socket_that_cannot_be_opened_is_told_and_the_call_goes_on(on_rig, media_app, trouble):
    """Twilio: stream-error with StreamError; the call notices nothing."""

    async def scenario(rig):
        async with media_app(refuses=403) as media:
            url = {"refused": media.url, "nobody there": "ws://127.0.0.1:9/", "no address": "ws:///"}[trouble]
            caller = await on_line(rig, start(url, after=f"<Say>all is well</Say>{PAUSE}"))
            await caller.hears("all is well")
            await rig.settle(20)
        return told(rig), caller.status, rig.exchange.log.entries(code=31920)

    events, status, entries = on_rig({}, scenario)
    assert ([event for event, _ in events], status, len(entries)) == (["stream-error"], "", 1)
    assert events[0][1]


def test_a_socket_the_app_closes_ends_the_stream_alone(on_rig, media_app):
    """The app may close: stream-stopped, and the call goes on."""

    async def scenario(rig):
        async with media_app(closes_after=20) as media:
            caller = await on_line(rig, start(media.url))
            await rig.settle(5)
            live = rig.exchange.part(Streams).live(rig.exchange.leg(caller.sid))
        return told(rig), live, caller.status

    events, live, status = on_rig({}, scenario)
    assert ([event for event, _ in events], live, status) == (["stream-started", "stream-stopped"], [], "")


def test_the_app_talks_with_the_caller(on_rig, media_app):
    """<Connect><Stream>: sound both ways, keys and marks; when the app closes the socket the document goes on."""

    def parrot(message):
        stream = message.get("streamSid")
        if message["event"] == "media":
            yield {"event": "media", "streamSid": stream, "media": {"payload": message["media"]["payload"]}}
        elif message["event"] == "dtmf":
            yield {"event": "mark", "streamSid": stream, "mark": {"name": "pressed"}}

    async def scenario(rig):
        async with media_app(answer=parrot) as media:
            caller = await on_line(rig, connect(media.url).format("<Say>goodbye</Say>"))
            await caller.says("polly wants a cracker")
            await rig.settle(1)
            await caller.presses("5")
            await rig.settle(1)
            heard = sound_as_words(bytes(caller._handset.sound_heard))
            await media.runner.cleanup()
            await caller.hears("goodbye")
        return media, heard

    media, heard = on_rig({}, scenario)
    assert heard == "polly wants a cracker"
    assert media.of("start")[0]["start"]["tracks"] == ["inbound"]
    assert media.of("start")[0]["start"]["customParameters"] == {"who": "bot"}
    assert media.of("dtmf")[0]["dtmf"] == {"track": "inbound_track", "digit": "5"}
    assert media.of("mark")[0]["mark"] == {"name": "pressed"}


def test_clear_silences_what_was_not_heard_yet(on_rig, media_app):
    """Twilio: clear empties the buffer; the pending mark comes back at once."""
    spoken = []

    def talker(message):
        stream = message.get("streamSid")
        if message["event"] == "start":
            yield {"event": "media", "streamSid": stream, "media": {"payload": "AAAA" * 40_000}}  # fifteen seconds
            yield {"event": "mark", "streamSid": stream, "mark": {"name": "end"}}
        elif message["event"] == "dtmf":
            spoken.append("clear")
            yield {"event": "clear", "streamSid": stream}

    async def scenario(rig):
        async with media_app(answer=talker) as media:
            caller = await on_line(rig, connect(media.url).format(""))
            await rig.settle(2)
            await caller.presses("#")
            await rig.settle(0.5)
            caller._handset.sound_heard.clear()
            await rig.settle(3)
            return media, bytes(caller._handset.sound_heard)

    media, after = on_rig({}, scenario)
    assert set(after) == {0xFF}
    assert [one["mark"]["name"] for one in media.of("mark")] == ["end"]


def test_nonsense_from_the_app_is_logged_and_heard_by_nobody(on_rig, media_app):
    """Twilio's 31951: Stream - Protocol - Invalid Message; the stream goes on."""

    def nonsense(message):
        if message["event"] == "start":
            yield {"event": "sing", "streamSid": message["streamSid"]}

    async def scenario(rig):
        async with media_app(answer=nonsense) as media:
            caller = await on_line(rig, connect(media.url).format(""))
            await rig.settle(2)
            return rig.exchange.log.entries(code=31951), caller.status, len(media.of("media"))

    entries, status, frames = on_rig({}, scenario)
    assert (len(entries), status) == (1, "")
    assert frames > 50


def test_streams_are_begun_and_stopped_by_rest(on_rig, media_app):
    """Twilio's Streams subresource: Url, Name, Track, Parameter1.Name …; stopped by SID or name."""

    async def scenario(rig):
        async with media_app() as media:
            caller = await on_line(rig, f"<Response>{PAUSE}</Response>")
            made = await rig.rest(
                lambda twilio: twilio.calls(caller.sid).streams.create(
                    url=media.url,
                    name="ears",
                    track="both_tracks",
                    parameter1_name="token",
                    parameter1_value="t1",
                    status_callback=f"{APP}/told",
                )
            )
            await rig.settle(1)
            stopped = await rig.rest(lambda twilio: twilio.calls(caller.sid).streams("ears").update(status="stopped"))
            await rig.settle(1)
            with pytest.raises(TwilioRestException) as gone:
                await rig.rest(lambda twilio: twilio.calls(caller.sid).streams("nose").update(status="stopped"))
        return made, stopped, media, told(rig), gone.value.code

    made, stopped, media, events, code = on_rig({}, scenario)
    assert (made.status, stopped.status, stopped.sid) == ("in-progress", "stopped", made.sid)
    assert media.of("start")[0]["start"]["customParameters"] == {"token": "t1"}
    assert ([event for event, _ in events], code) == (["stream-started", "stream-stopped"], 20404)


def test_a_socket_that_takes_nothing_costs_sound_and_no_time(media_app):
    """A dead socket: what does not fit is dropped, oldest first, and counted; putting never waits; memory stays."""

    async def scenario():
        async with media_app(reads=False) as media:
            messages = Messages("AC1", "CA1", "MZ1")
            socket = StreamSocket(media.url, "12345", messages, Outbox(), RealClock())
            running = asyncio.create_task(socket.run())
            await socket.opened.wait()
            frame = b"\x00" * 1600
            for tick in range(20_000):
                socket.send(messages.media("inbound", frame, elapsed_ms=20 * tick), droppable=True)
                if tick % 10 == 0:
                    await asyncio.sleep(0)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            return socket.outbox

    outbox = asyncio.run(scenario())
    assert outbox.dropped > 1000
    assert len(outbox) <= outbox.limit


def test_a_call_has_at_most_four_one_way_tracks(on_rig, media_app):
    """Twilio's limit of 4 tracks a call; the fifth is refused and the call goes on."""

    async def scenario(rig):
        async with media_app() as media:
            streams = f'<Stream url="{media.url}" track="both_tracks"/>' * 3
            caller = await on_line(rig, f"<Response><Start>{streams}</Start>{PAUSE}</Response>")
            await rig.settle(1)
            live = rig.exchange.part(Streams).live(rig.exchange.leg(caller.sid))
            return len(live), len(rig.exchange.log.entries(code=31940)), caller.status

    assert on_rig({}, scenario) == (2, 1, "")
