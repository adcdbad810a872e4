"""Sound at the edges: what a file holds, and a stretch of it cut, levelled and written as wav, mp3 or ogg.

pydub cuts and levels; soundfile reads and writes (mp3 and ogg too, without ffmpeg).
"""

import io
import os
import struct
import warnings
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from foundation.errors import CallwrightError, Problem
from recordings.content import Content, opened

RIFF_HEAD = 8
ENDLESS = 0xFFFFFFFF
"""The length a wav states that was written without knowing it."""


class SoundUnreadable(CallwrightError):
    """The bytes are no sound, or not all of it."""


class SoundFormat(StrEnum):
    """What a sound can be written as."""

    WAV = "wav"
    MP3 = "mp3"
    OGG = "ogg"

    @property
    def mimetype(self) -> str:
        """Its kind on the web."""
        return {"wav": "audio/wav", "mp3": "audio/mpeg", "ogg": "audio/ogg"}[self]


@dataclass(frozen=True, slots=True)
class SoundFacts:
    """What a sound file holds."""

    seconds: float
    channels: int
    sample_rate: int


def examine(content: Content) -> SoundFacts:
    """What the file holds. Raises SoundUnreadable when it is no sound, empty, or shorter than its head says."""
    try:
        with soundfile.SoundFile(opened(content)) as sound:
            facts = SoundFacts(sound.frames / sound.samplerate, sound.channels, sound.samplerate)
    except (soundfile.LibsndfileError, OSError) as error:
        raise _unreadable("sound_unreadable", "This is not a sound that can be read.") from error
    if not facts.seconds:
        raise _unreadable("sound_empty", "There is nothing in this sound.")
    if _is_cut_short(content):
        raise _unreadable("sound_cut_short", "The sound is shorter than it says.")
    return facts


def export(
    content: Content,
    to: SoundFormat,
    *,
    start: float = 0.0,
    end: float | None = None,
    level: bool = False,
) -> bytes:
    """A stretch of the sound (seconds), each channel kept; `level` brings the loudest moment to just below full."""
    stop = None if end is None else int(end * 1000)
    segment = _read(content)[int(start * 1000) : stop]
    if level and segment.max > 0:
        with _quiet():
            from pydub.effects import normalize

        segment = normalize(segment, headroom=1.0)
    if not len(segment):
        raise _unreadable("sound_empty", "There is no sound in this stretch.")
    samples = np.array(segment.get_array_of_samples(), dtype=np.int16).reshape(-1, segment.channels)
    out = io.BytesIO()
    subtype = {SoundFormat.WAV: "PCM_16", SoundFormat.MP3: "MPEG_LAYER_III", SoundFormat.OGG: "VORBIS"}[to]
    soundfile.write(out, samples, segment.frame_rate, format=to.upper(), subtype=subtype)
    return out.getvalue()


def _read(content: Content) -> Any:
    with _quiet():
        from pydub import AudioSegment
    try:
        samples, rate = soundfile.read(opened(content), dtype="int16", always_2d=True)
    except (soundfile.LibsndfileError, OSError) as error:
        raise _unreadable("sound_unreadable", "This is not a sound that can be read.") from error
    return AudioSegment(samples.tobytes(), frame_rate=rate, sample_width=2, channels=samples.shape[1])


def _quiet() -> AbstractContextManager[object]:
    """Without what pydub says when imported: of an ffmpeg that we do not need and of Python's own old audioop."""
    return warnings.catch_warnings(action="ignore")


def _opened(content: Content) -> io.BytesIO | str:
    return io.BytesIO(content) if isinstance(content, bytes) else str(content)


def _is_cut_short(content: Content) -> bool:
    if isinstance(content, bytes):
        head, size = content[:RIFF_HEAD], len(content)
    elif isinstance(content, Path):
        with content.open("rb") as file:
            head, size = file.read(RIFF_HEAD), content.stat().st_size
    else:
        size = content.seek(0, os.SEEK_END)
        content.seek(0)
        head = content.read(RIFF_HEAD)
    if len(head) < RIFF_HEAD or head[:4] != b"RIFF":
        return False
    (told,) = struct.unpack("<I", head[4:])
    return bool(told not in {0, ENDLESS} and told + RIFF_HEAD > size)


def _unreadable(code: str, what: str) -> SoundUnreadable:
    return SoundUnreadable(Problem(code, what))
