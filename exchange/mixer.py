"""The mixer: what each listener hears of everybody else, in µ-law frames of 20 ms.

Mix-minus: nobody hears himself. A listener who hears exactly one speaker is given that speaker's frame untouched,
bit for bit, so that a call of two passes through a conference without being coded again.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from exchange.sound import FRAME, RATE, SILENCE

_BIAS: Final = 0x84
_CLIP: Final = 8158  # of 14 bits

Pcm = NDArray[np.int16]


def mix(frames: Mapping[str, bytes | None], hears: Mapping[str, frozenset[str]]) -> dict[str, bytes]:
    """For each listener, the sum of the speakers he hears; who sent no frame, or a silent one, adds nothing."""
    speaking = {name: frame for name, frame in frames.items() if frame and frame != SILENCE}
    decoded = {name: decode(frame).astype(np.int32) for name, frame in speaking.items()} if len(speaking) > 1 else {}
    made: dict[frozenset[str], bytes] = {frozenset(): SILENCE}
    heard: dict[str, bytes] = {}
    for listener, speakers in hears.items():
        audible = speakers.intersection(speaking)
        if audible not in made:
            made[audible] = _sum(audible, speaking, decoded)
        heard[listener] = made[audible]
    return heard


def _sum(audible: frozenset[str], frames: Mapping[str, bytes], decoded: Mapping[str, NDArray[np.int32]]) -> bytes:
    if len(audible) == 1:
        return frames[next(iter(audible))]
    total = np.zeros(FRAME, np.int32)
    for name in audible:
        total += decoded[name]
    return encode(np.clip(total, -32768, 32767).astype(np.int16))


def decode(ulaw: bytes) -> Pcm:
    """µ-law bytes as 16-bit samples."""
    return _decoding_table()[np.frombuffer(ulaw, np.uint8)]


def encode(pcm: Pcm) -> bytes:
    """16-bit samples as µ-law bytes."""
    return _encoding_table()[pcm.view(np.uint16)].tobytes()


@cache
def _decoding_table() -> Pcm:
    code = ~np.arange(256, dtype=np.uint8)
    exponent = (code >> 4) & 7
    magnitude = ((((code & 0x0F).astype(np.int32) << 3) + _BIAS) << exponent) - _BIAS
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


@cache
def _encoding_table() -> NDArray[np.uint8]:
    sample = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32)
    sign = np.where(sample < 0, 0x80, 0)
    magnitude = np.minimum(np.abs(sample >> 2), _CLIP) * 4 + _BIAS
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 7
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    codes: NDArray[np.uint8] = (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8)
    return codes


def tone(hertz: float, *, milliseconds: int, level: float = 0.2) -> bytes:
    """A steady tone, cut to whole frames: the conference's beep."""
    samples = np.arange(max(1, milliseconds // 20) * FRAME)
    wave = np.sin(2 * np.pi * hertz * samples / RATE) * level * 32767
    return encode(wave.astype(np.int16))


def loudness(frame: bytes | None) -> float:
    """Root mean square of a frame, 0 to 1: enough to say that somebody speaks."""
    if not frame or frame == SILENCE:
        return 0.0
    samples = decode(frame).astype(np.float64)
    return float(np.sqrt(np.mean(samples * samples)) / 32768)
