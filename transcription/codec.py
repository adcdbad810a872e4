"""The sound of the telephone: G.711 µ-law to and from 16-bit samples by table, and resampling.

Both tables are computed once from the recommendation (ITU-T G.711) and looked up with numpy, so the hot path needs no
`audioop` (gone from Python 3.13).
"""

import numpy as np
import numpy.typing as npt
import soxr

Samples = npt.NDArray[np.int16]

TELEPHONE_RATE = 8000
ULAW_SILENCE = b"\xff"
"""The µ-law byte that means zero."""

_BIAS = 33  # added before taking the logarithm, in the 14-bit scale of G.711
_CLIP = 8158


def _decoding_table() -> Samples:
    """The 256 values a µ-law byte can mean, scaled to 16 bits."""
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    exponent = (code >> 4) & 0x07
    magnitude = ((((code & 0x0F) << 1) + _BIAS) << exponent) - _BIAS
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16) * np.int16(4)


def _encoding_table() -> npt.NDArray[np.uint8]:
    """The µ-law byte of each of the 65,536 16-bit values, indexed by the value as an unsigned number."""
    value = np.arange(65536, dtype=np.int32).astype(np.uint16).astype(np.int16).astype(np.int32) >> 2
    negative = value < 0
    magnitude = np.minimum(np.where(negative, -value, value), _CLIP) + _BIAS
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 5
    code = (exponent << 4) | ((magnitude >> (exponent + 1)) & 0x0F) | np.where(negative, 0x80, 0)
    table: npt.NDArray[np.uint8] = (~code & 0xFF).astype(np.uint8)
    return table


_DECODED = _decoding_table()
_ENCODED = _encoding_table()
_SILENT = 8
_HISS: Samples = np.random.default_rng(1).normal(0, 30, TELEPHONE_RATE).astype(np.int16)
_SQUARES = np.square(_DECODED.astype(np.float32))


def ulaw_to_pcm(ulaw: bytes) -> bytes:
    """µ-law bytes as little-endian 16-bit samples."""
    return _DECODED[np.frombuffer(ulaw, dtype=np.uint8)].astype("<i2", copy=False).tobytes()


def ulaw_samples(ulaw: bytes) -> Samples:
    """µ-law bytes as an array of 16-bit samples."""
    decoded: Samples = _DECODED[np.frombuffer(ulaw, dtype=np.uint8)]
    return decoded


def with_comfort_noise(ulaw: bytes) -> bytes:
    """µ-law bytes as 16-bit samples, with a soft hiss (-61 dBFS) where the line is digitally silent.

    A recogniser knows rooms and lines, not nothing: over digital silence its search opens up, costs more and errs more.
    """
    samples = ulaw_samples(ulaw)
    silent = np.abs(samples) <= _SILENT
    if silent.any():
        samples = np.where(silent, _hiss(len(samples)), samples)
    return samples.astype("<i2", copy=False).tobytes()


def _hiss(samples: int) -> Samples:
    return _HISS[:samples] if samples <= len(_HISS) else np.resize(_HISS, samples)


def pcm_to_ulaw(pcm16: bytes) -> bytes:
    """Little-endian 16-bit samples as µ-law bytes."""
    return samples_to_ulaw(np.frombuffer(pcm16, dtype="<i2"))


def samples_to_ulaw(samples: Samples) -> bytes:
    """An array of 16-bit samples as µ-law bytes."""
    return _ENCODED[samples.astype(np.int16, copy=False).view(np.uint16)].tobytes()


def resample(pcm16: bytes, *, rate: int, to_rate: int = TELEPHONE_RATE) -> bytes:
    """16-bit mono samples at another rate (soxr, high quality); unchanged when the rates are the same."""
    if rate == to_rate:
        return pcm16
    return bytes(resample_samples(np.frombuffer(pcm16, dtype="<i2"), rate=rate, to_rate=to_rate).tobytes())


def resample_samples(samples: Samples, *, rate: int, to_rate: int = TELEPHONE_RATE) -> Samples:
    """The same for an array of samples."""
    if rate == to_rate:
        return samples
    resampled: Samples = soxr.resample(samples.astype(np.int16, copy=False), rate, to_rate)
    return resampled


def ulaw_power(ulaw: bytes) -> float:
    """Mean square of the samples behind some µ-law bytes, without decoding them; 0.0 for none."""
    if not ulaw:
        return 0.0
    return float(np.add.reduce(_SQUARES.take(np.frombuffer(ulaw, dtype=np.uint8)))) / len(ulaw)
