"""A short summary made of the call's own words: the lines that say why somebody called and what was promised.

Extractive: nothing is worded anew, so nothing is invented. A line's weight is that of its words (how often the call
comes back to them, after Luhn, 1958), more for the caller's reason near the beginning and for an agent's promise, less
for what is said already.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Final

from transcription.understanding.language import Words
from transcription.understanding.turns import AGENT, CALLER, Turn

MOST_LINES: Final = 4
LONGEST: Final = 160
FEWEST_WORDS: Final = 4
_REASON: Final = 1.8
_PROMISE: Final = 1.6
_EARLY: Final = 3
_OPENING: Final = 1.5
_SAID_ALREADY: Final = 0.7


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """One line of it: who said it, when in the call (milliseconds), the words, and its place in the transcript."""

    speaker: str
    start_ms: int
    text: str
    leg: str = ""
    seq: int = 0


def summarise(turns: Sequence[Turn], words: Words | None, *, most: int = MOST_LINES) -> tuple[SummaryLine, ...]:
    """The lines that matter, in the order in which they were said."""
    small = words.small if words else frozenset()
    meaty = [turn for turn in turns if len(turn.words) >= FEWEST_WORDS and _content(turn, small)]
    counts = Counter(word for turn in meaty for word in _content(turn, small))
    weight = {place: _weight(turn, counts, small) for place, turn in enumerate(meaty)}
    for place in weight:
        weight[place] *= _cues(meaty, place, words)
    chosen: list[int] = []
    while weight and len(chosen) < most:
        best = max(weight, key=lambda place: (_news(meaty, place, chosen, small) * weight[place], -place))
        chosen.append(best)
        del weight[best]
    return tuple(line_of(meaty[at]) for at in sorted(chosen))


def line_of(turn: Turn) -> SummaryLine:
    """A turn as a line of a summary, cut at a word when it is long."""
    return SummaryLine(turn.speaker, turn.start_ms, _cut(turn.text), turn.leg, turn.seq)


def _content(turn: Turn, small: frozenset[str]) -> set[str]:
    return {word for word in turn.words if word not in small and len(word) > 1}


def _weight(turn: Turn, counts: Mapping[str, int], small: frozenset[str]) -> float:
    return sum(1 + log(counts[word]) for word in _content(turn, small)) / sqrt(len(turn.words))


def _cues(turns: Sequence[Turn], place: int, words: Words | None) -> float:
    turn, factor = turns[place], 1.0
    earlier = sum(one.speaker == CALLER for one in turns[:place])
    if turn.speaker == CALLER and earlier < _EARLY:
        factor *= _OPENING
    if words is not None:
        cues, worth = (words.reasons, _REASON) if turn.speaker == CALLER else (words.promises, _PROMISE)
        if turn.speaker in {CALLER, AGENT} and any(_stands(turn.words, cue) for cue in cues):
            factor *= worth
    return factor


def _news(turns: Sequence[Turn], place: int, chosen: Sequence[int], small: frozenset[str]) -> float:
    """How much of a line is not in those chosen already."""
    own = _content(turns[place], small)
    told = {word for at in chosen for word in _content(turns[at], small)}
    return 1 - _SAID_ALREADY * len(own & told) / len(own)


def _stands(words: Sequence[str], cue: tuple[str, ...]) -> bool:
    return any(tuple(words[at : at + len(cue)]) == cue for at in range(len(words) - len(cue) + 1))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST].rpartition(" ")[0] + " …"
