"""A conversation as understanding takes it: turns with their folded words, and the stretches on hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from transcription.query import words_of

CALLER: Final = "caller"
AGENT: Final = "agent"


class Spoken(Protocol):
    """What a turn is made of: a stored segment, or a line that was said just now."""

    @property
    def speaker(self) -> str:
        """Who spoke."""

    @property
    def leg(self) -> str:
        """On which leg."""

    @property
    def seq(self) -> int:
        """The number of the segment on its track."""

    @property
    def start_ms(self) -> int:
        """When it began."""

    @property
    def end_ms(self) -> int:
        """When it ended."""

    @property
    def text(self) -> str:
        """What was said."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Something said without a pause: who, when (milliseconds of the call), the text, its words as they are searched.

    (speaker, leg, seq) is its place in the transcript.
    """

    speaker: str
    start_ms: int
    end_ms: int
    text: str
    words: tuple[str, ...]
    leg: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the call, in milliseconds."""

    start_ms: int
    end_ms: int

    @property
    def length_ms(self) -> int:
        """How long it is."""
        return max(0, self.end_ms - self.start_ms)


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was said so far, in the order in which it began; `now_ms` is where a call that is still on has come to.

    `holds` is the caller with music at an agent's wish; `apart` is all other time without an agent: menus, the queue.
    """

    turns: tuple[Turn, ...]
    holds: tuple[Span, ...] = ()
    apart: tuple[Span, ...] = ()
    now_ms: int | None = None

    @property
    def end_ms(self) -> int:
        """Where it ends so far."""
        last = max((turn.end_ms for turn in self.turns), default=0)
        return max(last, self.now_ms or 0)


def turns_of(spoken: Iterable[Spoken]) -> tuple[Turn, ...]:
    """Segments as turns, in the order in which they began."""
    made = (
        Turn(one.speaker, one.start_ms, one.end_ms, one.text, tuple(words_of(one.text)), one.leg, one.seq)
        for one in spoken
    )
    return tuple(sorted(made, key=lambda turn: (turn.start_ms, turn.end_ms, turn.speaker)))
