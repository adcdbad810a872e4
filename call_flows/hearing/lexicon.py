"""What was said as lexemes: numbers put together from their words, and the other words by what they do."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from call_flows.languages.model import Tongue

MAX_WORDS: Final = 60
_MAX_TEXT: Final = 600
_TOKEN: Final = re.compile(r"\d[\d.,:]*\d|\d|[^\W\d_]+(?:['’][^\W\d_]+)*")
_LONGEST_NUMBER: Final = 15
NUMBER: Final = "number"
ATOM: Final = "atom"
HUNDREDS: Final = "hundreds"
SCALE: Final = "scale"
ARTICLE: Final = "article"
AND: Final = "and"
FILLER: Final = "filler"
UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A word or several by what they do, with the number they stand for, if any."""

    kind: str
    value: float = 0
    text: str = ""
    key: str = ""
    """Which of several of its kind: a weekday's name does not matter, its place does."""


Entries = Mapping[tuple[str, ...], Lexeme]


def tokens(text: str) -> list[str]:
    """Words without case and accents, and numerals with their points: `20.50`, `3:30`."""
    plain = text[:_MAX_TEXT].casefold()
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain)
        plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    found = [match.group().replace("’", "'") for match in _TOKEN.finditer(plain)]
    return [token for token in found if token[0] not in "²³" and (not token[0].isdigit() or token.isascii())][
        :MAX_WORDS
    ]


def entries(kind: str, phrases: Iterable[str] | Mapping[str, float], *, key: str = "") -> dict[tuple[str, ...], Lexeme]:
    """Entries of one kind, from a list of phrases or from phrases with their values."""
    pairs = phrases.items() if isinstance(phrases, Mapping) else ((phrase, 0) for phrase in phrases)
    return {tuple(tokens(phrase)): Lexeme(kind, value, key=key) for phrase, value in pairs if tokens(phrase)}


@lru_cache(64)
def number_entries(words: Tongue) -> Entries:
    """The words of which numbers are made."""
    numbers = words.numbers
    below = {word: float(value) for value, word in enumerate(numbers.below_hundred)}
    # "two hundred" is made by its scale; a hundred of one word, as `doscientos`, is an entry of its own
    hundreds = {word: 100.0 * place for place, word in enumerate(numbers.hundreds, start=1)}
    single = {word: value for word, value in hundreds.items() if not _scaled(word, numbers.scales)}
    return {
        **entries(FILLER, words.fillers),
        **entries(AND, numbers.joints),
        **entries(ARTICLE, dict.fromkeys(numbers.articles, 1.0)),
        **entries(HUNDREDS, {**single, **numbers.hundreds_also}),
        **entries(SCALE, numbers.scales),
        **entries(ATOM, {**below, **numbers.also}),
    }


def _scaled(word: str, scales: Mapping[str, int]) -> bool:
    return tokens(word)[-1] in {tokens(scale)[0] for scale in scales}


def lexemes(said: list[str], table: Entries) -> Iterator[Lexeme]:
    """The longest entries that fit, from left to right; numerals are numbers."""
    longest = _longest(table)
    at = 0
    while at < len(said):
        for size in range(min(longest, len(said) - at), 0, -1):
            found = table.get(tuple(said[at : at + size]))
            if found is not None:
                yield Lexeme(found.kind, found.value, " ".join(said[at : at + size]), found.key)
                at += size
                break
        else:
            yield Lexeme(NUMBER if said[at][0].isdigit() else UNKNOWN, 0, said[at])
            at += 1


def _longest(table: Entries) -> int:
    return max(map(len, table), default=1)


def read_numeral(text: str, words: Tongue) -> float | None:
    """A numeral as it is written in a language: `1,204.50`, `1.204,50`."""
    marks = words.numbers.marks
    if sum(char.isdigit() for char in text) > _LONGEST_NUMBER or ":" in text:
        return None
    plain = re.sub(rf"{re.escape(marks.thousands)}(?=\d{{3}}(?!\d))", "", text)
    for mark in (marks.decimal, marks.thousands):  # one sign before one or two figures is a point, whichever it is
        if re.fullmatch(rf"\d+{re.escape(mark)}\d{{1,{6 if mark == marks.decimal else 2}}}", plain):
            return float(plain.replace(mark, "."))
    return float(plain) if plain.isascii() and plain.isdigit() else None
