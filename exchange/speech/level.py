"""The place where sound of any rate and strength becomes the line's: 8 kHz, an even loudness, G.711 µ-law."""

import numpy as np
import numpy.typing as npt
import soxr

from transcription.codec import pcm_to_ulaw, ulaw_to_pcm

Samples = npt.NDArray[np.float32]

LINE_RATE = 8000
FRAME = 160  # bytes of µ-law, and samples, in 20 ms
SILENCE = 0xFF  # µ-law's zero

_LOUDNESS = 10 ** (-20 / 20)  # of the parts that sound, relative to full scale: as loud as recorded prompts are
_PEAK = 10 ** (-1.5 / 20)
_AUDIBLE = 10 ** (-45 / 20)
_BLOCK = 160


def to_line_rate(samples: Samples, rate: int) -> Samples:
    """The same sound at 8 kHz, everything above 4 kHz filtered away."""
    if rate == LINE_RATE or not len(samples):
        return samples
    return np.asarray(soxr.resample(samples, rate, LINE_RATE, quality="HQ"), dtype=np.float32)


def loudness(samples: Samples) -> float:
    """Root mean square over the 20 ms blocks that sound, relative to full scale; 0 for silence."""
    whole = samples[: len(samples) // _BLOCK * _BLOCK]
    if not len(whole):
        return 0.0
    power = np.mean(np.square(whole.reshape(-1, _BLOCK)), axis=1)
    sounding = power[power > _AUDIBLE**2]
    return float(np.sqrt(np.mean(sounding))) if len(sounding) else 0.0


def evened(samples: Samples) -> Samples:
    """The sound at the exchange's loudness, never clipped."""
    now = loudness(samples)
    if now <= 0:
        return samples
    peak = float(np.max(np.abs(samples)))
    return np.asarray(samples * min(_LOUDNESS / now, _PEAK / peak), dtype=np.float32)


def trimmed(samples: Samples) -> Samples:
    """The sound without the silence before and after it, so that pauses are exactly those asked for."""
    audible = np.flatnonzero(np.abs(samples) > _AUDIBLE / 2)
    return samples[audible[0] : audible[-1] + 1] if len(audible) else samples[:0]


def silence(seconds: float) -> Samples:
    """Nothing, for so long."""
    return np.zeros(round(seconds * LINE_RATE), dtype=np.float32)


def encode(samples: Samples) -> bytes:
    """Floats of ±1 at 8 kHz as µ-law."""
    return pcm_to_ulaw((np.clip(samples, -1.0, 1.0) * 32767.0).astype("<i2").tobytes())


def decode(ulaw: bytes) -> Samples:
    """µ-law as floats of ±1."""
    return np.frombuffer(ulaw_to_pcm(ulaw), dtype="<i2").astype(np.float32) / 32768.0
