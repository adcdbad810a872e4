"""Conferences with real legs: caller and client agent hear each other, are streamed, recorded and told of."""

import io
import wave

import numpy as np
from twilio.request_validator import RequestValidator

from exchange.calls import Outgoing
from exchange.lines.inside import ScriptedPhone, call
from exchange.mixer import encode
from exchange.recorder import Recorder
from exchange.rehearsal import APP, ME, NUMBER, rehearse
from exchange.twiml.verb import Ask
from exchange.twins import sound_as_words

CALLER_IN = """<Response>
  <Start>
    <Recording channels="dual" recordingStatusCallback="/recorded"
      recordingStatusCallbackEvent="in-progress completed"/>
    <Stream url="{socket}" track="both_tracks"><Parameter name="token" value="t1"/></Stream>
  </Start>
  <Dial action="/over"><Conference endConferenceOnExit="true" beep="false" statusCallback="/conference"
    statusCallbackEvent="start end join leave" waitUrl="">room</Conference></Dial></Response>"""
AGENT_IN = '<Response><Dial><Conference beep="false" waitUrl="">room</Conference></Dial></Response>'


def channels(wav):
    with wave.open(io.BytesIO(wav)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, file.getnchannels())


def test_caller_and_agent_talk_in_a_conference_streamed_and_recorded(media_app):
    """The heart of issue 2: both directions of sound, both tracks on the socket, both channels in the file, exactly."""
    media = media_app()

    async def scenario(exchange, app):
        async with media:
            app.routes |= {"/voice": CALLER_IN.format(socket=media.url), "/over": "<Response/>", "/agent": AGENT_IN}
            ada = ScriptedPhone(exchange, "client:ada", listens=True)
            caller = call(exchange, to=NUMBER, from_=ME, listens=True)
            await caller.meets("conference")
            exchange.dial(Outgoing(to="client:ada", from_=NUMBER, source=Ask(url=f"{APP}/agent")))
            agent = await ada.rings()
            agent.accepts()
            await agent.meets("conference")
            await caller.says("my balance please")
            await agent.says("one hundred dollars")
            await caller.silence(0.5)
            caller.hangs_up()
            await agent.ended()
            await exchange.clock.sleep(1)
        return caller, agent, exchange.part(Recorder).library, app

    caller, agent, library, app = rehearse({}, scenario)
    assert sound_as_words(bytes(agent._handset.sound_heard)) == "my balance please"
    assert sound_as_words(bytes(caller._handset.sound_heard)) == "one hundred dollars"
    _both_tracks_were_streamed(media)
    _both_channels_were_recorded(library, app)


def _both_tracks_were_streamed(media):
    """Every 20 ms of both tracks, in order, with what each party said; the upgrade was signed over the ws URL."""
    assert RequestValidator("12345").validate(media.url, {}, media.signature)
    kinds = [message["event"] for message in media.messages]
    assert kinds[:2] == ["connected", "start"]
    assert (kinds[-1], set(kinds[2:-1])) == ("stop", {"media"})
    assert media.messages[1]["start"]["customParameters"] == {"token": "t1"}
    assert [int(one["sequenceNumber"]) for one in media.messages[1:]] == list(range(1, len(media.messages)))
    for track, words in (("inbound", "my balance please"), ("outbound", "one hundred dollars")):
        frames = [one["media"] for one in media.of("media") if one["media"]["track"] == track]
        assert [one["timestamp"] for one in frames] == [str(20 * n) for n in range(len(frames))]
        assert sound_as_words(media.sound(track)) == words


def _both_channels_were_recorded(library, app):
    """Channel 1 the caller, channel 2 what he heard, from <Start> to the end of the call."""
    (recording,) = library.recordings.values()
    began, ended = (one.params for one in app.at("/recorded"))
    assert (began["RecordingStatus"], ended["RecordingStatus"]) == ("in-progress", "completed")
    sound = channels(library.wav(recording.sid))
    assert sound.shape == (recording.samples, 2)
    for column, words in ((0, "my balance please"), (1, "one hundred dollars")):
        assert sound_as_words(encode(np.ascontiguousarray(sound[:, column]))) == words
