"""One track while it is spoken: what may be stored and told of it now, and what has to be told anew.

The words of the last minute and a half stay in this process alone, so that a number that goes on after a pause is still
seen whole. Digits at the end of what was said are held back until it is known what they are: a pause, other words or
the end of the track tell.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final as Constant

from transcription.redact.find import digit_runs, find
from transcription.redact.holding import held_spans
from transcription.redact.items import Heard, tells_something
from transcription.redact.lexicon import Lexicon
from transcription.redact.masking import HELD, heard, masked_line, masked_partial, spread
from transcription.redact.meaning import Asked
from transcription.redact.spans import PRIVATE, Span, without
from transcription.stream import Final, Partial, TrackNews

WINDOW_MS: Constant = 90_000
LOOK_EVERY_MS: Constant = 1_000
PRIVATE_EVERY_MS: Constant = 2_000


@dataclass(frozen=True, slots=True)
class Rules:
    """What is taken out: the kinds, by the words of a language."""

    lexicon: Lexicon
    kinds: frozenset[str]
    asked: Callable[[int], Sequence[Asked]] = lambda _since_ms: ()
    """What the other parties have spoken of since a moment of the call (milliseconds)."""
    private: Callable[[], Iterable[str]] = lambda: ()
    """What the caller has given to private questions so far."""


@dataclass(slots=True)
class Told:
    """`news` is new; `again` are lines told before that are different now, those in `hidden` with less to be read."""

    news: list[TrackNews] = field(default_factory=list)
    again: list[Final] = field(default_factory=list)
    hidden: list[Final] = field(default_factory=list)


class TrackMasker:
    """Takes what was heard, gives what may be told."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._lines: list[Final] = []
        self._shown: dict[int, Final] = {}
        self._holds = False
        self._looked_at = 0
        self._private: tuple[str, ...] = ()
        self._asked_at: int | None = None

    def take(self, news: Sequence[TrackNews], *, position_ms: int, over: bool = False) -> Told:
        """What may be told now. Call it without news, too: held digits are released as time goes on."""
        told = Told()
        self._lines += [one for one in news if isinstance(one, Final)]
        if news and (self._asked_at is None or position_ms - self._asked_at >= PRIVATE_EVERY_MS):
            self._private, self._asked_at = tuple(self._rules.private()), position_ms
        finals = any(isinstance(one, Final) for one in news)
        if finals or (self._holds and (over or position_ms - self._looked_at >= LOOK_EVERY_MS)):
            self._look_again(told, position_ms, over=over)
        for one in news:
            if isinstance(one, Partial):
                told.news.append(self._partial(one))
            else:
                told.news.append(self._shown[one.seq])
        self._forget_before(position_ms - WINDOW_MS)
        return told

    def _look_again(self, told: Told, position_ms: int, *, over: bool) -> None:
        words, starts = self._words()
        spans = self._spans(words, position_ms, over=over)
        self._looked_at = position_ms
        self._holds = any(span.kind == HELD for span in spans)
        for line, start in zip(self._lines, starts, strict=True):
            size = len(heard(line))
            shown = masked_line(line, _within(spans, start, size))
            before = self._shown.get(line.seq)
            self._shown[line.seq] = shown
            if before is not None and before != shown:
                (told.hidden if len(_open(shown)) < len(_open(before)) else told.again).append(shown)

    def _partial(self, partial: Partial) -> Partial:
        if not partial.text:
            return partial
        said = spread(partial.text, partial.start_ms, partial.end_ms)
        if not tells_something(said, self._rules.lexicon) and not self._private:
            return partial
        words, _ = self._words()
        start = len(words)
        spans = self._spans([*words, *said], partial.end_ms, over=False, untold_from=start)
        return masked_partial(partial, _within(spans, start, len(said)))

    def _spans(
        self, words: Sequence[Heard], position_ms: int, *, over: bool, untold_from: int | None = None
    ) -> list[Span]:
        rules = self._rules
        telling = tells_something(words, rules.lexicon)
        if not words or not (telling or self._private):
            return []
        asked = rules.asked(words[0].start_ms) if telling else ()
        found = find(words, rules.lexicon, asked=asked, private=self._private)
        kept = [span for span in found if span.kind in rules.kinds or span.kind == PRIVATE]
        if over:
            return kept
        runs = digit_runs(words, rules.lexicon)
        held = held_spans(
            words,
            runs,
            rules.lexicon,
            rules.kinds,
            position_ms=position_ms,
            asked=asked,
            found=found,
            untold_from=untold_from,
        )
        # what is known to be of a kind that may stay need not be held either
        return sorted([*kept, *(part for span in held for part in without(span, found))], key=lambda span: span.first)

    def _words(self) -> tuple[list[Heard], list[int]]:
        words: list[Heard] = []
        starts = []
        for line in self._lines:
            starts.append(len(words))
            words += heard(line)
        return words, starts

    def _forget_before(self, ms: int) -> None:
        while self._lines and self._lines[0].end_ms < ms:
            self._shown.pop(self._lines.pop(0).seq, None)


def _within(spans: Iterable[Span], start: int, size: int) -> list[Span]:
    """The parts of spans that lie in one line, counted from its first word."""
    return [
        Span(span.kind, max(span.first - start, 0), min(span.last - start, size - 1))
        for span in spans
        if span.first < start + size and span.last >= start
    ]


def _open(line: Final) -> str:
    """What can be read of a line."""
    return " ".join(word.text for word in line.words if not word.redacted)
