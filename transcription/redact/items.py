"""Words as items: each a number's part or something that stands beside numbers; and which words give them a meaning."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from transcription.redact.lexicon import Lexicon, Phrase, Phrases, Sort, bare, folded

_PIECE: Final = re.compile(r"\d+|[^\W\d_]+(?:'[^\W\d_]+)*")
_ORDINAL: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th|o|a)")
_QUANTITY: Final = re.compile(r"[$€£]\d.*|\d.*[%$€£]|\d{1,2}:\d{2}(?:[ap]m)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d{1,2}")
_WRITTEN_MAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]{2,}")


class Heard(NamedTuple):
    """A word as it is looked at: its text and when it was said, in milliseconds."""

    text: str
    start_ms: int
    end_ms: int


class Token(NamedTuple):
    """A piece of a word, folded, and which word it is of."""

    text: str
    word: int


@dataclass(frozen=True, slots=True)
class Item:
    """One or several words by what they do; `first` and `last` are places of words."""

    sort: Sort
    first: int
    last: int
    digits: str = ""
    value: int = 0
    written: bool = False


class Context(NamedTuple):
    """Words that tell what a number near them is; `weak` when they are said of other things, too."""

    kind: str
    first: int
    last: int
    weak: bool = False


def tokens_of(words: Sequence[Heard]) -> list[Token]:
    """The pieces of all words."""
    return [Token(piece, place) for place, word in enumerate(words) for piece in _PIECE.findall(bare(word.text))]


def contexts_of(tokens: Sequence[Token], lexicon: Lexicon) -> list[Context]:
    """Where words that give a meaning stand, the longest first."""
    found, at = [], 0
    while at < len(tokens):
        size = longest(tokens, at, lexicon.contexts)
        if size:
            phrase = phrase_at(tokens, at, size)
            last = tokens[at + size - 1].word
            found.append(Context(lexicon.contexts[phrase], tokens[at].word, last, phrase in lexicon.weak))
        at += size or 1
    return found


def items_of(words: Sequence[Heard], lexicon: Lexicon, contexts: Sequence[Context]) -> list[Item]:
    """All words as items. A number word within words that give a meaning ("sixteen digits") is none."""
    tokens = tokens_of(words)
    plain = {place for one in contexts for place in range(one.first, one.last + 1)}
    whole = {place: bare(word.text).strip(".,;!?()") for place, word in enumerate(words)}
    quantities = {place for place, text in whole.items() if _QUANTITY.fullmatch(text)}
    ordinals = {place: found[1] for place, text in whole.items() if (found := _ORDINAL.fullmatch(text))}
    made: list[Item] = []
    at = 0
    while at < len(tokens):
        text, place = tokens[at]
        size = 1
        if place in plain or place in quantities:
            made.append(Item(Sort.WORD, place, place))
        elif place in ordinals:
            made.append(Item(Sort.ORDINAL, place, place, ordinals[place]))
        elif text.isdigit():
            made.append(Item(Sort.DIGITS, place, place, text, int(text[:18]), written=True))
        elif size := longest(tokens, at, lexicon.entries):
            entry = lexicon.entries[phrase_at(tokens, at, size)]
            made.append(Item(entry.sort, place, tokens[at + size - 1].word, entry.digits, entry.value))
        else:
            size = 1
            made.append(Item(Sort.WORD, place, place))
        at += size
    return made


def tells_something(words: Sequence[Heard], lexicon: Lexicon) -> bool:
    """Whether there can be anything to find: a number word, a numeral, a sign of an address."""
    return any(
        word.text in lexicon.telling or not word.text.isalpha() or not lexicon.telling.isdisjoint(folded(word.text))
        for word in words
    )


def is_written_mail(word: str) -> bool:
    """Whether a model has written a whole e-mail address as one word."""
    return bool(_WRITTEN_MAIL.fullmatch(word))


def longest(tokens: Sequence[Token], at: int, among: Phrases[Any]) -> int:
    """How many tokens from a place on make the longest of the phrases; 0 for none."""
    for size in range(min(among.heads.get(tokens[at].text, 0), len(tokens) - at), 0, -1):
        if phrase_at(tokens, at, size) in among:
            return size
    return 0


def phrase_at(tokens: Sequence[Token], at: int, size: int) -> Phrase:
    """The texts of some tokens."""
    return tuple(token.text for token in tokens[at : at + size])
