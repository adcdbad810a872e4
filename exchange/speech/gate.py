"""The gate in front of the recogniser: tells speech from silence by loudness, in frames of audio, never by a clock.

Silence costs a recogniser four times what speech costs, so it is not fed at all; and the end of an utterance is known
from the silence after it, sooner than a recogniser would say so.
Key tones are no speech.
"""

import math
from collections import deque
from dataclasses import dataclass

from exchange.sound import FRAME_SECONDS
from transcription.codec import ulaw_power
from transcription.tonal import Kind, Tonal

_FULL_SCALE = 32768.0**2
_NOTHING = -100.0  # decibels of digital silence
_ABOVE_NOISE = 10.0  # decibels by which speech stands out of the background
_QUIETEST, _LOUDEST_NOISE = -50.0, -36.0  # where the threshold may lie, relative to full scale
_NOISE_MEMORY = 75  # frames: the background is the quietest moment of the last second and a half
_BEGIN_WITHIN, _BEGIN_FRAMES = 12, 7  # so many loud frames within so many begin speech: shorter is a click or a cough
_BEFORE = 15  # frames kept from before the beginning: a soft first consonant is quieter than the threshold
_AFTER = 12  # frames that pass after the last loud one


@dataclass(frozen=True, slots=True)
class Passed:
    """What a frame was: `sound` to be recognised (earlier frames included when speech begins), and how it stands."""

    sound: bytes = b""
    began: bool = False
    quiet: float = 0.0  # seconds since the last loud frame, once speech has begun


class Gate:
    """One utterance's gate. Feed it frames of 160 µ-law bytes."""

    def __init__(self) -> None:
        self._noise: deque[float] = deque(maxlen=_NOISE_MEMORY)
        self._loud: deque[bool] = deque(maxlen=_BEGIN_WITHIN)
        self._before: deque[bytes] = deque(maxlen=_BEFORE)
        self._tonal = Tonal()
        self._quiet = 0
        self.begun = False

    def feed(self, frame: bytes) -> Passed:
        """One frame more."""
        kind = self._tonal.judge(frame) if self._is_loud(frame) else None
        loud = kind in {Kind.VOICE, Kind.SUSPECT}
        self._loud.append(loud)
        if not self.begun:
            return self._waiting(frame, kind)
        if kind in {Kind.TONE, Kind.MUSIC}:
            self._quiet += 1
            return Passed(quiet=self._quiet * FRAME_SECONDS)
        self._quiet = 0 if loud else self._quiet + 1
        quiet = self._quiet * FRAME_SECONDS
        if self._quiet > _AFTER:  # shut: remembered, in case speech goes on
            self._before.append(frame)
            return Passed(quiet=quiet)
        return Passed(self._take(frame), quiet=quiet)

    def _waiting(self, frame: bytes, kind: Kind | None) -> Passed:
        if kind is not Kind.VOICE or sum(self._loud) < _BEGIN_FRAMES:
            if not any(self._loud):
                self._tonal.forget()
            if kind not in {Kind.TONE, Kind.MUSIC}:
                self._before.append(frame)
            return Passed()
        self.begun = True
        return Passed(self._take(frame), began=True)

    def _take(self, frame: bytes) -> bytes:
        """The frame with those remembered before it."""
        sound = b"".join((*self._before, frame))
        self._before.clear()
        return sound

    def _is_loud(self, frame: bytes) -> bool:
        power = ulaw_power(frame) / _FULL_SCALE
        loudness = 10 * math.log10(power) if power > 0 else _NOTHING
        self._noise.append(loudness)
        threshold = min(max(min(self._noise) + _ABOVE_NOISE, _QUIETEST), _LOUDEST_NOISE)
        return loudness > threshold
