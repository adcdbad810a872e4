"""Everything in the words of a track that is nobody's to keep, as spans. Pure."""

from collections.abc import Iterable, Sequence
from typing import Final

from transcription.redact.dates import dates_of, is_within
from transcription.redact.emails import emails_of
from transcription.redact.items import Heard, contexts_of, items_of, tokens_of
from transcription.redact.lexicon import Lexicon, folded
from transcription.redact.meaning import Asked, Surroundings
from transcription.redact.numbers import cards_of, cut, number_of
from transcription.redact.runs import Run, runs_of
from transcription.redact.spans import PRIVATE, Span, apart

SHORTEST_PRIVATE: Final = 3
"""A private answer of fewer signs (a yes, a 1) is in every sentence, and says nothing."""


def find(
    words: Sequence[Heard], lexicon: Lexicon, *, asked: Sequence[Asked] = (), private: Iterable[str] = ()
) -> list[Span]:
    """The spans of all kinds, apart from each other and in order.

    `asked` is what the other party spoke of, `private` what the caller gave to private questions. Whoever takes out
    only some kinds chooses afterwards, so that a kind left in is not taken for another.
    """
    tokens = tokens_of(words)
    contexts = contexts_of(tokens, lexicon)
    items = items_of(words, lexicon, contexts)
    runs = [part for run in runs_of(items) for part in cut(run)]
    here = Surroundings(words, contexts, asked, runs)
    secret = list(_private(words, runs, private))
    cards = list(cards_of(here))
    mails = list(emails_of(tokens, items, here, lexicon))
    dates = list(dates_of(items, here))
    others = [span for run in runs if not is_within(run, dates) and (span := number_of(run, here)) is not None]
    return apart([*secret, *cards, *mails, *dates, *others])


def asked_by(words: Sequence[Heard], lexicon: Lexicon) -> list[Asked]:
    """What a party speaks of, for what the other party says next."""
    contexts = contexts_of(tokens_of(words), lexicon)
    return [Asked(one.kind, words[one.last].end_ms, one.weak) for one in contexts]


def digit_runs(words: Sequence[Heard], lexicon: Lexicon) -> list[Run]:
    """All digits said one after another, whatever they are."""
    return runs_of(items_of(words, lexicon, contexts_of(tokens_of(words), lexicon)))


def _private(words: Sequence[Heard], runs: Sequence[Run], values: Iterable[str]) -> Iterable[Span]:
    for value in values:
        figures = "".join(char for char in value if char.isdigit())
        spelled = folded(value)
        if len(figures) >= SHORTEST_PRIVATE and len(figures) * 2 >= len(value):
            yield from (span for run in runs for span in _digits_in(run, figures))
        elif len("".join(spelled)) >= SHORTEST_PRIVATE:
            yield from _phrase_in(words, spelled)


def _digits_in(run: Run, figures: str) -> Iterable[Span]:
    for reading in run.readings():
        digits, owners = "", []
        for chunk in reading:
            digits += chunk.digits
            owners += [chunk] * len(chunk.digits)
        at = digits.find(figures)
        if at >= 0:
            yield Span(PRIVATE, owners[at].first, owners[at + len(figures) - 1].last)
            return


def _phrase_in(words: Sequence[Heard], phrase: tuple[str, ...]) -> Iterable[Span]:
    tokens = [(piece, place) for place, word in enumerate(words) for piece in folded(word.text)]
    for at in range(len(tokens) - len(phrase) + 1):
        if tuple(text for text, _ in tokens[at : at + len(phrase)]) == phrase:
            yield Span(PRIVATE, tokens[at][1], tokens[at + len(phrase) - 1][1])
