"""Which of several texts is about a question: BM25 over stems, built once, pure."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from call_flows.hearing.phrases import normalise

K1: Final = 1.2
B: Final = 0.6
_SMALL: Final = """
    a an and are as at be been by can could d did do does for from get got had has have hello hi how i if in is it
    its know ll like m many me much my need of on or our please re s should so t tell than that the their them then
    there they this to up us ve want was we what when where which who why will with would yes you your al como con
    cual cuales cuando cuanta cuanto de del donde el ella en es esta este estoy hay hola la las le lo los me mi mis
    muy necesito no o para pero por porque puede puedo que quien quiero quisiera saber se si sobre son su sus te
    tengo tiene tienen tu un una unos usted ustedes y ya yo
"""
_EMPTY: Final = frozenset(_SMALL.split())
_SUFFIXES: Final = ("ations", "ation", "ings", "ing", "ciones", "cion", "ies", "es", "ed", "s", "e")
_SHORTEST: Final = 3


@dataclass(frozen=True, slots=True)
class Found:
    """The best text's place, and how sure it is: the share of the question's weight that it holds, 0 to 1."""

    place: int
    sure: float
    score: float


class Ranking:
    """Texts made ready to be asked. Each is several fields with their weights."""

    def __init__(self, texts: Sequence[Iterable[tuple[str, float]]]) -> None:
        self._counts = [_weigh(fields) for fields in texts]
        self._lengths = [sum(counts.values()) for counts in self._counts]
        self._mean = (sum(self._lengths) / len(self._lengths) if self._lengths else 0.0) or 1.0
        held = Counter(stem for counts in self._counts for stem in counts)
        total = len(self._counts)
        self._rarity = {stem: math.log(1 + (total - n + 0.5) / (n + 0.5)) for stem, n in held.items()}
        self._unknown = math.log(1 + (total - 0.5) / 1.5) if total else 1.0  # as a word that one text holds

    def best(self, question: str) -> Found | None:
        """The best text; None when the question holds nothing but small words, or no text holds any of it."""
        return next(iter(self.top(question, 1)), None)

    def top(self, question: str, most: int) -> list[Found]:
        """The best texts, the best first, at most so many: those that hold any of the question."""
        asked = dict.fromkeys(stems(question))
        whole = sum(self._rarity.get(stem, self._unknown) for stem in asked)
        if not whole:
            return []
        scores = [self._score(place, asked) for place in range(len(self._counts))]
        places = sorted((place for place, score in enumerate(scores) if score > 0), key=lambda at: -scores[at])
        return [
            Found(at, sum(self._rarity[stem] for stem in asked if stem in self._counts[at]) / whole, scores[at])
            for at in places[:most]
        ]

    def _score(self, place: int, asked: Iterable[str]) -> float:
        counts = self._counts[place]
        norm = K1 * (1 - B + B * self._lengths[place] / self._mean)
        return sum(
            self._rarity[stem] * counts[stem] * (K1 + 1) / (counts[stem] + norm) for stem in asked if stem in counts
        )


def stems(text: str) -> list[str]:
    """The words that carry meaning, cut to their stems."""
    return [_stem(word) for word in normalise(text) if word not in _EMPTY]


def _stem(word: str) -> str:
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST:
            return word[: -len(suffix)]
    return word


def _weigh(fields: Iterable[tuple[str, float]]) -> dict[str, float]:
    counts: dict[str, float] = {}
    for text, weight in fields:
        words = text.split()
        for start in range(0, len(words), 40):  # a long text is read to its end, a stretch at a time
            for stem in stems(" ".join(words[start : start + 40])):
                counts[stem] = counts.get(stem, 0.0) + weight
    return counts
