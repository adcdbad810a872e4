"""The words of a language for redaction: what is a digit, what joins digits, what tells their meaning."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Final, TypeVar

import yaml

_APOSTROPHE: Final = re.compile(r"[’ʼ]")
_WORD: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


class Sort(StrEnum):
    """What a word does beside numbers."""

    DIGITS = "digits"
    LIKE = "like"  # what a recogniser may write for a digit, and a word of its own
    HUNDREDS = "hundreds"
    SCALE = "scale"
    REPEAT = "repeat"
    NEUTRAL = "neutral"  # may stand between two digits of one number
    AND = "and"  # the same, and it may join a hundred to what follows
    MONTH = "month"
    ORDINAL = "ordinal"
    UNIT = "unit"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Spoken:
    """A language's number words, from wherever languages are kept; every key and word as it is written there."""

    below_hundred: Sequence[str]
    also: Mapping[str, int] = field(default_factory=dict)
    hundreds: Mapping[str, int] = field(default_factory=dict)
    scales: Mapping[str, int] = field(default_factory=dict)
    joints: Sequence[str] = ()
    digits: Mapping[str, str] = field(default_factory=dict)
    sounds_like: Mapping[str, str] = field(default_factory=dict)
    repeats: Mapping[str, int] = field(default_factory=dict)
    months: Sequence[str] = ()
    ordinals: Sequence[str] = ()
    units: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """What some words stand for: `digits` as they are written, `value` of a scale or a repetition."""

    sort: Sort
    digits: str = ""
    value: int = 0


Phrase = tuple[str, ...]
_T = TypeVar("_T")


class Phrases(dict[Phrase, _T]):
    """Phrases with what they stand for; `heads` are their first words, each with the length of its longest phrase."""

    def __init__(self, given: Iterable[tuple[Phrase, _T]]) -> None:
        super().__init__(given)
        self.heads: dict[str, int] = {}
        for phrase in self:
            self.heads[phrase[0]] = max(len(phrase), self.heads.get(phrase[0], 0))


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Everything `find` looks up; phrases are folded words."""

    entries: Phrases[Entry]
    contexts: Phrases[str]
    weak: Phrases[None]
    """Contexts of an expiry date that also stand beside contracts and offers."""
    at: Phrases[None]
    dot: Phrases[None]
    joined: Phrases[None]
    ends: frozenset[str]
    providers: Phrases[None]
    begins: frozenset[str]
    """Words that stand before an e-mail address and are no part of it."""
    telling: frozenset[str]
    """Without one of these words (or a numeral) there is nothing to find."""


def make_lexicon(language: str, spoken: Spoken) -> Lexicon:
    """The lexicon of a language; without meanings where none are written for it: bare cards are still found."""
    own = _own_words(language.replace("_", "-").partition("-")[0].lower())
    told = own.get("contexts", {}).items()
    entries = _entries(spoken, own)
    at, dot = _bare_phrases(own.get("at", ())), _bare_phrases(own.get("dot", ()))
    counted = {phrase[0] for phrase, entry in entries.items() if entry.sort in _COUNTED}
    return Lexicon(
        entries=Phrases(entries.items()),
        contexts=Phrases((phrase, kind) for kind, phrases in told for phrase in _phrases(phrases)),
        weak=_bare_phrases(own.get("unneeded", ())),
        at=at,
        dot=dot,
        joined=_bare_phrases(own.get("joined", ())),
        ends=frozenset(own.get("ends", ())),
        providers=_bare_phrases(own.get("providers", ())),
        begins=frozenset(plain for word in own.get("begins", ()) for plain in folded(word)),
        telling=frozenset({*counted, *at.heads, *dot.heads}),
    )


def folded(text: str) -> Phrase:
    """The words of a text without case, accents and marks; numerals are not among them."""
    return tuple(_WORD.findall(bare(text)))


def bare(text: str) -> str:
    """A text without case and accents, apostrophes alike."""
    low = _APOSTROPHE.sub("'", text.casefold())
    if low.isascii():
        return low
    return "".join(char for char in unicodedata.normalize("NFKD", low) if not unicodedata.combining(char))


def _entries(spoken: Spoken, own: Mapping[str, Any]) -> dict[Phrase, Entry]:
    """Later ones win: a digit is a digit before it is anything else."""
    made: dict[Phrase, Entry] = {}

    def add(words: Iterable[str], entry: Entry) -> None:
        made.update(dict.fromkeys(_phrases(words), entry))

    add(spoken.units, Entry(Sort.UNIT))
    add(own.get("units", ()), Entry(Sort.UNIT))
    add(own.get("fillers", ()), Entry(Sort.NEUTRAL))
    add(spoken.joints, Entry(Sort.AND))
    add(spoken.months, Entry(Sort.MONTH))
    for word, digit in spoken.sounds_like.items():
        add([word], Entry(Sort.LIKE, digit))
    for place, word in enumerate(spoken.ordinals, start=1):
        add([word], Entry(Sort.ORDINAL, str(place)))
    for word, value in spoken.scales.items():
        add([word], Entry(Sort.SCALE, value=value))
    for word, value in spoken.hundreds.items():
        add([word], Entry(Sort.HUNDREDS, str(value), value))
    for value, word in (*enumerate(spoken.below_hundred), *((value, word) for word, value in spoken.also.items())):
        add([word], Entry(Sort.DIGITS, str(value), value))
    for word, digit in spoken.digits.items():
        add([word], Entry(Sort.DIGITS, digit, int(digit)))
    for word, times in spoken.repeats.items():
        add([word], Entry(Sort.REPEAT, value=times))
    return made


_COUNTED: Final = frozenset({Sort.DIGITS, Sort.HUNDREDS, Sort.SCALE})


def _bare_phrases(words: Iterable[str]) -> Phrases[None]:
    return Phrases((phrase, None) for phrase in _phrases(words))


def _phrases(words: Iterable[str]) -> list[Phrase]:
    return [phrase for word in words if (phrase := folded(word))]


@cache
def _own_words(language: str) -> Mapping[str, Any]:
    file = files("transcription.redact").joinpath("words", f"{language}.yaml")
    if not language.isalpha() or not file.is_file():
        return {}
    found: Mapping[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return found
