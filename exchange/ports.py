"""What the exchange needs from its parts, as ports: a voice, prompts, ears, somebody to tape. Each has a twin."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from exchange.sound import Sound
from exchange.twiml.elements import Element


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """What a <Say> wants spoken: its content in order (text and SSML elements), and how."""

    content: tuple[str | Element, ...]
    language: str = ""
    voice: str = ""

    @property
    def text(self) -> str:
        """The words alone, white space made single."""
        words = (part if isinstance(part, str) else part.all_text for part in self.content)
        return " ".join("".join(words).split())


class Voice(Protocol):
    """Speaks. Called outside `clock.working()`: the caller of the port holds the clock."""

    async def speak(self, speech: Speech) -> Sound:
        """The sound of it; raises `SoundUnavailable` where it cannot be made."""
        ...


class Prompts(Protocol):
    """Fetches and decodes recorded sound."""

    async def load(self, url: str) -> Sound:
        """The wav, mp3, … at the URL as line sound; raises `SoundUnavailable` with Twilio's error code."""
        ...

    def keys(self, digits: str) -> Sound:
        """The tones of <Play digits>; w is half a second of silence, W a whole one."""
        ...

    def beep(self) -> Sound:
        """The tone before a recording."""
        ...

    def ringback(self) -> Sound:
        """One period of the ringing tone, silence included; it is repeated."""
        ...


class SoundUnavailable(Exception):
    """A prompt or a voice is not to be had; `code` is Twilio's error (11200 not fetched, 12300 no sound, 13520 Say)."""

    def __init__(self, message: str, *, code: int) -> None:
        super().__init__(message)
        self.code = code


class HeardKind(StrEnum):
    """What a listener can report."""

    BEGAN = "began"  # speech has begun: prompts are interrupted, the no-input timeout stops
    PARTIAL = "partial"  # words so far
    ENDED = "ended"  # the speaker has finished: `text` is the whole; a listener reports it once


@dataclass(frozen=True, slots=True)
class Heard:
    """One report of a listener; `at` in seconds of audio since it began to listen."""

    kind: HeardKind
    text: str = ""
    confidence: float | None = None
    stable: str = ""  # of a partial: the beginning that will not change
    at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """How a <Gather> listens. `pause` is speechTimeout: seconds of silence that end an utterance, None for auto.

    `digits` is how many are expected where digits are: when they are all there, nothing need follow.
    """

    language: str = "en-US"
    hints: tuple[str, ...] = ()
    pause: float | None = None
    longest: float = 60.0
    digits: int | None = None


class SpeechListener(Protocol):
    """Hears one utterance. Time is that of the audio fed, never of a clock."""

    async def feed(self, ulaw: bytes) -> Sequence[Heard]:
        """Some whole frames more of what the caller says (silence included); what is known after them."""
        ...

    async def finish(self) -> Sequence[Heard]:
        """No more sound will come (a key was pressed, a limit reached, the caller gone): the last report."""
        ...


class Ears(Protocol):
    """Makes listeners. May raise `SoundUnavailable` when no model is at hand: Gather then takes keys only."""

    def listen(self, listening: Listening) -> SpeechListener:
        """A fresh listener for one <Gather>."""
        ...
