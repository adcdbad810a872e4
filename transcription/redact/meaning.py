"""What a number is likely to be, by the words near it: its own speaker's, and what the other party has just said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from transcription.redact.items import Context, Heard
from transcription.redact.runs import Run

WORDS_BEFORE: Final = 14
WORDS_AFTER: Final = 4
SECONDS_ASKED: Final = 20
"""How long a question of the other party gives a meaning to what is said."""
OTHER: Final = "other"


class Asked(NamedTuple):
    """What the other party spoke of, and when it had been said (milliseconds)."""

    kind: str
    end_ms: int
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The words of a track with all that gives them a meaning."""

    words: Sequence[Heard]
    contexts: Sequence[Context]
    asked: Sequence[Asked]
    runs: Sequence[Run]

    def near(self, first: int, last: int) -> Mapping[str, int]:
        """The kinds that are spoken of near these words, each with how far away; nearer is likelier."""
        found: dict[str, int] = {}
        for kind, distance in (*self._before(first), *self._after(last), *self._asked_before(first)):
            found[kind] = min(distance, found.get(kind, distance))
        return found

    def leading(self, first: int, last: int) -> str:
        """The nearest kind; empty for none."""
        near = self.near(first, last)
        return min(near, key=near.__getitem__) if near else ""

    def spoken_of(self, kind: str, first: int, *, words: int, seconds: int) -> bool:
        """Whether somebody has spoken of the kind not long before (or right after) a word."""
        own = (one for one in self.contexts if one.kind == kind)
        start = self.words[first].start_ms
        return any(-8 <= first - one.last <= words for one in own) or any(
            one.kind == kind and -2_000 <= start - one.end_ms <= seconds * 1000 for one in self.asked
        )

    def is_weak(self, first: int) -> bool:
        """Whether the nearest word before that spoke of an expiry date is one said of other things, too."""
        own = [one for one in self.contexts if one.kind == "expiry" and one.last < first]
        asked = [one for one in self.asked if one.kind == "expiry" and one.end_ms <= self.words[first].start_ms + 2_000]
        return own[-1].weak if own else bool(asked) and asked[-1].weak

    def _before(self, first: int) -> list[tuple[str, int]]:
        said = {place for run in self.runs for chunk in run.chunks for place in range(chunk.first, chunk.last + 1)}
        near = []
        for one in self.contexts:
            if one.last < first <= one.last + WORDS_BEFORE + len(said):
                between = sum(place not in said for place in range(one.last + 1, first))
                numbers = sum(one.last < run.first and run.last < first for run in self.runs)
                if between <= WORDS_BEFORE:
                    near.append((one.kind, between + 4 * numbers))
        return near

    def _after(self, last: int) -> list[tuple[str, int]]:
        """`one two three is the security code`: unless those words belong to a number that follows them."""
        near = []
        for one in self.contexts:
            distance = one.first - last - 1
            followed = any(0 <= run.first - one.last <= WORDS_AFTER + 2 for run in self.runs)
            if 0 <= distance <= WORDS_AFTER and not followed:
                near.append((one.kind, 5 + distance))
        return near

    def _asked_before(self, first: int) -> list[tuple[str, int]]:
        start = self.words[first].start_ms
        return [
            (one.kind, 4 + max(0, start - one.end_ms) // 2000)
            for one in self.asked
            if -2_000 <= start - one.end_ms <= SECONDS_ASKED * 1000
        ]
