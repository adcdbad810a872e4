"""How far a classifier may be believed: what its scores were worth on sentences and intents it had not seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from call_flows.steering.classifier import Classifier, Scores
from call_flows.steering.features import Reader, Vocabulary

USUAL: Final = (-1.2, 0.35, 0.65, 1.2, 3.2, 2.6)
"""What each sign weighs where a site has too few examples to tell: measured on banking77."""
_FOLDS: Final = 3
_FEWEST_INTENTS: Final = 4
_FEWEST_SENTENCES: Final = 24
_MOST_SENTENCES: Final = 12_000
_HOLD: Final = 0.01
_STEPS: Final = 25
_SMALLEST: Final = 1e-4

Signs = tuple[float, float, float, float, float, float]


def signs(scores: Scores) -> tuple[int, int, Signs]:
    """The likeliest intent, the next, and the signs of whether the likeliest is right."""
    order = scores.probabilities.argsort()[::-1]
    first = int(order[0])
    second = int(order[1]) if len(order) > 1 else first
    best, next_ = float(scores.probabilities[first]), float(scores.probabilities[second])
    sure = _odds(best)
    ahead = min(8.0, math.log(max(best, 1e-6) / max(next_, 1e-6))) if first != second else 8.0
    return (
        first,
        second,
        (1.0, sure, ahead, float(scores.likeness[first]) - 0.3, scores.nearest - 0.5, scores.known - 0.8),
    )


def _odds(probability: float) -> float:
    bounded = min(1 - 1e-4, max(1e-4, probability))
    return math.log(bounded / (1 - bounded))


def believe(weights: Sequence[float], seen: Signs) -> float:
    """The chance that the likeliest intent is right."""
    total = sum(weight * sign for weight, sign in zip(weights, seen, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def learn_trust(
    sentences: Sequence[str], intents: Sequence[int], count: int, read: Reader = Vocabulary
) -> tuple[float, ...]:
    """What each sign weighs for these intents: tried on sentences left out, and on intents left out whole."""
    if count < _FEWEST_INTENTS or len(sentences) < _FEWEST_SENTENCES:
        return USUAL
    keep = max(1, -(-len(sentences) // _MOST_SENTENCES))
    tried: list[tuple[Signs, bool]] = []
    for fold in range(_FOLDS):
        tried += _try(sentences[::keep], intents[::keep], fold, read)
    return _fit(tried)


def _try(sentences: Sequence[str], intents: Sequence[int], fold: int, read: Reader) -> list[tuple[Signs, bool]]:
    """Train without a third of the intents and a third of the others' sentences; then see what these get."""
    known = sorted({intent for intent in intents if intent % _FOLDS != fold})
    number = {intent: place for place, intent in enumerate(known)}
    turn: dict[int, int] = {}
    train: list[tuple[str, int]] = []
    left: list[tuple[str, int]] = []
    for sentence, intent in zip(sentences, intents, strict=True):
        turn[intent] = turn.get(intent, -1) + 1
        inside = intent in number and turn[intent] % _FOLDS != fold
        (train if inside else left).append((sentence, number.get(intent, -1)))
    if len(known) < 2 or len({intent for _sentence, intent in train}) < len(known):
        return []
    learned = Classifier([sentence for sentence, _ in train], [intent for _, intent in train], len(known), read)
    found = []
    for sentence, intent in left:
        first, _second, seen = signs(learned.scores(sentence))
        found.append((seen, first == intent))
    return found


def _fit(tried: Sequence[tuple[Signs, bool]]) -> tuple[float, ...]:
    """Logistic regression on the signs, held near what they usually weigh."""
    import numpy as np

    if not tried or len({right for _seen, right in tried}) < 2:
        return USUAL
    rows = np.array([seen for seen, _right in tried])
    right = np.array([float(right) for _seen, right in tried])
    usual = np.array(USUAL)
    hold = np.eye(len(usual)) * (_HOLD * len(tried) + 0.1)

    def loss(weights: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
        total, away = rows @ weights, weights - usual
        return float((np.logaddexp(0, total) - right * total).sum() + away @ hold @ away / 2)

    made, now = usual.copy(), loss(usual)
    for _ in range(_STEPS):
        said = 1 / (1 + np.exp(-np.clip(rows @ made, -30, 30)))
        slope = rows.T @ (said - right) + hold @ (made - usual)
        curve = rows.T @ (rows * (said * (1 - said))[:, None]) + hold
        move, size = np.linalg.solve(curve, slope), 1.0
        while size > _SMALLEST and loss(made - size * move) > now:
            size /= 2  # a whole step may go too far where the examples part cleanly
        made = made - size * move
        now = loss(made)
    return tuple(round(float(weight), 6) for weight in made)
