"""A found segment as it is shown: its own words, those that were looked for marked, and safe in a page."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from transcription.query import Term, words_of

ROOM = 12
"""Words shown on each side of the first match in a long segment."""

_SPAN = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text, and whether it was looked for."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Snippet:
    """Text in pieces, so that whoever shows it decides how a mark looks."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The plain text."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def html(self) -> str:
        """HTML in which everything spoken is escaped and only the marks are tags."""
        return "".join(
            f"<mark>{html.escape(piece.text)}</mark>" if piece.marked else html.escape(piece.text)
            for piece in self.pieces
        )


def snippet(text: str, terms: Sequence[Term]) -> Snippet:
    """The text with every occurrence of the terms marked, cut to the neighbourhood of the first when it is long."""
    spans = [found.span() for found in _SPAN.finditer(text)]
    marked = _marked(text, spans, terms)
    first, last = _window(len(spans), marked)
    if not spans:
        return Snippet((Piece(text, marked=False),)) if text else Snippet(())
    begin = 0 if first == 0 else spans[first][0]
    end = len(text) if last == len(spans) - 1 else spans[last][1]
    pieces: list[Piece] = [Piece("… ", marked=False)] if begin else []
    at = begin
    for start, stop in _runs(spans, marked, first, last):
        pieces += [Piece(text[at:start], marked=False), Piece(text[start:stop], marked=True)]
        at = stop
    pieces.append(Piece(text[at:end] + (" …" if end < len(text) else ""), marked=False))
    return Snippet(tuple(piece for piece in pieces if piece.text))


def _marked(text: str, spans: list[tuple[int, int]], terms: Sequence[Term]) -> set[int]:
    """The numbers of the spans that belong to an occurrence of a term."""
    words: list[str] = []
    owner: list[int] = []
    for number, (start, stop) in enumerate(spans):
        folded = words_of(text[start:stop])
        words += folded
        owner += [number] * len(folded)
    marked: set[int] = set()
    for term in terms:
        size = len(term.words)
        for at in range(len(words) - size + 1):
            if _occurs(words[at : at + size], term):
                marked.update(owner[at : at + size])
    return marked


def _occurs(words: Sequence[str], term: Term) -> bool:
    if not term.prefix:
        return tuple(words) == term.words
    return tuple(words[:-1]) == term.words[:-1] and words[-1].startswith(term.words[-1])


def _window(count: int, marked: set[int]) -> tuple[int, int]:
    centre = min(marked, default=0)
    return max(0, centre - ROOM), min(count - 1, centre + ROOM)


def _runs(spans: list[tuple[int, int]], marked: set[int], first: int, last: int) -> list[tuple[int, int]]:
    """Stretches of text to mark: neighbouring marked words share one mark."""
    runs: list[tuple[int, int]] = []
    previous = -2
    for number in sorted(number for number in marked if first <= number <= last):
        start, stop = spans[number]
        if number == previous + 1:
            runs[-1] = (runs[-1][0], stop)
        else:
            runs.append((start, stop))
        previous = number
    return runs
