"""The mood of a turn, by a word list: negation turns, degrees strengthen, what follows "but" counts more.

A lexicon knows words, not meaning: irony and a story told calmly about somebody angry are read wrongly. It is shown as
what it is. The sum is brought to -1…1 as VADER does (Hutto and Gilbert, 2014: x / √(x² + 15)); telephone speech comes
without punctuation and capitals, so the rest of that method has nothing to work with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from transcription.understanding.language import Words
from transcription.understanding.turns import Turn

REACH: Final = 3
"""So many words before it, a word may be negated or strengthened."""
TURNED: Final = -0.7
"""A negated word is the opposite, and weaker: "not bad" is not "good"."""
BEFORE_BUT: Final = 0.5
AFTER_BUT: Final = 1.5
_ALPHA: Final = 15.0
_WHOLE_CALL: Final = 4
"""A slope over fewer turns with a mood says nothing."""


@dataclass(frozen=True, slots=True)
class Mood:
    """From -1 to 1, and the words it rests on; none of them is no mood, which is not the same as an even one."""

    score: float
    because: tuple[str, ...] = ()


EVEN: Final = Mood(0.0)


@dataclass(frozen=True, slots=True)
class Moods:
    """A speaker's mood over a call: the mean of the turns that had one, and the last half less the first half."""

    mean: float
    slope: float
    turns: int


def mood_of(said: Sequence[str], words: Words) -> Mood:
    """The mood of some folded words."""
    found = list(_found(said, words))
    if not found:
        return EVEN
    turning = max((at for at, word in enumerate(said) if word in words.but), default=-1)
    total = 0.0
    for at, length, strength in found:
        value = _turned(said, at, strength, length, words)
        if turning >= 0:
            value *= BEFORE_BUT if at < turning else AFTER_BUT
        total += value
    because = tuple(" ".join(said[at : at + length]) for at, length, _ in found)
    return Mood(round(total / sqrt(total * total + _ALPHA), 3), because)


def moods_of(turns: Sequence[Turn], speaker: str, words: Words) -> Moods:
    """One speaker's mood over the call."""
    scores = [mood.score for turn in turns if turn.speaker == speaker if (mood := mood_of(turn.words, words)).because]
    if not scores:
        return Moods(0.0, 0.0, 0)
    mean = sum(scores) / len(scores)
    if len(scores) < _WHOLE_CALL:
        return Moods(round(mean, 3), 0.0, len(scores))
    half = len(scores) // 2
    slope = sum(scores[-half:]) / half - sum(scores[:half]) / half
    return Moods(round(mean, 3), round(slope, 3), len(scores))


def _found(said: Sequence[str], words: Words) -> list[tuple[int, int, int]]:
    """(place, how many words, strength) of each entry of the lexicon, the longest that stands there."""
    found, at = [], 0
    while at < len(said):
        for phrase, strength in words.mood.get(said[at], ()):
            if tuple(said[at : at + len(phrase)]) == phrase:
                found.append((at, len(phrase), strength))
                at += len(phrase) - 1
                break
        at += 1
    return found


def _turned(said: Sequence[str], at: int, strength: int, length: int, words: Words) -> float:
    before = said[max(0, at - REACH) : at]
    value = float(strength)
    for word in before:
        value *= words.degrees.get(word, 1.0)
    own = said[at : at + length]
    if sum(word in words.negations for word in before) % 2 and own[0] not in words.negations:
        value *= TURNED
    return value
