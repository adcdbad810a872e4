"""Silence where something was said that is nobody's to keep: the same stretches that were taken out of the words."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import soundfile

from recordings.content import Content, opened
from recordings.recording import Recording
from recordings.store import RecordingStore, Stored

BEFORE: Final = 0.5
"""Seconds muted before a stretch: a recording begins a little later than the transcript's clock."""
AFTER: Final = 0.3
BLOCK: Final = 1 << 16
PIECE: Final = 1 << 18


class Stretch(NamedTuple):
    """From when to when, in seconds of the recording."""

    start: float
    end: float


TakenOut = Callable[[Recording], Sequence[Stretch]]
"""The stretches of a recording of which the words were taken out."""


def nothing_taken_out(_recording: Recording) -> Sequence[Stretch]:
    """For a house without transcripts."""
    return ()


def is_muted(content: Content, stretches: Sequence[Stretch]) -> bool:
    """Whether every channel is silent in all of the stretches already."""
    with soundfile.SoundFile(opened(content)) as sound:
        return not any(
            bool(np.any(block[mask])) for block, mask in _blocks(sound, _places(stretches, sound.samplerate))
        )


def muted(content: Content, stretches: Sequence[Stretch]) -> Iterator[bytes]:
    """The sound with all channels silent in the stretches and a little around them, in pieces; the rest as it was.

    All channels: what one party says is heard in the other's microphone, too.
    """
    with soundfile.SoundFile(opened(content)) as sound, tempfile.TemporaryFile() as made:
        told = {"samplerate": sound.samplerate, "channels": sound.channels, "subtype": sound.subtype}
        with soundfile.SoundFile(made, "w", format="WAV", **told) as out:
            for block, mask in _blocks(sound, _places(stretches, sound.samplerate)):
                block[mask] = 0
                out.write(block)
        made.seek(0)
        while piece := made.read(PIECE):
            yield piece


def mute(store: RecordingStore, key: str, stretches: Sequence[Stretch]) -> Stored | None:
    """Replace a stored sound by itself muted; None when there is nothing to mute. Harmless to repeat."""
    if not stretches or is_muted(store.content(key), stretches):
        return None
    return store.put(key, muted(store.content(key), stretches))


def _blocks(
    sound: soundfile.SoundFile, places: Sequence[tuple[int, int]]
) -> Iterator[tuple[npt.NDArray[np.int16], npt.NDArray[np.bool_]]]:
    """Block by block the samples, and which of them are muted."""
    at = 0
    for block in sound.blocks(blocksize=BLOCK, dtype="int16", always_2d=True):
        mask = np.zeros(len(block), dtype=bool)
        for first, last in places:
            mask[max(first - at, 0) : max(last - at, 0)] = True
        yield block, mask
        at += len(block)


def _places(stretches: Sequence[Stretch], rate: int) -> list[tuple[int, int]]:
    return [
        (max(0, int((stretch.start - BEFORE) * rate)), max(0, int((stretch.end + AFTER) * rate)))
        for stretch in stretches
    ]
