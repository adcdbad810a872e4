"""A sentence as weighted features: its words, and the pieces of its words, so that endings and slips matter less."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from call_flows.hearing.phrases import normalise

if TYPE_CHECKING:
    import numpy as np

    Floats = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
    Places = np.ndarray[tuple[int, ...], np.dtype[np.int64]]

PIECES: Final = (2, 3, 4, 5)


def _pieces(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        padded = f" {word} "
        for size in PIECES:
            yield from (padded[at : at + size] for at in range(len(padded) - size + 1))


@dataclass(frozen=True, slots=True)
class Vector:
    """A sentence's features that are known, by place and weight, and the share of its weight that is known."""

    places: Places
    weights: Floats
    known: float


class Features(Protocol):
    """The port of steering: a sentence as places and weights, by what was learned of all examples."""

    @property
    def size(self) -> int:
        """How many features there are."""

    def vector(self, sentence: str) -> Vector:
        """A sentence's features, of length one; none of what is no sentence."""


Reader = Callable[[Sequence[str]], Features]
"""Learns from all examples how to read a sentence: `Vocabulary`, or a sentence model's `read`."""


class Vocabulary:
    """The features of the examples, each with how telling it is."""

    def __init__(self, sentences: Iterable[str]) -> None:
        import numpy as np

        counted = [_count(sentence) for sentence in sentences]
        seen = [Counter[str](), Counter[str]()]
        for groups in counted:
            for group, found in zip(seen, groups, strict=True):
                group.update(found.keys())
        self._rare = math.log(1 + len(counted)) + 1
        self._places: list[dict[str, int]] = []
        telling: list[float] = []
        for group in seen:
            self._places.append({feature: len(telling) + at for at, feature in enumerate(group)})
            telling += [math.log((1 + len(counted)) / (1 + many)) + 1 for many in group.values()]
        self._telling = np.array(telling or [0.0], dtype=np.float32)
        self.size = len(self._telling)

    def vector(self, sentence: str) -> Vector:
        """A sentence's features; words and pieces weigh the same in sum."""
        import numpy as np

        places: list[Places] = []
        weights: list[Floats] = []
        known, whole = 0.0, 0.0
        for group, found in zip(self._places, _count(sentence), strict=True):
            here = [(group[feature], many) for feature, many in found.items() if feature in group]
            missing = len(found) - len(here)
            whole += missing * self._rare
            if not here:
                continue
            at = np.array([place for place, _many in here], dtype=np.int64)
            weight = (1 + np.log(np.array([many for _place, many in here], dtype=np.float32))) * self._telling[at]
            known, whole = known + float(weight.sum()), whole + float(weight.sum())
            places.append(at)
            weights.append(weight / (float(np.linalg.norm(weight)) * math.sqrt(2)))
        if not places:
            return Vector(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32), 0.0)
        return Vector(np.concatenate(places), np.concatenate(weights), known / whole)


def _count(sentence: str) -> tuple[Counter[str], Counter[str]]:
    words = normalise(sentence)
    return Counter(words), Counter(_pieces(words))
