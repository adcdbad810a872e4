"""Where something stands that is nobody's to keep."""

from collections.abc import Iterable
from typing import Final, NamedTuple

CARD: Final = "card"
CVV: Final = "cvv"
EXPIRY: Final = "expiry"
SSN: Final = "ssn"
PHONE: Final = "phone"
BIRTH_DATE: Final = "birth_date"
EMAIL: Final = "email"
PRIVATE: Final = "private"
KINDS: Final = (CARD, CVV, EXPIRY, SSN, PHONE, BIRTH_DATE, EMAIL)
"""What a site may name; `private` is what a caller gave to a private question, and is always taken out."""


class Span(NamedTuple):
    """The words from `first` to `last` (places, both within) are of a kind."""

    kind: str
    first: int
    last: int

    def overlaps(self, other: "Span") -> bool:
        """Whether they share a word."""
        return self.first <= other.last and other.first <= self.last


def without(span: Span, others: Iterable[Span]) -> list[Span]:
    """The parts of a span that are in no other."""
    parts = [span]
    for other in others:
        parts = [
            Span(part.kind, first, last)
            for part in parts
            for first, last in (
                ((part.first, min(part.last, other.first - 1)), (max(part.first, other.last + 1), part.last))
                if part.overlaps(other)
                else ((part.first, part.last),)
            )
            if first <= last
        ]
    return parts


def apart(spans: Iterable[Span]) -> list[Span]:
    """Spans without overlap, in order: what comes first in the given order keeps its words."""
    kept: list[Span] = []
    for span in spans:
        if not any(span.overlaps(one) for one in kept):
            kept.append(span)
    return sorted(kept, key=lambda span: span.first)
