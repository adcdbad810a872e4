"""A whole recording heard again, channel by channel, as a call is heard live: the same gate, segments and times."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO
from typing import Final as Constant

import numpy as np
import soundfile

from foundation.errors import CallwrightError, Problem
from transcription.codec import TELEPHONE_RATE, resample_samples, samples_to_ulaw
from transcription.recognizer import Engine
from transcription.stream import Final, TrackStream

SPEAKERS: Constant = ("caller", "agent")
"""Who is on which channel of a recording: the first is the caller, the second what the caller heard."""
BLOCK_SECONDS: Constant = 10
Opener = Callable[[], BinaryIO | str]
"""Opens the sound anew, at its beginning."""
Progress = Callable[[int, int], None]
"""Hears how many milliseconds of sound are done, and of how many."""


class SoundNotHeard(CallwrightError):
    """The recording cannot be read."""


@dataclass(frozen=True, slots=True)
class HeardTrack:
    """One channel: who was on it, and what was said."""

    speaker: str
    finals: tuple[Final, ...]


def hear_again(open_sound: Opener, engine: Engine, *, progress: Progress) -> list[HeardTrack]:
    """What the engine hears on each channel. Raises SoundNotHeard when this is no sound."""
    try:
        with soundfile.SoundFile(open_sound()) as sound:
            channels, total = sound.channels, round(1000 * sound.frames / sound.samplerate)
        tracks = []
        for channel in range(min(channels, len(SPEAKERS))):
            done = channel * total

            def told(at: int, *, done: int = done) -> None:
                progress(done + at, total * min(channels, len(SPEAKERS)))

            tracks.append(HeardTrack(SPEAKERS[channel], tuple(_hear(open_sound, channel, engine, told))))
    except (soundfile.LibsndfileError, OSError) as error:
        what = "The recording cannot be read."
        raise SoundNotHeard(Problem("sound_unreadable", what, todo="Fetch the recording again.")) from error
    return tracks


def _hear(open_sound: Opener, channel: int, engine: Engine, told: Callable[[int], None]) -> Iterator[Final]:
    track = TrackStream(engine)
    for ulaw in _blocks(open_sound, channel):
        yield from (one for one in track.push(ulaw) if isinstance(one, Final))
        told(track.position_ms)
    yield from (one for one in track.finish() if isinstance(one, Final))


def _blocks(open_sound: Opener, channel: int) -> Iterator[bytes]:
    """The channel's sound as telephone frames, some seconds at a time: two hours are never in memory at once."""
    with soundfile.SoundFile(open_sound()) as sound:
        rate = sound.samplerate
        for block in sound.blocks(blocksize=rate * BLOCK_SECONDS, dtype="int16", always_2d=True):
            samples = np.ascontiguousarray(block[:, channel])
            yield samples_to_ulaw(resample_samples(samples, rate=rate, to_rate=TELEPHONE_RATE))
