"""Recordings: exact to the sample, both sides apart, finished once."""

import io
import wave
from datetime import UTC, datetime

import numpy as np
import pytest
import soundfile

from exchange.mixer import decode, tone
from exchange.recordings import (
    Library,
    Recording,
    RecordingFinished,
    Source,
    State,
    Wanted,
    as_wav,
    change,
    finish,
    status_fields,
    wav_as_mp3,
)
from exchange.sound import SILENCE

SAID, HEARD = tone(440, milliseconds=20), tone(880, milliseconds=20)
SID = "RE" + "1" * 32
BEGAN = datetime(2026, 3, 2, 10, tzinfo=UTC)


def recording(**wanted):
    return Recording(
        sid=SID,
        account_sid="AC1",
        call_sid="CA1",
        wanted=Wanted(source=Source.CALL_API, **wanted),
        started=BEGAN,
        updated=BEGAN,
    )


def samples(wav):
    with wave.open(io.BytesIO(wav)) as file:
        frames = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return frames.reshape(-1, file.getnchannels()), file.getframerate()


def test_a_dual_recording_keeps_the_caller_on_channel_one_and_what_he_heard_on_two():
    """Twilio: dual records each side in a channel of its own; the length is 160 samples a tick."""
    one = recording(channels=2)
    for _ in range(7):
        one.hear(SAID, HEARD)
    finish(one)
    sound, rate = samples(as_wav(one))
    assert (sound.shape, rate) == ((7 * 160, 2), 8000)
    assert sound[:160, 0].tolist() == decode(SAID).tolist()
    assert sound[:160, 1].tolist() == decode(HEARD).tolist()


def test_a_mono_recording_adds_both_sides():
    """Twilio: channels="mono" mixes both tracks."""
    one = recording()
    one.hear(SAID, HEARD)
    assert samples(as_wav(one))[0][:, 0].tolist() == (decode(SAID) + decode(HEARD)).tolist()


@pytest.mark.parametrize(("track", "kept"), [("inbound", SAID), ("outbound", HEARD)])
def test_one_track_alone(track, kept):
    """RecordingTrack inbound or outbound keeps one side only."""
    one = recording(track=track)
    one.hear(SAID, HEARD)
    assert samples(as_wav(one))[0][:, 0].tolist() == decode(kept).tolist()


@pytest.mark.parametrize(("behaviour", "ticks"), [("silence", 5), ("skip", 2)])
def test_a_pause_is_silence_or_nothing(behaviour, ticks):
    """PauseBehavior: skip leaves the pause out, silence keeps the time."""
    one = recording(channels=2)
    one.hear(SAID, HEARD)
    change(one, "paused", pause=behaviour)
    for _ in range(3):
        one.hear(SAID, HEARD)
    change(one, "in-progress")
    one.hear(SAID, HEARD)
    finish(one)
    assert one.samples == ticks * 160


def test_trimming_takes_silence_from_both_ends_only():
    """trim-silence: "removes any silence at the beginning or end"."""
    one = recording(trim=True)
    for frame in (SILENCE, SAID, SILENCE, SAID, SILENCE):
        one.hear(frame, SILENCE)
    finish(one)
    assert one.samples == 3 * 160


def test_nothing_recorded_is_absent():
    """RecordingStatus absent, error 16101: too short."""
    one = recording()
    finish(one)
    assert (one.state, one.error_code) == (State.ABSENT, 16101)


def test_a_finished_recording_is_not_changed_any_more():
    """A finished recording stays finished."""
    one = recording()
    one.hear(SAID, HEARD)
    finish(one)
    with pytest.raises(RecordingFinished):
        change(one, "paused")


def test_the_callback_has_every_documented_field():
    """The parameters of recordingStatusCallback; the duration only when there is one."""
    one = recording(channels=2)
    for _ in range(100):
        one.hear(SAID, HEARD)
    live = status_fields(one, url="http://x/RE1", started="Mon, 02 Mar 2026 10:00:00 +0000")
    assert "RecordingDuration" not in live
    finish(one)
    assert status_fields(one, url="http://x/RE1", started="Mon, 02 Mar 2026 10:00:00 +0000") == {
        "AccountSid": "AC1",
        "CallSid": "CA1",
        "RecordingSid": SID,
        "RecordingUrl": "http://x/RE1",
        "RecordingStatus": "completed",
        "RecordingDuration": "2",
        "RecordingChannels": "2",
        "RecordingStartTime": "Mon, 02 Mar 2026 10:00:00 +0000",
        "RecordingSource": "StartCallRecordingAPI",
        "RecordingTrack": "both",
        "ErrorCode": "0",
    }


def test_sound_on_disk_outlives_a_restart_and_a_name_is_no_path(tmp_path):
    """After a restart the entry is gone and the sound is still to be fetched and deleted; ../ leads nowhere."""
    (tmp_path / "secret.wav").write_bytes(b"secret")
    folder = tmp_path / "sound"
    sid = "RE" + "0" * 32
    folder.mkdir()
    (folder / f"{sid}.wav").write_bytes(b"sound")
    library = Library(folder=folder)
    assert library.wav(sid) == b"sound"
    assert library.wav("../secret") is None
    assert not library.delete("../secret")
    assert library.delete(sid)
    assert library.wav(sid) is None


@pytest.mark.parametrize("on_disk", [True, False], ids=["on disk", "in memory"])
def test_the_library_keeps_gives_and_deletes(tmp_path, on_disk):
    """Both homes of the sound keep the same promises; a live recording has no media yet."""
    library = Library(folder=tmp_path / "sound" if on_disk else None)
    one = recording(channels=2)
    library.recordings[one.sid] = one
    one.hear(SAID, HEARD)
    assert library.wav(SID) is None
    finish(one)
    library.keep(one)
    assert samples(library.wav(SID))[0].shape == (160, 2)
    assert library.delete(SID)
    assert library.wav(SID) is None
    assert not library.delete(SID)


def test_mp3_has_the_same_channels():
    """…/Recordings/RE….mp3 is the same sound."""
    one = recording(channels=2)
    for _ in range(50):
        one.hear(SAID, HEARD)
    finish(one)
    info = soundfile.info(io.BytesIO(wav_as_mp3(as_wav(one))))
    assert (info.format, info.channels, info.samplerate) == ("MP3", 2, 8000)
