"""Recordings: the tape of one call or conference, counted in samples, and the library that keeps the finished ones.

Channel 1 is what the line said (the caller), channel 2 what it heard. A tape is written frame by frame by the media
tick, so its length is exact: 160 samples for each tick between start and stop.
"""

import io
import re
import wave
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, Literal

import numpy as np

from exchange.mixer import Pcm, decode, loudness
from exchange.sound import FRAME, RATE, SILENT

SID: Final = re.compile("RE[0-9a-f]{32}")
QUIET: Final = 0.002  # below this a frame counts as silence when trimming


class State(StrEnum):
    """Status of the Recording resource."""

    IN_PROGRESS = "in-progress"
    PAUSED = "paused"
    STOPPED = "stopped"
    PROCESSING = "processing"
    COMPLETED = "completed"
    ABSENT = "absent"
    DELETED = "deleted"


class Source(StrEnum):
    """How a recording was begun."""

    DIAL = "DialVerb"
    CONFERENCE = "Conference"
    OUTBOUND_API = "OutboundAPI"
    RECORD_VERB = "RecordVerb"
    CALL_API = "StartCallRecordingAPI"
    CONFERENCE_API = "StartConferenceRecordingAPI"


Side = Literal["both", "inbound", "outbound"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was asked for when a recording was begun."""

    source: Source
    channels: int = 1
    track: Side = "both"
    trim: bool = False
    callback: str = ""
    callback_method: str = "POST"
    callback_events: frozenset[str] = frozenset({"completed"})


@dataclass(slots=True)
class Tape:
    """Sound being recorded: µ-law, one strip a side."""

    said: bytearray = field(default_factory=bytearray)
    heard: bytearray = field(default_factory=bytearray)

    def add(self, said: bytes, heard: bytes) -> None:
        """Some sound of both sides, equally long."""
        self.said += said
        self.heard += heard

    @property
    def samples(self) -> int:
        """Length so far."""
        return len(self.said)

    def trimmed(self) -> "Tape":
        """Without silence before the first sound and after the last."""
        sounding = [
            start
            for start in range(0, self.samples, FRAME)
            if max(loudness(bytes(strip[start : start + FRAME])) for strip in (self.said, self.heard)) > QUIET
        ]
        if not sounding:
            return Tape()
        part = slice(sounding[0], sounding[-1] + FRAME)
        return Tape(self.said[part], self.heard[part])


@dataclass(slots=True, kw_only=True)
class Recording:
    """One recording, live or finished."""

    sid: str
    account_sid: str
    wanted: Wanted
    started: datetime
    updated: datetime
    call_sid: str = ""
    conference_sid: str = ""
    state: State = State.IN_PROGRESS
    pause: Literal["skip", "silence"] = "silence"
    tape: Tape = field(default_factory=Tape)
    samples: int = 0
    error_code: int | None = None

    @property
    def live(self) -> bool:
        """Whether it still records or may go on."""
        return self.state in {State.IN_PROGRESS, State.PAUSED}

    @property
    def seconds(self) -> int:
        """Duration as Twilio tells it, in whole seconds."""
        return round((self.samples or self.tape.samples) / RATE)

    def hear(self, said: bytes, heard: bytes) -> None:
        """Some sound, usually a tick's; a pause leaves silence, or nothing when PauseBehavior is skip."""
        if self.state is State.IN_PROGRESS:
            self.tape.add(said, heard)
        elif self.state is State.PAUSED and self.pause == "silence":
            quiet = bytes([SILENT]) * len(said)
            self.tape.add(quiet, quiet)


class RecordingFinished(ValueError):
    """A finished recording can be neither paused, resumed nor stopped (Twilio's error 21220's sister)."""


def change(recording: Recording, status: str, *, pause: Literal["skip", "silence"] = "silence") -> None:
    """Pause, resume or stop, as the REST resource's Status says."""
    if not recording.live:
        raise RecordingFinished(f"recording {recording.sid} is {recording.state.value}; it can no longer be changed")
    recording.state = State(status)
    recording.pause = pause


def finish(recording: Recording) -> None:
    """The call has ended or the recording was stopped: trim, measure; nothing heard at all is `absent`."""
    if recording.wanted.trim:
        recording.tape = recording.tape.trimmed()
    recording.samples = recording.tape.samples
    recording.state = State.COMPLETED if recording.samples else State.ABSENT
    recording.error_code = None if recording.samples else 16101


def channels(recording: Recording) -> tuple[Pcm, ...]:
    """The channels as samples: two of a dual recording, else both sides added, or the one side that was wanted."""
    said, heard = decode(bytes(recording.tape.said)), decode(bytes(recording.tape.heard))
    if recording.wanted.track == "inbound":
        return (said,)
    if recording.wanted.track == "outbound":
        return (heard,)
    if recording.wanted.channels > 1:
        return said, heard
    total = said.astype(np.int32) + heard.astype(np.int32)
    return (np.clip(total, -32768, 32767).astype(np.int16),)


def as_wav(recording: Recording) -> bytes:
    """16-bit WAV at 8 kHz."""
    parts = channels(recording)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(len(parts))
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.stack(parts, axis=1).astype("<i2").tobytes())
    return out.getvalue()


def wav_as_mp3(wav: bytes) -> bytes:
    """The same as MP3."""
    import soundfile

    samples, rate = soundfile.read(io.BytesIO(wav), dtype="int16", always_2d=True)
    out = io.BytesIO()
    soundfile.write(out, samples, rate, format="MP3")
    return out.getvalue()


@dataclass(slots=True)
class Library:
    """All recordings of one exchange; sound of finished ones lies on disk when there is a folder for it."""

    folder: Path | None = None
    recordings: dict[str, Recording] = field(default_factory=dict)
    _sound: dict[str, bytes] = field(default_factory=dict)

    def keep(self, recording: Recording) -> None:
        """Put a finished recording's sound away and let go of the tape."""
        wav = as_wav(recording)
        recording.tape = Tape()
        if self.folder is None:
            self._sound[recording.sid] = wav
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{recording.sid}.wav").write_bytes(wav)

    def wav(self, sid: str) -> bytes | None:
        """A finished recording's WAV; None before it is finished and after it is deleted."""
        recording = self.recordings.get(sid)
        if recording is not None and recording.state is not State.COMPLETED:
            return None
        if self.folder is None:
            return self._sound.get(sid)
        path = self._path(sid)
        return path.read_bytes() if path is not None and path.exists() else None

    def delete(self, sid: str) -> bool:
        """Delete the sound and the entry; False when there was neither."""
        known = self.recordings.pop(sid, None) is not None
        path = self._path(sid)
        if self._sound.pop(sid, None) is None and (path is None or not path.exists()):
            return known
        if path is not None:
            path.unlink(missing_ok=True)
        return True

    def _path(self, sid: str) -> Path | None:
        """The file of a recording, also of one made before a restart; the pattern keeps paths out of the name."""
        return self.folder / f"{sid}.wav" if self.folder is not None and SID.fullmatch(sid) else None


def status_fields(recording: Recording, *, url: str, started: str) -> dict[str, str]:
    """What the recordingStatusCallback is told."""
    told = {
        "AccountSid": recording.account_sid,
        "RecordingSid": recording.sid,
        "RecordingUrl": url,
        "RecordingStatus": recording.state.value,
        "RecordingChannels": str(recording.wanted.channels if recording.wanted.track == "both" else 1),
        "RecordingStartTime": started,
        "RecordingSource": recording.wanted.source.value,
        "RecordingTrack": recording.wanted.track,
        "ErrorCode": str(recording.error_code or 0),
    }
    if recording.call_sid:
        told["CallSid"] = recording.call_sid
    if recording.conference_sid:
        told["ConferenceSid"] = recording.conference_sid
    if not recording.live:
        told["RecordingDuration"] = str(recording.seconds)
    return told
