"""The picture of a sound: how loud each channel is along the way."""

import numpy as np
import numpy.typing as npt
import soundfile

from recordings.content import Content, opened

POINTS = 1000
BLOCK = 1 << 16


def peaks(content: Content, *, points: int = POINTS) -> list[list[float]]:
    """The highest level in each of `points` equal stretches, 0 to 1, one row a channel; read piece by piece."""
    with soundfile.SoundFile(opened(content)) as sound:
        stretch = max(1, -(-sound.frames // points))
        highest = np.zeros((sound.channels, -(-sound.frames // stretch)), dtype=np.float32)
        at = 0
        for block in sound.blocks(blocksize=max(1, BLOCK // stretch) * stretch, dtype="float32", always_2d=True):
            here = _highest(block, stretch)
            highest[:, at : at + here.shape[1]] = here
            at += here.shape[1]
    return [[round(min(float(level), 1.0), 3) for level in channel] for channel in highest]


def _highest(block: npt.NDArray[np.float32], stretch: int) -> npt.NDArray[np.float32]:
    levels = np.abs(block)
    missing = -len(levels) % stretch
    padded = np.pad(levels, ((0, missing), (0, 0)))
    found: npt.NDArray[np.float32] = padded.reshape(-1, stretch, block.shape[1]).max(axis=1).T
    return found
