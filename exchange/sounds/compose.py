"""Composes the shipped sounds from nothing but sines: `python -m exchange.sounds.compose` writes the wav files here.

The hold music is eight bars of our own: four soft chords, a bass note under each, and a line plucked above them, in
3/4, everything between 200 and 2,000 Hz, where a telephone is kindest. It ends where it begins, so it can be looped.
"""

import wave
from pathlib import Path

import numpy as np

from exchange.speech.level import LINE_RATE, Samples, decode, encode
from exchange.speech.tones import beep, busy, knock, ringback

_BEAT = 0.72  # seconds
_BAR = 3
_CHORDS = (  # MIDI numbers: bass, then the chord
    (50, (62, 66, 69, 73)),  # D major seventh
    (47, (62, 66, 69, 71)),  # B minor seventh
    (55, (62, 67, 71, 74)),  # G major
    (52, (64, 67, 71, 74)),  # E minor seventh
    (54, (61, 66, 69, 73)),  # F sharp minor
    (47, (62, 66, 71, 74)),  # B minor
    (52, (62, 67, 71, 76)),  # E minor seventh
    (57, (61, 64, 69, 73)),  # A major
)
_LINE = (  # one note a beat, 0 for a rest
    (78, 81, 85), (83, 81, 78), (79, 0, 83), (86, 83, 79),
    (81, 85, 83), (81, 78, 0), (79, 83, 86), (85, 81, 76),
)  # fmt: skip
_LOUDEST = 10 ** (-12 / 20)


def hold_music() -> Samples:
    """The whole piece, 17 seconds; tails that ring past the end are laid over the beginning."""
    length = round(len(_CHORDS) * _BAR * _BEAT * LINE_RATE)
    music = np.zeros(length, dtype=np.float64)
    for bar, ((bass, chord), line) in enumerate(zip(_CHORDS, _LINE, strict=True)):
        start = bar * _BAR * _BEAT
        _lay(music, start, _note(bass + 12, seconds=2.6, attack=0.05, fall=1.2) * 0.5)
        for number in chord:
            _lay(music, start, _note(number, seconds=3.2, attack=0.45, fall=1.6) * 0.22)
        for beat, number in enumerate(line):
            if number:
                _lay(music, start + beat * _BEAT, _note(number, seconds=1.8, attack=0.008, fall=0.45) * 0.4)
    music *= _LOUDEST / float(np.max(np.abs(music)))
    return music.astype(np.float32)


def _note(number: int, *, seconds: float, attack: float, fall: float) -> Samples:
    """A note with three partials that die away, the higher the sooner."""
    moments = np.arange(round(seconds * LINE_RATE)) / LINE_RATE
    frequency = 440.0 * 2 ** ((number - 69) / 12)
    sound = np.zeros(len(moments))
    for partial, strength in ((1, 1.0), (2, 0.28), (3, 0.1)):
        sound += strength * np.sin(2 * np.pi * frequency * partial * moments) * np.exp(-moments * partial / fall)
    swell = np.minimum(moments / attack, 1.0)
    end = np.minimum((seconds - moments) / 0.1, 1.0)
    return (sound * swell * end).astype(np.float32)


def _lay(music: np.ndarray[tuple[int], np.dtype[np.float64]], start: float, note: Samples) -> None:
    places = (round(start * LINE_RATE) + np.arange(len(note))) % len(music)
    np.add.at(music, places, note)


def sounds() -> dict[str, Samples]:
    """Every shipped sound by its name."""
    return {
        "hold-music": hold_music(),
        "ringback": decode(ringback()),
        "busy": decode(busy()),
        "beep": decode(beep()),
        "enter": decode(knock(entering=True)),
        "leave": decode(knock(entering=False)),
    }


def main() -> None:
    """Write them as µ-law wav files, 8 kHz."""
    for name, samples in sounds().items():
        _write(Path(__file__).parent / f"{name}.wav", encode(samples))


def _write(path: Path, ulaw: bytes) -> None:
    """A wav file in µ-law: the `wave` module writes only linear samples, so its header is corrected to format 7."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(LINE_RATE)
        file.writeframes(ulaw)
    data = bytearray(path.read_bytes())
    data[20:22] = (7).to_bytes(2, "little")
    path.write_bytes(bytes(data))


if __name__ == "__main__":
    main()
