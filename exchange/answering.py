"""Who answers: a person says hello and listens, a machine talks on and then beeps. Told by loudness and tone alone.

Twilio's parameters and words. Pure: fed with frames of 20 ms, counts time in frames, and knows no clock.

A person's greeting is short: speech shorter than `speech_threshold`, then silence for `speech_end`. Longer speech is a
machine's. `Enable` tells a machine as soon as it is known; `DetectMessageEnd` waits for the end of its greeting: its
tone, or a long silence. Nothing heard for `silence`, or nothing decided within `limit`: unknown.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from exchange.mixer import decode
from exchange.sound import FRAME, RATE, SILENCE
from transcription.codec import ulaw_power

FRAME_MS: Final = 20
_FULL_SCALE: Final = 32768.0**2
_LOUD: Final = 10 ** (-42 / 10)  # of full scale: quieter is the line's own noise
_TONE_FRAMES: Final = 8  # 160 ms of one steady pitch: no voice holds one so purely
_TONE_SHARE: Final = 0.85  # of the power within one pitch
_TONE_LOW: Final = 350.0  # hertz: between these machines beep
_TONE_HIGH: Final = 2600.0
_AFTER_TONE: Final = 10  # frames without the tone that end it
_MERGE: Final = 1  # bins of 50 Hz to either side that still are the same pitch
_FAX: Final = (1100.0, 2100.0)
_FAX_FRAMES: Final = 25
_MACHINES_PAUSE_MS: Final = 2_000  # of silence after a machine's greeting, when no tone comes


class Mode(StrEnum):
    """MachineDetection, spelled as on the wire."""

    ENABLE = "Enable"
    MESSAGE_END = "DetectMessageEnd"


class AnsweredBy(StrEnum):
    """AnsweredBy, spelled as on the wire."""

    HUMAN = "human"
    MACHINE_START = "machine_start"
    MACHINE_END_BEEP = "machine_end_beep"
    MACHINE_END_SILENCE = "machine_end_silence"
    MACHINE_END_OTHER = "machine_end_other"
    FAX = "fax"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """How a call is listened to, in milliseconds. With an `async_url` the call goes on meanwhile, and is told there."""

    mode: Mode = Mode.ENABLE
    limit: int = 30_000
    speech_threshold: int = 2_400
    speech_end: int = 1_200
    silence: int = 5_000
    async_url: str = ""
    async_method: str = "POST"


@dataclass(slots=True)
class Detector:
    """Listens to one answered call. `verdict` stays None until it is known."""

    detection: Detection
    verdict: AnsweredBy | None = None
    heard: int = 0  # milliseconds
    _speech: int = 0  # of the greeting, pauses within it included
    _quiet: int = 0  # since the last loud frame
    _is_machine: bool = False
    _pitch: int = -1
    _held: int = 0  # frames of one pitch
    _tone: bool = False
    _since_tone: int = 0

    def feed(self, frame: bytes) -> AnsweredBy | None:
        """20 ms more of what the called party says; the verdict once there is one."""
        if self.verdict is not None:
            return self.verdict
        self.heard += FRAME_MS
        self.verdict = self._judge(frame)
        if self.verdict is None and self.heard >= self.detection.limit:
            self.verdict = AnsweredBy.MACHINE_END_OTHER if self._is_machine else AnsweredBy.UNKNOWN
        return self.verdict

    def _judge(self, frame: bytes) -> AnsweredBy | None:
        loud = frame != SILENCE and ulaw_power(frame) / _FULL_SCALE > _LOUD
        sounding = self._hear_tone(frame if loud else b"")
        if self._held >= _FAX_FRAMES and self._is_fax():
            return AnsweredBy.FAX
        if self._tone and not sounding:
            self._since_tone += 1
            if self._since_tone >= _AFTER_TONE:
                return AnsweredBy.MACHINE_END_BEEP if self._waits else AnsweredBy.MACHINE_START
        if loud:
            self._speech += FRAME_MS + (self._quiet if self._speech else 0)
            self._quiet = 0
        else:
            self._quiet += FRAME_MS
        return self._by_length()

    @property
    def _waits(self) -> bool:
        return self.detection.mode is Mode.MESSAGE_END

    def _by_length(self) -> AnsweredBy | None:
        asked = self.detection
        if not self._speech:
            return AnsweredBy.UNKNOWN if self._quiet >= asked.silence else None
        if self._speech >= asked.speech_threshold and not self._is_machine:
            self._is_machine = True
            if not self._waits:
                return AnsweredBy.MACHINE_START
        if self._is_machine:
            pause = max(_MACHINES_PAUSE_MS, asked.speech_end)
            return AnsweredBy.MACHINE_END_SILENCE if self._quiet >= pause else None
        return AnsweredBy.HUMAN if self._quiet >= asked.speech_end and not self._tone else None

    def _hear_tone(self, frame: bytes) -> bool:
        """Whether one steady pitch sounds now, and has for long enough to be a tone at some time."""
        pitch = _pitch_of(frame) if frame else -1
        self._held = self._held + 1 if pitch >= 0 and abs(pitch - self._pitch) <= _MERGE else int(pitch >= 0)
        self._pitch = pitch
        if self._held >= _TONE_FRAMES:
            self._tone, self._since_tone = True, 0
        return self._held >= _TONE_FRAMES

    def _is_fax(self) -> bool:
        hertz = self._pitch * RATE / FRAME
        return any(abs(hertz - fax) <= RATE / FRAME for fax in _FAX)


def _pitch_of(frame: bytes) -> int:
    """The bin of the one pitch that the frame consists of; -1 when it is of several, or of none."""
    samples = decode(frame).astype(np.float64)
    samples -= samples.mean()
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    total = float(power[1:].sum())
    if total <= 0:
        return -1
    peak = int(power[1:].argmax()) + 1
    hertz = peak * RATE / FRAME
    near = float(power[max(1, peak - 2) : peak + 3].sum())
    return peak if _TONE_LOW <= hertz <= _TONE_HIGH and near / total >= _TONE_SHARE else -1
