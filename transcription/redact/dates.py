"""Dates of birth and expiry dates: dates that the words near them say to be such; any other date is left alone."""

from collections.abc import Iterator, Sequence
from typing import Final

from transcription.redact.items import Item
from transcription.redact.lexicon import Sort
from transcription.redact.meaning import Surroundings
from transcription.redact.runs import Run, runs_of
from transcription.redact.spans import BIRTH_DATE, CARD, EXPIRY, Span

_PARTS: Final = frozenset({Sort.DIGITS, Sort.LIKE, Sort.HUNDREDS, Sort.SCALE, Sort.REPEAT, Sort.MONTH, Sort.ORDINAL})
_JOINS: Final = frozenset({"of", "the", "de", "del", "slash", "barra", "in"})
_DATE_DIGITS: Final = range(2, 10)


class Stretch:
    """Items that may be one date."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.first, self.last = items[0].first, items[-1].last
        self.months = sum(item.sort is Sort.MONTH for item in items)
        named = sum(len(item.digits) for item in items if item.sort is Sort.ORDINAL)
        self.digits = named + sum(len(run.digits) for run in runs_of(items))


def dates_of(items: Sequence[Item], here: Surroundings) -> Iterator[Span]:
    """Every date that is a birth date or an expiry date."""
    for stretch in _stretches(items, here):
        leading = here.leading(stretch.first, stretch.last)
        dated = stretch.months > 0 and stretch.digits >= 1
        if leading == BIRTH_DATE and (dated or stretch.digits in range(4, 10)):
            yield Span(BIRTH_DATE, stretch.first, stretch.last)
        elif leading in {EXPIRY, CARD} and _is_expiry(stretch, here, leading):
            yield Span(EXPIRY, stretch.first, stretch.last)


def _is_expiry(stretch: Stretch, here: Surroundings, leading: str) -> bool:
    if "expiry" not in here.near(stretch.first, stretch.last):
        return False
    if leading == CARD and stretch.digits > 8:
        return False
    shaped = (stretch.months == 1 and stretch.digits in range(2, 7)) or stretch.digits in range(2, 7)
    about = not here.is_weak(stretch.first) or here.spoken_of(CARD, stretch.first, words=60, seconds=60)
    return shaped and about


def _stretches(items: Sequence[Item], here: Surroundings) -> Iterator[Stretch]:
    held: list[Item] = []
    between: list[Item] = []
    for item in items:
        if item.sort in _PARTS:
            held += [*between, item]
            between = []
        elif held and len(between) < 3 and (item.sort in {Sort.NEUTRAL, Sort.AND} or _joins(item, here)):
            between.append(item)
        else:
            if held and item.sort is not Sort.UNIT:
                yield Stretch(held)
            held, between = [], []
    if held:
        yield Stretch(held)


def _joins(item: Item, here: Surroundings) -> bool:
    return here.words[item.first].text.casefold() in _JOINS


def is_within(run: Run, dates: Sequence[Span]) -> bool:
    """Whether a run is part of a date that was found."""
    return any(date.first <= run.first and run.last <= date.last for date in dates)
