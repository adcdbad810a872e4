"""What a person types into the search box, understood: words, "phrases", -not, prefix*. Pure; nothing is an error."""

import re
import unicodedata
from dataclasses import dataclass

LONGEST_WORD = 64
MOST_TERMS = 20
LONGEST_TEXT = 100_000

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile(r"(?<=\w)['’ʼ](?=\w)")
_TERM = re.compile(r'(?P<sign>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))(?P<star>\*?)')


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must stand together (one word, or a phrase); `prefix` lets the last of them go on; or must not."""

    words: tuple[str, ...]
    prefix: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Everything that must be said in a call, and everything that must not."""

    terms: tuple[Term, ...]

    @property
    def wanted(self) -> tuple[Term, ...]:
        """What must have been said."""
        return tuple(term for term in self.terms if not term.negated)

    @property
    def unwanted(self) -> tuple[Term, ...]:
        """What must not have been said."""
        return tuple(term for term in self.terms if term.negated)


def parse(text: str) -> Query:
    """Understand what was typed. Whatever it is, there is a query: what cannot be a word is left out."""
    terms = []
    for found in _TERM.finditer(text[:LONGEST_TEXT]):
        written = found["phrase"] if found["phrase"] is not None else found["word"]
        words = tuple(word[:LONGEST_WORD] for word in words_of(written))
        if words:
            prefix = bool(found["star"]) or (found["word"] or "").endswith("*")
            terms.append(Term(words, prefix=prefix, negated=bool(found["sign"])))
    return Query(tuple(dict.fromkeys(terms))[:MOST_TERMS])


def fold(text: str) -> str:
    """Text as it is searched: its words without case, accents and apostrophes, one space between."""
    return " ".join(words_of(text[:LONGEST_TEXT]))


def words_of(text: str) -> list[str]:
    """The words of a text, folded: "I’d like Übung-2" is "id like ubung 2"."""
    plain = _APOSTROPHE.sub("", text)
    spread = unicodedata.normalize("NFKD", plain)
    bare = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return _WORD.findall(bare.casefold())
