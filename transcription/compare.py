"""Two transcripts of the same sound, word by word: what changed, and the word error rate between them.

The rate is substitutions, insertions and deletions over the words of the first (Levenshtein over words), which says how
far apart two hearings are, not which of them is right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from transcription.query import words_of

MOST_CELLS: Final = 20_000_000
"""A table larger than this (two tracks of some 4,500 words) is cut where both have a pause."""
MATCH, CHANGE, LEFT, RIGHT = range(4)


class Edit(StrEnum):
    """What became of some words."""

    SAME = "same"
    CHANGED = "changed"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Timed:
    """A word and when it was said, in milliseconds."""

    text: str
    start_ms: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A stretch in which the two are the same, or are not: the words of both."""

    edit: Edit
    first: tuple[Timed, ...]
    second: tuple[Timed, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The stretches in order, how many words differ, and how many the first has."""

    parts: tuple[Difference, ...]
    errors: int
    words: int

    @property
    def wer(self) -> float | None:
        """Word error rate; None when the first has no word."""
        return self.errors / self.words if self.words else None


def compare(first: Sequence[Timed], second: Sequence[Timed]) -> Comparison:
    """The least number of changes that make the second of the first."""
    steps = _steps(first, second)
    errors = sum(step != MATCH for step, _, _ in steps)
    return Comparison(tuple(_stretches(steps)), errors, len(first))


def together(comparisons: Sequence[Comparison]) -> float | None:
    """The word error rate over several tracks."""
    words = sum(one.words for one in comparisons)
    return sum(one.errors for one in comparisons) / words if words else None


_Step = tuple[int, Timed | None, Timed | None]


def _steps(first: Sequence[Timed], second: Sequence[Timed]) -> list[_Step]:
    if (len(first) + 1) * (len(second) + 1) > MOST_CELLS:
        cut = _pause(first)
        moment = first[cut].start_ms
        other = next((at for at, word in enumerate(second) if word.start_ms >= moment), len(second))
        if 0 < other < len(second):
            return _steps(first[:cut], second[:other]) + _steps(first[cut:], second[other:])
    table = _table([_key(word) for word in first], [_key(word) for word in second])
    return _back(table, first, second)


def _pause(words: Sequence[Timed]) -> int:
    """Where the middle third pauses longest."""
    begin, end = len(words) // 3, 2 * len(words) // 3
    return max(range(begin + 1, end), key=lambda at: words[at].start_ms - words[at - 1].start_ms)


def _key(word: Timed) -> str:
    return " ".join(words_of(word.text)) or word.text


def _table(first: Sequence[str], second: Sequence[str]) -> npt.NDArray[np.uint8]:
    """Which step leads to each cell; a row at a time, so that a long call takes seconds."""
    known = {word: number for number, word in enumerate(dict.fromkeys([*first, *second]))}
    columns = np.array([known[word] for word in second], dtype=np.int32)
    steps = np.empty((len(first) + 1, len(second) + 1), dtype=np.uint8)
    steps[0], steps[:, 0] = RIGHT, LEFT
    places = np.arange(len(second) + 1, dtype=np.int32)
    above = places.copy()
    for row, word in enumerate(first, start=1):
        differs = columns != known[word]
        here = np.empty_like(above)
        here[0] = row
        here[1:] = np.minimum(above[:-1] + differs, above[1:] + 1)
        # a cell may also be reached from its left: the least of all before it, plus the way
        here = np.minimum.accumulate(here - places) + places
        straight = above[:-1] + differs == here[1:]
        down = above[1:] + 1 == here[1:]
        steps[row, 1:] = np.where(straight, np.where(differs, CHANGE, MATCH), np.where(down, LEFT, RIGHT))
        above = here
    return steps


def _back(table: npt.NDArray[np.uint8], first: Sequence[Timed], second: Sequence[Timed]) -> list[_Step]:
    steps: list[_Step] = []
    row, column = len(first), len(second)
    while row or column:
        step = int(table[row, column]) if row and column else (LEFT if row else RIGHT)
        row -= step != RIGHT
        column -= step != LEFT
        steps.append((step, first[row] if step != RIGHT else None, second[column] if step != LEFT else None))
    return steps[::-1]


def _stretches(steps: Sequence[_Step]) -> list[Difference]:
    parts: list[tuple[bool, list[Timed], list[Timed]]] = []
    for step, left, right in steps:
        if not parts or parts[-1][0] is not (step == MATCH):
            parts.append((step == MATCH, [], []))
        parts[-1][1].extend([left] if left else [])
        parts[-1][2].extend([right] if right else [])
    return [Difference(_edit(same, left, right), tuple(left), tuple(right)) for same, left, right in parts]


def _edit(same: object, left: Sequence[Timed], right: Sequence[Timed]) -> Edit:
    if same:
        return Edit.SAME
    if left and right:
        return Edit.CHANGED
    return Edit.GONE if left else Edit.NEW
