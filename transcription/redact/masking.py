"""Lines without what is nobody's to keep: each span becomes one word in brackets, at the same place and time."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from transcription.redact.items import Heard
from transcription.redact.spans import Span
from transcription.stream import Final as Line
from transcription.stream import Partial, SpokenWord

HELD: Final = "held"
"""Digits of which nobody knows yet what they will be: told when it is known, if they are harmless."""
_UNTOLD: Final = "[…]"


def mark_of(kind: str) -> str:
    """What stands in the text instead: `[card]`, `[birth date]`."""
    return _UNTOLD if kind == HELD else f"[{kind.replace('_', ' ')}]"


def heard(line: Line) -> list[Heard]:
    """The words of a line, each with its time."""
    if line.words:
        return [Heard(word.text, word.start_ms, word.end_ms) for word in line.words]
    return spread(line.text, line.start_ms, line.end_ms)


def spread(text: str, start_ms: int, end_ms: int) -> list[Heard]:
    """Words of which the times are not known: they share the time evenly."""
    words = text.split()
    step = (end_ms - start_ms) / max(1, len(words))
    return [
        Heard(word, round(start_ms + place * step), round(start_ms + (place + 1) * step))
        for place, word in enumerate(words)
    ]


def masked_line(line: Line, spans: Sequence[Span]) -> Line:
    """The line with each span as one word; places count from the line's first word."""
    if not spans:
        return line
    words = line.words or tuple(SpokenWord(*word, line.confidence) for word in heard(line))
    made = tuple(_masked(words, spans))
    return replace(line, words=made, text=" ".join(word.text for word in made))


def masked_partial(partial: Partial, spans: Sequence[Span]) -> Partial:
    """The same for what is still being said."""
    if not spans:
        return partial
    words = [SpokenWord(*word, 0.0) for word in spread(partial.text, partial.start_ms, partial.end_ms)]
    return replace(partial, text=" ".join(word.text for word in _masked(words, spans)))


def _masked(words: Sequence[SpokenWord], spans: Sequence[Span]) -> Iterable[SpokenWord]:
    kinds = {place: span for span in spans for place in range(span.first, span.last + 1)}
    for place, word in enumerate(words):
        span = kinds.get(place)
        if span is None:
            yield word
        elif place == max(span.first, 0):
            end = words[min(span.last, len(words) - 1)].end_ms
            yield SpokenWord(mark_of(span.kind), word.start_ms, end, word.confidence, redacted=span.kind)
