"""Twins of voice, prompts and ears that agree with each other: the words are written into the sound and read out of it.

So a scripted caller who `says("billing")` is understood exactly, through the real time line, tick and Gather, with no
synthesis and no model. A word lasts as long as it would be spoken.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from exchange.ports import Heard, HeardKind, Listening, SoundUnavailable, Speech
from exchange.sound import FRAME, FRAME_SECONDS, RATE, SILENCE, Sound, silence

SECONDS_A_LETTER: Final = 0.06
AUTO_PAUSE: Final = 0.8
_WRITTEN: Final = re.compile(rb"\x02([^\x02\x03\xff]*)\x03")


def words_as_sound(text: str) -> Sound:
    """Sound that lasts as the words would, and in which they are written over and over."""
    record = b"\x02" + text.encode() + b"\x03"
    samples = max(round(len(text) * SECONDS_A_LETTER * RATE), 2 * len(record), FRAME)
    return Sound((record * (samples // len(record) + 1))[:samples])


def sound_as_words(ulaw: bytes) -> str:
    """The words written into the sound, in order, each text once in a row."""
    found = [match.decode("utf-8", "replace") for match in _WRITTEN.findall(ulaw)]
    return " ".join(word for place, word in enumerate(found) if place == 0 or found[place - 1] != word)


class TwinVoice:
    """Speaks by writing."""

    async def speak(self, speech: Speech) -> Sound:
        """The words as sound."""
        return words_as_sound(speech.text)


@dataclass(slots=True)
class TwinPrompts:
    """Knows every URL but those in `missing`; each lasts a second unless `sounds` has it."""

    sounds: dict[str, Sound] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()

    async def load(self, url: str) -> Sound:
        """The file's name as sound."""
        if url in self.missing:
            raise SoundUnavailable("HTTP 404", code=11200)
        if url in self.sounds:
            return self.sounds[url]
        written = words_as_sound(urlsplit(url).path.rsplit("/", 1)[-1]).ulaw
        return Sound((written * (RATE // len(written) + 1))[:RATE])

    def keys(self, digits: str) -> Sound:
        """The keys, a quarter second each."""
        return Sound((words_as_sound(digits).ulaw * RATE)[: round(len(digits) * RATE * 0.25)])

    def beep(self) -> Sound:
        """Half a second."""
        return Sound(b"\x10" * (RATE // 2))

    def ringback(self) -> Sound:
        """Two seconds and four of silence."""
        return Sound(b"\x20" * (RATE * 2) + silence(4).ulaw)


@dataclass(slots=True)
class TwinListener:
    """Hears what is written; the speaker has finished after a pause."""

    listening: Listening
    _at: float = 0.0
    _quiet: float = 0.0
    _heard: bytearray = field(default_factory=bytearray)
    _told: str = ""
    _over: bool = False

    async def feed(self, ulaw: bytes) -> Sequence[Heard]:
        """Frame by frame."""
        return [heard for start in range(0, len(ulaw), FRAME) for heard in self._frame(ulaw[start : start + FRAME])]

    async def finish(self) -> Sequence[Heard]:
        """What was heard so far."""
        return [] if self._over or not self._heard else [self._ended()]

    def _frame(self, frame: bytes) -> list[Heard]:
        self._at += FRAME_SECONDS
        if self._over:
            return []
        if frame == SILENCE:
            self._quiet += FRAME_SECONDS
            pause = AUTO_PAUSE if self.listening.pause is None else self.listening.pause
            return [self._ended()] if self._heard and self._quiet >= pause else []
        self._quiet = 0.0
        told = [] if self._heard else [Heard(HeardKind.BEGAN, at=self._at)]
        self._heard += frame
        words = sound_as_words(bytes(self._heard))
        if words and words != self._told:
            told.append(Heard(HeardKind.PARTIAL, words, at=self._at))
            self._told = words
        return told

    def _ended(self) -> Heard:
        self._over = True
        return Heard(HeardKind.ENDED, sound_as_words(bytes(self._heard)), 0.9, at=self._at)


class TwinEars:
    """Makes listeners that read; `deaf` ones have no model."""

    def __init__(self, *, deaf: bool = False) -> None:
        self._deaf = deaf
        self.asked: list[Listening] = []

    def listen(self, listening: Listening) -> TwinListener:
        """A listener."""
        self.asked.append(listening)
        if self._deaf:
            raise SoundUnavailable("no model is at hand", code=13335)
        return TwinListener(listening)
