"""Recordings over REST, with the real twilio client: begin, pause, stop, list, delete, and the sound itself."""

import io
import wave

import pytest
import soundfile
from twilio.base.exceptions import TwilioRestException

from exchange.lines.inside import call
from exchange.rehearsal import APP, ME, NUMBER

TALK = "<Response><Pause length='60'/></Response>"
START = (
    '<Response><Start><Recording channels="dual" recordingStatusCallback="/recorded" '
    'recordingStatusCallbackEvent="in-progress completed absent"/></Start><Pause length="60"/></Response>'
)


async def live(rig, voice=TALK):
    rig.app.routes |= {"/voice": voice, "/recorded": ""}
    caller = call(rig.exchange, to=NUMBER, from_=ME)
    await caller.meets("answered")
    await rig.settle(0.005)
    return caller


def frames(sound):
    with wave.open(io.BytesIO(sound)) as file:
        return file.getnframes(), file.getnchannels()


def test_a_recording_is_begun_paused_resumed_and_stopped(on_rig):
    """Twilio: Status paused | in-progress | stopped; PauseBehavior skip leaves the pause out. Exact to the sample."""

    async def scenario(rig):
        caller = await live(rig)
        sid = caller.sid
        made = await rig.rest(
            lambda twilio: twilio.calls(sid).recordings.create(
                recording_channels="dual",
                recording_status_callback=f"{APP}/recorded",
                recording_status_callback_event=["in-progress", "completed"],
            )
        )
        one = lambda twilio: twilio.calls(sid).recordings(made.sid)  # noqa: E731
        await rig.settle(1.25)
        paused = await rig.rest(lambda twilio: one(twilio).update(status="paused", pause_behavior="skip"))
        await rig.settle(5)
        await rig.rest(lambda twilio: one(twilio).update(status="in-progress"))
        await rig.settle(2.5)
        running = await rig.rest(lambda twilio: twilio.calls(sid).recordings("Twilio.CURRENT").fetch())
        stopped = await rig.rest(lambda twilio: one(twilio).update(status="stopped"))
        with pytest.raises(TwilioRestException) as refusal:
            await rig.rest(lambda twilio: one(twilio).update(status="paused"))
        sound = await rig.get(f"/Recordings/{made.sid}.wav")
        return made, paused, running, stopped, refusal.value.code, sound, rig.app.at("/recorded")

    made, paused, running, stopped, code, sound, told = on_rig({}, scenario)
    assert [one.status for one in (made, paused, running, stopped)] == [
        "in-progress",
        "paused",
        "in-progress",
        "completed",
    ]
    assert frames(sound.content) == (round(3.75 * 8000), 2)
    assert (code, made.source, made.channels) == (21220, "StartCallRecordingAPI", 2)
    assert [one.params["RecordingStatus"] for one in told] == ["in-progress", "completed"]
    assert told[1].params["RecordingUrl"].endswith(f"/Recordings/{made.sid}")


def test_start_recording_lasts_to_the_end_of_the_call_to_the_sample(on_rig):
    """The length is that of the call from <Start> to the hang-up: 160 samples a frame, and the parts of frames."""

    async def scenario(rig):
        caller = await live(rig, START)
        await rig.settle(7.1234 - 0.005)
        caller.hangs_up()
        await rig.settle()
        (shown,) = await rig.rest(lambda twilio: twilio.recordings.list())
        return shown, await rig.get(f"/Recordings/{shown.sid}.wav"), [one.params for one in rig.app.at("/recorded")]

    shown, sound, told = on_rig({}, scenario)
    assert frames(sound.content) == (round(7.1234 * 8000), 2)
    assert (shown.duration, shown.status) == ("7", "completed")
    assert [one["RecordingStatus"] for one in told] == ["in-progress", "completed"]
    assert told[1]["RecordingDuration"] == "7"


def test_a_recording_without_any_sound_is_absent(on_rig):
    """Twilio: absent: "the recording is absent and not accessible"."""

    async def scenario(rig):
        rig.app.routes |= {"/voice": START.replace('<Pause length="60"/>', ""), "/recorded": ""}
        await call(rig.exchange, to=NUMBER, from_=ME).ended()
        await rig.settle()
        return [one.params["RecordingStatus"] for one in rig.app.at("/recorded")]

    assert on_rig({}, scenario) == ["in-progress", "absent"]


def test_stop_ends_what_start_began(on_rig):
    """<Stop><Recording/> ends the recording of the call; the call goes on."""

    async def scenario(rig):
        voice = (
            "<Response><Start><Recording/></Start><Pause length='3'/><Stop><Recording/></Stop>"
            "<Pause length='20'/></Response>"
        )
        await live(rig, voice)
        await rig.settle(10)
        (shown,) = await rig.rest(lambda twilio: twilio.recordings.list())
        return shown.status, shown.duration

    assert on_rig({}, scenario) == ("completed", "3")


def test_the_sound_is_wav_or_mp3_one_channel_if_wanted_and_only_with_credentials(on_rig):
    """Twilio: .wav, .mp3, RequestedChannels; basic authentication; 404 until completed and after DELETE."""

    async def scenario(rig):
        caller = await live(rig, START)
        (shown,) = await rig.rest(lambda twilio: twilio.recordings.list())
        path = f"/Recordings/{shown.sid}"
        early = await rig.get(f"{path}.wav")
        await rig.settle(2)
        caller.hangs_up()
        await rig.settle()
        answers = [await rig.get(path + more) for more in (".wav", ".mp3", "", ".wav?RequestedChannels=1", ".ogg")]
        stranger = await rig.get(f"{path}.wav", auth=None)
        assert await rig.rest(lambda twilio: twilio.recordings(shown.sid).delete())
        return early, answers, stranger, await rig.get(f"{path}.wav")

    early, (wav, mp3, bare, mono, ogg), stranger, late = on_rig({}, scenario)
    assert [one.status_code for one in (early, ogg, stranger, late)] == [404, 404, 401, 404]
    assert frames(wav.content)[1] == 2
    assert wav.content == bare.content
    assert frames(mono.content)[1] == 1
    assert (wav.headers["Content-Type"], mp3.headers["Content-Type"]) == ("audio/x-wav", "audio/mpeg")
    assert soundfile.info(io.BytesIO(mp3.content)).channels == 2


def test_recordings_are_listed_by_call_and_date(on_rig):
    """Recordings of the account, filtered by CallSid and DateCreated; Calls/…/Recordings are one call's own."""

    async def scenario(rig):
        caller = await live(rig, START)
        await rig.settle(2)
        caller.hangs_up()
        other = await live(rig, START)
        today = rig.exchange.clock.now()
        everything = await rig.rest(lambda twilio: twilio.recordings.list())
        of_call = await rig.rest(lambda twilio: twilio.recordings.list(call_sid=caller.sid))
        own = await rig.rest(lambda twilio: twilio.calls(other.sid).recordings.list())
        dated = await rig.rest(lambda twilio: twilio.recordings.list(date_created=today))
        fetched = await rig.rest(lambda twilio: twilio.recordings(of_call[0].sid).fetch())
        return everything, of_call, own, dated, fetched, caller.sid, other.sid

    everything, of_call, own, dated, fetched, one, other = on_rig({}, scenario)
    assert [shown.call_sid for shown in everything] == [other, one]
    assert ([shown.call_sid for shown in of_call], [shown.call_sid for shown in own]) == ([one], [other])
    assert len(dated) == 2
    assert fetched.call_sid == one
    assert own[0].duration == "-1"


def test_a_call_that_is_over_is_not_recorded(on_rig):
    """Twilio's 21220: not eligible for recording."""

    async def scenario(rig):
        rig.app.routes["/voice"] = "<Response/>"
        caller = call(rig.exchange, to=NUMBER, from_=ME)
        await caller.ended()
        with pytest.raises(TwilioRestException) as refusal:
            await rig.rest(lambda twilio: twilio.calls(caller.sid).recordings.create())
        return refusal.value.code

    assert on_rig({}, scenario) == 21220
