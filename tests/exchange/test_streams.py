"""Media streams: the messages are Twilio's to the letter, and a slow socket costs sound, never time."""

import base64
import json
import os
from pathlib import Path

import jsonschema
import pytest
import yaml

from exchange.mixer import tone
from exchange.sound import SILENCE
from exchange.streams import InvalidMessage, Messages, Outbox, Playback, Track

DATA = Path(os.environ.get("CALLWRIGHT_DATA", Path(__file__).parents[3] / "shared" / "data"))
SOUND = tone(440, milliseconds=20)


def messages():
    return Messages(account_sid="AC1", call_sid="CA1", stream_sid="MZ1")


def b64(sound):
    return base64.b64encode(sound).decode()


def app_says(event, **body):
    return json.dumps({"event": event, "streamSid": "MZ1", **body})


def test_a_stream_reads_as_documented():
    """Twilio's documented messages: numbers are strings, one sequence for all, one chunk count a track."""
    make = messages()
    said = [
        make.connected(),
        make.start(Track.BOTH.names, {"token": "x"}),
        make.media("inbound", SOUND, elapsed_ms=0),
        make.media("outbound", SILENCE, elapsed_ms=0),
        make.media("inbound", SOUND, elapsed_ms=20),
        make.stop(),
    ]
    connected, start, first, other, second, stop = map(json.loads, said)
    assert connected == {"event": "connected", "protocol": "Call", "version": "1.0.0"}
    assert start == {
        "event": "start",
        "sequenceNumber": "1",
        "streamSid": "MZ1",
        "start": {
            "accountSid": "AC1",
            "callSid": "CA1",
            "streamSid": "MZ1",
            "tracks": ["inbound", "outbound"],
            "customParameters": {"token": "x"},
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        },
    }
    assert first["media"] == {"track": "inbound", "chunk": "1", "timestamp": "0", "payload": b64(SOUND)}
    assert (other["sequenceNumber"], other["media"]["chunk"]) == ("3", "1")
    assert (second["sequenceNumber"], second["media"]["chunk"], second["media"]["timestamp"]) == ("4", "2", "20")
    assert stop["stop"] == {"accountSid": "AC1", "callSid": "CA1"}


@pytest.mark.data
def test_every_message_we_send_keeps_the_published_schema():
    """The AsyncAPI document of Twilio's WebSocket is the contract."""
    document = DATA / "twilio-asyncapi.yml"
    if not document.exists():
        pytest.skip("not shown: twilio-asyncapi.yml is not here (set CALLWRIGHT_DATA)")
    schemas = yaml.safe_load(document.read_text())["components"]["schemas"]
    make = messages()
    for name, text in [
        ("MediaConnected", make.connected()),
        ("MediaStart", make.start(("inbound",), {"a": "b"})),
        ("MediaMedia", make.media("inbound", SOUND, elapsed_ms=40)),
        ("MediaDtmf", make.dtmf("5")),
        ("MediaMark", make.mark("greeting")),
        ("MediaStop", make.stop()),
    ]:
        jsonschema.validate(json.loads(text), schemas[name])


def test_a_full_outbox_drops_the_oldest_sound_and_counts_it():
    """Never wait for a socket: sound is lost first and in order, start and stop never."""
    outbox = Outbox(limit=3)
    outbox.put("start")
    for n in range(4):
        outbox.put(f"sound {n}", droppable=True)
    outbox.put("stop")
    taken = []
    while (text := outbox.take()) is not None:
        taken.append(text)
    assert taken == ["start", "sound 3", "stop"]
    assert outbox.dropped == 3


def test_sound_from_the_app_is_cut_into_frames():
    """Twilio takes a payload of any length and plays 20 ms at a time; what is left over ends in silence."""
    playback = Playback("MZ1")
    playback.receive(app_says("media", media={"payload": b64(SOUND + SOUND[:10])}))
    assert playback.next_frame() == (SOUND, ())
    assert playback.next_frame() == (SOUND[:10] + SILENCE[10:], ())
    assert playback.next_frame() == (None, ())


def test_a_mark_comes_back_when_the_sound_before_it_was_played():
    """Twilio: the mark is sent back "when that media message's playback is complete"."""
    playback = Playback("MZ1")
    playback.receive(app_says("media", media={"payload": b64(SOUND * 2)}))
    assert playback.receive(app_says("mark", mark={"name": "end"})) == ()
    assert playback.next_frame() == (SOUND, ())
    assert playback.next_frame() == (SOUND, ("end",))


def test_a_mark_with_nothing_before_it_comes_back_at_once():
    """Nothing is waiting to be played, so it has been."""
    assert Playback("MZ1").receive(app_says("mark", mark={"name": "now"})) == ("now",)


def test_clear_empties_the_buffer_and_sends_the_marks_back():
    """Twilio: clear "interrupts"; pending marks come back though their sound was not played."""
    playback = Playback("MZ1")
    playback.receive(app_says("media", media={"payload": b64(SOUND * 50)}))
    playback.receive(app_says("mark", mark={"name": "a"}))
    playback.receive(app_says("mark", mark={"name": "b"}))
    assert playback.receive(app_says("clear")) == ("a", "b")
    assert playback.next_frame() == (None, ())


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "[]",
        json.dumps({"event": "clear", "streamSid": "MZ2"}),
        app_says("dance"),
        app_says("media", media={"payload": "***"}),
        app_says("media", media={}),
        app_says("mark", mark={"name": 5}),
        b"\xff\xfe",
    ],
    ids=["no json", "no object", "another stream", "unknown", "no base64", "no payload", "no name", "binary"],
)
def test_anything_else_is_refused_and_plays_nothing(text):
    """Twilio's 31951: an invalid message; the call must not feel it."""
    playback = Playback("MZ1")
    with pytest.raises(InvalidMessage):
        playback.receive(text)
    assert playback.next_frame() == (None, ())
