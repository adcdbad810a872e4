"""The telephone's tones, made by arithmetic: keys (DTMF), ringing, busy, and the beep before a recording."""

import re

import numpy as np

from exchange.ports import SoundUnavailable
from exchange.speech.level import LINE_RATE, Samples, encode, silence

_ROWS = (697, 770, 852, 941)
_COLUMNS = (1209, 1336, 1477, 1633)
_KEYS = ("123A", "456B", "789C", "*0#D")
_PAIR = {
    key: (row, column)
    for row, line in zip(_ROWS, _KEYS, strict=True)
    for column, key in zip(_COLUMNS, line, strict=True)
}
_TONE, _GAP = 0.1, 0.1  # seconds a key sounds and rests: twice what ITU-T Q.24 asks of a receiver
_WAITS = {"w": 0.5, "W": 1.0}  # in Play digits and sendDigits
_LOW, _HIGH = 10 ** (-10 / 20), 10 ** (-8 / 20)  # the high tone two decibels above the low one (twist)
_CALL_PROGRESS = 10 ** (-16 / 20)
_EDGE = 0.005  # seconds of fade, so that no tone clicks
MAX_DIGITS = 32


def dtmf(digits: str) -> bytes:
    """The sound of keys pressed one after the other; `w` waits half a second, `W` a whole one. µ-law."""
    if not re.fullmatch(rf"[0-9A-D*#wW]{{1,{MAX_DIGITS}}}", digits):
        todo = f"Write up to {MAX_DIGITS} of 0-9 A-D * # w W."
        raise SoundUnavailable(f"Play: {digits[:MAX_DIGITS]!r} are not keys of a telephone. {todo}", code=13430)
    pieces = [silence(_WAITS[key]) if key in _WAITS else _key(key) for key in digits]
    return encode(np.concatenate(pieces))


def ringback() -> bytes:
    """One ring as the calling party hears it: two seconds of it, four of silence (North America)."""
    return encode(np.concatenate([_tone(2.0, 440, 480), silence(4.0)]))


def busy() -> bytes:
    """One beat of the busy signal."""
    return encode(np.concatenate([_tone(0.5, 480, 620), silence(0.5)]))


def beep() -> bytes:
    """The beep that says: speak now."""
    return encode(np.concatenate([_tone(0.35, 1000), silence(0.05)]))


def knock(*, entering: bool) -> bytes:
    """The two notes heard in a conference when somebody comes in (up) or leaves (down)."""
    notes = (523.25, 659.25) if entering else (659.25, 523.25)
    return encode(np.concatenate([_tone(0.12, note) for note in notes]))


def _key(key: str) -> Samples:
    low, high = _PAIR[key]
    sound = _sine(_TONE, low) * _LOW + _sine(_TONE, high) * _HIGH
    return np.concatenate([_faded(sound), silence(_GAP)])


def _tone(seconds: float, *frequencies: float) -> Samples:
    together = sum((_sine(seconds, frequency) for frequency in frequencies), start=silence(seconds))
    return _faded(together * np.float32(_CALL_PROGRESS))


def _sine(seconds: float, frequency: float) -> Samples:
    moments = np.arange(round(seconds * LINE_RATE)) / LINE_RATE
    return np.sin(2 * np.pi * frequency * moments).astype(np.float32)


def _faded(samples: Samples) -> Samples:
    edge = round(_EDGE * LINE_RATE)
    slope = np.linspace(0, 1, edge, dtype=np.float32)
    samples[:edge] *= slope
    samples[-edge:] *= slope[::-1]
    return samples
