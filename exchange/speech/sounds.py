"""The place where sound files become the line's sound: packaged ones by name, and whatever a Play brings."""

import io
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from exchange.ports import SoundUnavailable
from exchange.speech import level

LONGEST = 30 * 60  # seconds: more is not a prompt but a mistake
PACKAGED = "sound:"
"""`<Play>sound:hold-music</Play>` plays a sound that ships with the exchange."""


def packaged_names() -> list[str]:
    """The sounds that ship with the exchange."""
    return sorted(Path(entry.name).stem for entry in files("exchange.sounds").iterdir() if entry.name.endswith(".wav"))


@cache
def packaged(name: str) -> bytes:
    """A shipped sound as µ-law. Raises SoundUnavailable, naming those there are."""
    names = packaged_names()
    if name not in names:
        raise _unreadable(PACKAGED + name, f"no shipped sound is called that; there are {', '.join(names)}")
    return decode(files("exchange.sounds").joinpath(f"{name}.wav").read_bytes(), where=PACKAGED + name)


def hold_music() -> bytes:
    """What a caller hears while waiting when nothing else was asked for; made to be looped."""
    return packaged("hold-music")


def decode(data: bytes, *, where: str) -> bytes:
    """A sound file (wav of any width, rate and channels, µ-law wav, mp3, ogg, flac) as µ-law, channels mixed."""
    import soundfile

    try:
        with soundfile.SoundFile(io.BytesIO(data)) as sound:
            if sound.frames > LONGEST * sound.samplerate:
                raise _unreadable(where, f"it is longer than {LONGEST // 60} minutes")
            samples = sound.read(dtype="float32", always_2d=True)
            rate = sound.samplerate
    except (soundfile.LibsndfileError, RuntimeError, ValueError) as problem:
        raise _unreadable(where, "it is not a sound; use wav, mp3, ogg or flac") from problem
    mono = np.ascontiguousarray(samples.mean(axis=1, dtype=np.float32))
    if not len(mono):
        raise _unreadable(where, "it is empty")
    return level.encode(level.to_line_rate(mono, rate))


def decode_file(path: Path) -> bytes:
    """A sound file on this machine as µ-law."""
    try:
        return decode(path.read_bytes(), where=str(path))
    except OSError as problem:
        raise SoundUnavailable(f"{path} cannot be opened: {problem.strerror}.", code=11200) from problem


def _unreadable(where: str, why: str) -> SoundUnavailable:
    return SoundUnavailable(f"Play: {where} cannot be played: {why}.", code=13420)
