"""The classifier: logistic regression over features of sentences, in numpy, trained when a site is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from call_flows.steering.features import Reader, Vector, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from call_flows.steering.features import Floats, Places

_STRENGTH: Final = 10.0
_STEPS: Final = 120
_MOST_AT_ONCE: Final = 1600
"""Examples up to which all are looked at in every step; above it, a few at a time."""
_BATCH: Final = 64
_ROUNDS: Final = 14
_RATE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Scores:
    """How likely each intent is, and what tells whether to believe it."""

    probabilities: Floats
    likeness: Floats
    """How like the sentence is to the middle of each intent's examples."""
    nearest: float
    """How like it is to the nearest example of the likeliest intent."""
    known: float


class Classifier:
    """Sentences to probabilities of intents, numbered from 0."""

    def __init__(self, sentences: Sequence[str], intents: Sequence[int], count: int, read: Reader = Vocabulary) -> None:
        import numpy as np

        self._features = read(sentences)
        vectors = [self._features.vector(sentence) for sentence in sentences]
        labels = np.array(intents, dtype=np.int64)
        size = self._features.size
        train = _all_at_once if len(vectors) <= _MOST_AT_ONCE else _few_at_a_time
        self._weights = train(vectors, labels, size, count)
        middle = np.zeros((size, count), dtype=np.float32)
        for vector, label in zip(vectors, intents, strict=True):
            middle[vector.places, label] += vector.weights
        self._middle = middle / np.maximum(np.linalg.norm(middle, axis=0), 1e-9)
        self._examples = [_Stack([vectors[row] for row in np.flatnonzero(labels == each)]) for each in range(count)]

    def scores(self, sentence: str) -> Scores:
        """What a sentence may mean."""
        vector = self._features.vector(sentence)
        said = vector.weights @ self._weights[vector.places]
        nearest = self._examples[int(said.argmax())].nearest(vector, self._features.size)
        likeness = vector.weights @ self._middle[vector.places]
        return Scores(_softmax(said[None, :])[0], likeness, nearest, vector.known)


class _Stack:
    """The examples of one intent, to look for the nearest."""

    def __init__(self, vectors: Sequence[Vector]) -> None:
        import numpy as np

        kept = [vector for vector in vectors if len(vector.places)]
        self._places = np.concatenate([vector.places for vector in kept]) if kept else np.zeros(0, dtype=np.int64)
        self._weights = np.concatenate([vector.weights for vector in kept]) if kept else np.zeros(0, dtype=np.float32)
        self._begins = np.cumsum([0, *(len(vector.places) for vector in kept[:-1])])

    def nearest(self, vector: Vector, size: int) -> float:
        """The likeness of the example that is most like a sentence."""
        import numpy as np

        if not len(self._places):
            return 0.0
        said = np.zeros(size, dtype=np.float32)
        said[vector.places] = vector.weights
        return float(np.add.reduceat(self._weights * said[self._places], self._begins).max())


def _softmax(said: Floats) -> Floats:
    import numpy as np

    powers = np.exp(said - said.max(axis=1, keepdims=True))
    made: Floats = powers / powers.sum(axis=1, keepdims=True)
    return made


def _dense(vectors: Sequence[Vector], size: int) -> Floats:
    import numpy as np

    made = np.zeros((len(vectors), size), dtype=np.float32)
    for row, vector in enumerate(vectors):
        made[row, vector.places] = vector.weights
    return made


def _all_at_once(vectors: Sequence[Vector], labels: Places, size: int, count: int) -> Floats:
    """Accelerated descent on what examples count for, by their likeness to each other: exact and quick while few."""
    import numpy as np

    rows = _dense(vectors, size)
    alike = np.stack([rows[:, vector.places] @ vector.weights for vector in vectors])
    wanted = np.eye(count, dtype=np.float32)[labels]
    bound = 0.5 * _STRENGTH * float(np.abs(alike).sum(axis=1).max()) + 1
    made = np.zeros_like(wanted)
    ahead, speed = made, 1.0
    for _ in range(_STEPS):
        step = _STRENGTH * (_softmax(alike @ ahead) - wanted) + ahead
        new = ahead - step / bound
        faster = (1 + (1 + 4 * speed * speed) ** 0.5) / 2
        ahead, made, speed = new + (speed - 1) / faster * (new - made), new, faster
    weights: Floats = rows.T @ made
    return weights


def _few_at_a_time(vectors: Sequence[Vector], labels: Places, size: int, count: int) -> Floats:
    """Descent over a few examples after another, with a rate of its own for each feature: for very many examples."""
    import numpy as np

    weights = np.zeros((size, count), dtype=np.float32)
    moved = np.full((size, 1), 1e-3, dtype=np.float32)
    wanted = np.eye(count, dtype=np.float32)[labels]
    for round_ in range(_ROUNDS):
        order = np.random.default_rng(round_).permutation(len(vectors))
        for at in range(0, len(order), _BATCH):
            chosen = order[at : at + _BATCH]
            used, inverse = np.unique(np.concatenate([vectors[row].places for row in chosen]), return_inverse=True)
            rows = np.zeros((len(chosen), len(used)), dtype=np.float32)
            lengths = [len(vectors[row].places) for row in chosen]
            rows[np.repeat(np.arange(len(chosen)), lengths), inverse] = np.concatenate(
                [vectors[row].weights for row in chosen]
            )
            step = rows.T @ (_softmax(rows @ weights[used]) - wanted[chosen])
            moved[used] += (step * step).mean(axis=1, keepdims=True)
            weights[used] -= _RATE * step / np.sqrt(moved[used])
    return weights
