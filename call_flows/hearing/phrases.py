"""Which of several phrases a caller said: the whole phrase, the phrase among other words, or nearly the phrase."""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_NEAR_ENOUGH: Final = 0.84
_CLEARLY_NEARER: Final = 0.08
_MAX_WORDS: Final = 60


def normalise(text: str) -> tuple[str, ...]:
    """The words of a text without case, accents and punctuation."""
    plain = text[:600].casefold()
    if not plain.isascii():
        plain = "".join(char for char in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(char))
    return tuple(_WORD.findall(plain)[:_MAX_WORDS])


class Phrases:
    """The phrases of one question in one language, each with the exit it means."""

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        pairs = list(phrases)
        self.hints = tuple(dict.fromkeys(phrase for phrase, _exit in pairs))
        self._known = [(normalise(phrase), exit_name) for phrase, exit_name in pairs]

    def match(self, speech: str) -> str | None:
        """The exit that was meant; None when nothing fits or two fit equally well."""
        said = normalise(speech)
        if not said:
            return None
        for words, exit_name in self._known:
            if words == said:
                return exit_name
        return self._within(said) or self._nearly(said)

    def _within(self, said: tuple[str, ...]) -> str | None:
        """The longest phrase that is among the words; none when two exits tie."""
        found: dict[str, int] = {}
        for words, exit_name in self._known:
            size = len(words)
            if size and any(said[at : at + size] == words for at in range(len(said) - size + 1)):
                found[exit_name] = max(found.get(exit_name, 0), len(" ".join(words)))
        best = max(found.values(), default=0)
        winners = [exit_name for exit_name, length in found.items() if length == best]
        return winners[0] if len(winners) == 1 else None

    def _nearly(self, said: tuple[str, ...]) -> str | None:
        text = " ".join(said)
        scores: dict[str, float] = {}
        for words, exit_name in self._known:
            score = difflib.SequenceMatcher(None, text, " ".join(words)).ratio()
            scores[exit_name] = max(scores.get(exit_name, 0.0), score)
        ranked = sorted(scores.items(), key=lambda pair: -pair[1])
        if not ranked or ranked[0][1] < _NEAR_ENOUGH:
            return None
        if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < _CLEARLY_NEARER:
            return None
        return ranked[0][0]


def sound_alike(first: str, second: str) -> bool:
    """Whether two phrases are so like each other that a recogniser will take one for the other."""
    left, right = " ".join(normalise(first)), " ".join(normalise(second))
    if not left or not right:
        return False
    if left == right or difflib.SequenceMatcher(None, left, right).ratio() >= 0.86:
        return True
    return _skeleton(left) == _skeleton(right)


_VOICED: Final = str.maketrans("bdgvzcqxjy", "ptkfskkkii")


def _skeleton(text: str) -> str:
    """A rough sound of a phrase: consonants without voicing, vowels as one, doubles single."""
    folded = text.replace("ph", "f").replace("ck", "k").replace("gh", "").translate(_VOICED)
    without = re.sub(r"[aeiouh]+", "a", folded)
    return re.sub(r"(.)\1+", r"\1", without).replace(" ", "")
