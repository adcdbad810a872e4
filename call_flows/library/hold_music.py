"""The hold music of the shipped sites: sixteen seconds of soft chords, made here, so that it belongs to nobody else.

`python -m call_flows.library.hold_music FILE` writes the wave file again.
"""

import sys
import wave
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

RATE: Final = 8000
_BAR: Final = 4.0
_CHORDS: Final = ((48, 55, 60, 64, 67), (45, 52, 57, 60, 64), (41, 53, 57, 60, 65), (43, 50, 55, 59, 62))
_PATTERN: Final = (0, 2, 3, 4, 3, 2, 3, 1)
_LOUDNESS: Final = 0.16


def _note(midi: int, seconds: float) -> NDArray[np.float64]:
    """A plucked note: three partials, each dying sooner than the one below."""
    moments = np.arange(int(seconds * RATE)) / RATE
    pitch = 440.0 * 2 ** ((midi - 69) / 12)
    sound = np.zeros_like(moments)
    for partial, level in ((1, 1.0), (2, 0.35), (3, 0.12)):
        sound += level * np.sin(2 * np.pi * pitch * partial * moments) * np.exp(-moments * (1.1 + partial))
    attack = np.minimum(1.0, moments / 0.012)
    return np.asarray(sound * attack)


def compose() -> NDArray[np.int16]:
    """The piece, as 16 bit samples."""
    piece = np.zeros(int(RATE * _BAR * len(_CHORDS)) + RATE * 2)
    step = _BAR / len(_PATTERN)
    for bar, chord in enumerate(_CHORDS):
        for beat, voice in enumerate(_PATTERN):
            start = int(RATE * (bar * _BAR + beat * step))
            note = _note(chord[voice] + 12, 2.0)
            piece[start : start + note.size] += note
        bass = _note(chord[0], 2.0)
        start = int(RATE * bar * _BAR)
        piece[start : start + bass.size] += 0.8 * bass
    length = int(RATE * _BAR * len(_CHORDS))
    piece[: RATE * 2] += piece[length:]  # the last notes ring on into the beginning, so that it loops
    looped = piece[:length]
    level = _LOUDNESS * 32767 / float(np.abs(looped).max())
    return np.asarray(looped * level, dtype=np.int16)


def main(path: Path) -> None:
    """Write the piece as a wave file of 8 kHz."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(compose().astype("<i2").tobytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
