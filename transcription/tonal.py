"""Which loud frames are no speech: key tones, the telephone's own signals, and music. Counts frames, never the clock.

Keys and signals are pairs of sines of known frequency (ITU-T Q.23; the North American plan of call progress tones): a
frame that is almost nothing but one such pair is no voice (Goertzel's measure, for all pairs in one product). Music is
told by its held notes: its strongest frequency stays where it is from frame to frame, while that of a voice glides.
Measured on a second of sound: house music holds 0.9 of its frames (0.4 at the least), speech 0.2 (0.54 at the most).
"""

from collections import deque
from enum import Enum
from typing import Final

import numpy as np
import numpy.typing as npt

from transcription.codec import TELEPHONE_RATE, ulaw_samples

_ROWS, _COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
_SIGNALS = ((350, 440), (440, 480), (480, 620))
FRAME: Final = 160
_PURE: Final = 0.9
"""From this share of a frame's power in one pair of sines, it is nothing else."""
_KEY_FRAMES: Final = 2
_SIGNAL_FRAMES: Final = 10
_EDGES: Final = 3
"""Loud frames after a tone that may be its end still."""
_BEEP: Final = 0.8
"""The share of held frames from which a sound that ended was one note."""
_WINDOW, _SIZE = 320, 512
_BAND = slice(5, 220)  # of the spectrum: 80 to 3,440 Hz
_HOLDS, _HOLDS_HZ = 0.006, 1.5
_MUSIC_FRAMES: Final = 50
_IS_MUSIC, _MAY_BE_MUSIC, _STAYS_MUSIC = 0.6, 0.55, 0.3
_CLICK: Final = 3
"""So few loud frames after a silence are a click, or the beginning of something."""

Floats = npt.NDArray[np.float32]


class Kind(Enum):
    """What a loud frame is. SUSPECT is not known yet: keep it, the frames that follow will tell."""

    VOICE = "voice"
    SUSPECT = "suspect"
    TONE = "tone"
    MUSIC = "music"


class Tonal:
    """Judges the loud frames of one track, each in the light of those before it."""

    def __init__(self) -> None:
        self._before: Floats | None = None
        self._peak = 0.0
        self._held: deque[bool] = deque(maxlen=_MUSIC_FRAMES)
        self._tones = 0
        self._edges = 0
        self._music = False

    def judge(self, ulaw: bytes) -> Kind:
        """One loud frame more, of 160 bytes at the most."""
        samples = np.zeros(FRAME, np.float32)
        samples[: len(ulaw)] = ulaw_samples(ulaw)
        pair = _pair(samples)
        self._notes(samples)
        self._tones = self._tones + 1 if pair is not None else 0
        if pair is not None:
            if self._tones < (_KEY_FRAMES if pair < _KEYS else _SIGNAL_FRAMES):
                return Kind.SUSPECT
            self._edges = _EDGES
            return Kind.TONE
        if self._edges:
            self._edges -= 1
            if self._edges:
                return Kind.SUSPECT
        return self._music_or_voice()

    def forget(self) -> None:
        """A silence: what follows has nothing to do with what was before."""
        self._before, self._peak, self._tones, self._edges, self._music = None, 0.0, 0, 0, False
        self._held.clear()

    @property
    def nothing_said(self) -> bool:
        """Whether what was kept back is no voice even if nothing more comes: a click, a tone's end, one held note."""
        frames = len(self._held)
        return bool(self._edges or self._tones) or frames <= _CLICK or sum(self._held) >= _BEEP * (frames - 1)

    def _notes(self, samples: Floats) -> None:
        """Whether the strongest frequency is where it was."""
        window = samples if self._before is None else np.concatenate((self._before, samples))
        self._before = samples
        spectrum = np.abs(np.fft.rfft(window * (_HANN if len(window) == _WINDOW else _HALF_HANN), _SIZE))[_BAND]
        at = int(spectrum[1:-1].argmax()) + 1
        low, top, high = np.log(spectrum[at - 1 : at + 2] + 1e-6).tolist()
        peak = (at + _BAND.start + (low - high) / (2 * (low - 2 * top + high) - 1e-9)) * TELEPHONE_RATE / _SIZE
        self._held.append(abs(peak - self._peak) < self._peak * _HOLDS + _HOLDS_HZ)
        self._peak = peak

    def _music_or_voice(self) -> Kind:
        frames = len(self._held)
        held = sum(self._held) / frames
        if self._music:
            self._music = held >= _STAYS_MUSIC
        elif frames == _MUSIC_FRAMES:
            self._music = held >= _IS_MUSIC
        if self._music:
            return Kind.MUSIC
        suspect = frames <= _CLICK or (frames < _MUSIC_FRAMES and held >= _MAY_BE_MUSIC)
        return Kind.SUSPECT if suspect else Kind.VOICE


def _pair(samples: Floats) -> int | None:
    """Which pair of sines the frame is made of, keys first; None when it is something else."""
    power = float(samples @ samples)
    shares = np.square(_BASES @ samples).reshape(-1, 4).sum(axis=1)
    best = int(shares.argmax())
    return best if shares[best] >= _PURE * power and _both(samples, best, power) else None


def _both(samples: Floats, pair: int, power: float) -> bool:
    """Each of the two sines is there: a single one may be a voice."""
    single = np.square(_SINGLES[pair] @ samples).reshape(-1, 2).sum(axis=1)
    return bool(single.max() < _PURE * power)


def _sines(*frequencies: int) -> Floats:
    angles = 2 * np.pi * np.outer(frequencies, np.arange(FRAME)) / TELEPHONE_RATE
    rows = np.stack([np.cos(angles), np.sin(angles)], axis=1).reshape(-1, FRAME)
    return np.linalg.qr(rows.T)[0].T.astype(np.float32)


_PAIRS = (*((row, column) for row in _ROWS for column in _COLUMNS), *_SIGNALS)
_KEYS: Final = len(_ROWS) * len(_COLUMNS)
_BASES = np.concatenate([_sines(*pair) for pair in _PAIRS])
_SINGLES = [np.concatenate([_sines(one) for one in pair]) for pair in _PAIRS]
_HANN = np.hanning(_WINDOW).astype(np.float32)
_HALF_HANN = np.hanning(FRAME).astype(np.float32)
