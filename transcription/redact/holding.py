"""Which words are not told yet, because what follows may make them a part of a card, another number or an address."""

from collections.abc import Iterator, Sequence
from typing import Final

from transcription.redact.items import Heard, contexts_of, items_of, longest, tokens_of
from transcription.redact.lexicon import Lexicon, Sort
from transcription.redact.masking import HELD
from transcription.redact.meaning import Asked
from transcription.redact.runs import Run
from transcription.redact.spans import CARD, EMAIL, Span

FEWEST: Final = 3
"""So many digits may be the beginning of something; fewer tell nothing."""
HOLD_MS: Final = 8_000
HOLD_CARD_MS: Final = 45_000
_GROUP: Final = 4
_WORDS_OF_MAIL: Final = 12


def held_spans(
    words: Sequence[Heard],
    runs: Sequence[Run],
    lexicon: Lexicon,
    kinds: frozenset[str],
    *,
    position_ms: int,
    asked: Sequence[Asked],
    found: Sequence[Span] = (),
    untold_from: int | None = None,
) -> list[Span]:
    """Spans that are held now; an address that was `found` is whole.

    From the word `untold_from` on nothing is settled: each number there is held.
    """
    held: list[Span] = []
    contexts = contexts_of(tokens_of(words), lexicon)
    if kinds - {EMAIL}:
        spoken = any(one.kind == CARD for one in contexts) or any(one.kind == CARD for one in asked)
        tail = _tail(words, lexicon)
        for run in runs:
            age = position_ms - words[run.last].end_ms
            unsettled = untold_from is not None and run.last >= untold_from
            at_end = run.last >= tail and age < HOLD_MS
            group = spoken and len(run.digits) >= _GROUP and age < HOLD_CARD_MS
            if len(run.digits) >= FEWEST and (unsettled or at_end or group):
                held.append(Span(HELD, run.first, run.last))
    about = [one.last for one in contexts if one.kind == EMAIL]
    whole = max((span.last for span in found if span.kind == EMAIL), default=-1)
    lately = any(one.kind == EMAIL and words[-1].end_ms - one.end_ms < 20_000 for one in asked) if words else False
    if EMAIL in kinds and words and position_ms - words[-1].end_ms < HOLD_MS:
        held += _mail(words, lexicon, max(about) if about else None, lately=lately, after=whole)
    return held


def _tail(words: Sequence[Heard], lexicon: Lexicon) -> int:
    """The place of the last word that is more than a filler, if it is part of a number; else behind all words."""
    items = items_of(words, lexicon, contexts_of(tokens_of(words), lexicon))
    while items and items[-1].sort in {Sort.NEUTRAL, Sort.AND}:
        items.pop()
    return items[-1].first if items else len(words)


def _mail(words: Sequence[Heard], lexicon: Lexicon, about: int | None, *, lately: bool, after: int) -> Iterator[Span]:
    """The end of what was said, when it may be an address that goes on: signs of one, or letters after `email`."""
    last = len(words) - 1
    begin = max(last - _WORDS_OF_MAIL, -1 if about is None or about < last - _WORDS_OF_MAIL else about) + 1
    tokens = [token for token in tokens_of(words) if token.word >= begin and token.word > after]
    signs = sum(
        1
        for at in range(len(tokens))
        if any(longest(tokens, at, among) for among in (lexicon.at, lexicon.dot, lexicon.joined))
    )
    letters = sum(len(token.text) == 1 and token.text.isalpha() for token in tokens)
    expected = lately or (about is not None and about >= begin - 1)
    if (expected and (signs or letters >= 2)) or signs >= 2:
        while tokens and tokens[0].text in lexicon.begins and len(tokens) > 1:
            tokens.pop(0)
        yield Span(HELD, tokens[0].word, last)
