"""Dates from keys and words: `0302`, `tomorrow`, `the twenty third of March`, `next friday`, `in two weeks`."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal

from call_flows.hearing.lexicon import ATOM, NUMBER, UNKNOWN, Entries, Lexeme, entries, lexemes, number_entries, tokens
from call_flows.hearing.numerals import with_numbers
from call_flows.languages import tongue
from call_flows.languages.model import Tongue

When = Literal["any", "future", "past"]

_ORDERS: Final = {"mdy": (0, 1, 2), "dmy": (1, 0, 2), "ymd": (1, 2, 0)}
_YEARS: Final = 8
_AHEAD_WITHOUT_CENTURY: Final = 20
_MONTH, _WEEKDAY, _ORDINAL, _RELATIVE, _SPAN = "month", "weekday", "ordinal", "relative", "span"
_NEXT, _THIS, _LAST, _AHEAD, _AGO = "next", "this", "last", "ahead", "ago"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is known of a date before it is said: today, whether it lies ahead, its order, what was said before."""

    today: date
    when: When = "any"
    order: str = "mdy"
    known: str = ""


def keyed_date(digits: str, wanted: Wanted) -> str | None:
    """A date keyed as two digits each for day and month, and two or four for the year if any."""
    if len(digits) == 8:
        parts = (
            [digits[:4], digits[4:6], digits[6:]] if wanted.order == "ymd" else [digits[:2], digits[2:4], digits[4:]]
        )
    elif len(digits) == 6:
        parts = [digits[:2], digits[2:4], digits[4:]]
    elif len(digits) == 4:
        first, second = int(digits[:2]), int(digits[2:])
        month, day = (second, first) if wanted.order == "dmy" else (first, second)
        return _nearest(month, day, wanted)
    else:
        return None
    month, day, year = (int(parts[place]) for place in _ORDERS[wanted.order])
    return _iso(_whole_year(year, month, day, wanted) if len(digits) == 6 else year, month, day)


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _nearest(month: int, day: int, wanted: Wanted, weekday: int | None = None) -> str | None:
    """The next such day, or the last one where it must be past; of a known weekday, the nearest that is one."""
    today = wanted.today
    steps = range(_YEARS + 1)
    years = [today.year - step if wanted.when == "past" else today.year + step for step in steps]
    if weekday is not None:
        around = sorted(range(today.year - 2, today.year + 3), key=lambda year: abs(year - today.year))
        found = [day_ for year in around if (day_ := _iso(year, month, day))]
        fitting = [day_ for day_ in found if date.fromisoformat(day_).weekday() == weekday and _lies(day_, wanted)]
        if fitting:
            return min(fitting, key=lambda day_: abs((date.fromisoformat(day_) - today).days))
    for year in years:
        made = _iso(year, month, day)
        if made is not None and (made <= today.isoformat() if wanted.when == "past" else made >= today.isoformat()):
            return made
    return None


def _lies(day: str, wanted: Wanted) -> bool:
    today = wanted.today.isoformat()
    return wanted.when == "any" or (day >= today if wanted.when == "future" else day <= today)


def _whole_year(year: int, month: int, day: int, wanted: Wanted) -> int:
    """A year of two figures in its century: the latest that is not too far ahead, or not ahead at all."""
    if year >= 100:
        return year
    century = wanted.today.year - wanted.today.year % 100
    made = century + year
    limit = wanted.today.year + (0 if wanted.when == "past" else _AHEAD_WITHOUT_CENTURY)
    late = made > limit or (wanted.when == "past" and (_iso(made, month, day) or "") > wanted.today.isoformat())
    return made - 100 if late else made


@lru_cache(64)
def _entries(words: Tongue) -> Entries:
    dates = words.dates
    months = {month: float(place) for place, month in enumerate(dates.months, start=1)}
    weekdays = {weekday: float(place) for place, weekday in enumerate(dates.weekdays)}
    numbers = number_entries(words)
    ordinals = entries(_ORDINAL, {word: float(place) for place, word in enumerate(dates.ordinals, start=1)})
    return {
        **numbers,
        **{key: lexeme for key, lexeme in ordinals.items() if key not in numbers},
        **entries(_NEXT, dates.next),
        **entries(_THIS, dates.this),
        **entries(_LAST, dates.last),
        **entries(_AGO, dates.ago),
        **entries(_AHEAD, dates.ahead),
        **entries(_SPAN, {word: float(days) for word, days in dates.spans.items()}),
        **entries(_MONTH, {**months, **{word: float(place) for word, place in dates.months_also.items()}}),
        **entries(_WEEKDAY, weekdays),
        **entries(_RELATIVE, {word: float(days) for word, days in dates.relative.items()}),
    }


def spoken_date(speech: str, language: str, wanted: Wanted) -> str | None:
    """A date in words; None when it is none. With a known date, a day or a month alone corrects it."""
    words = tongue(language)
    stretches = re.split(r"[,;]\s", speech)  # what a comma parts is not one number: March 20, 2000
    said = [
        each for stretch in stretches for each in with_numbers(lexemes(_plain(stretch, words), _entries(words)), words)
    ]
    by = {each.kind: each for each in reversed(said)}
    if sum(each.kind == UNKNOWN for each in said) > 3:
        return None
    numbers = [each for each in said if each.kind in {NUMBER, ATOM, _ORDINAL}]
    if _MONTH in by:
        return _in_month(int(by[_MONTH].value), numbers, by.get(_WEEKDAY), wanted, pairs=words.dates.pairs)
    if _SPAN in by and len(numbers) == 1 and (_AHEAD in by or _AGO in by):
        return _days_from(wanted.today, by[_SPAN].value * numbers[0].value * (-1 if _AGO in by else 1))
    if _RELATIVE in by:
        return _days_from(wanted.today, by[_RELATIVE].value)
    if len(numbers) == 1 and (_WEEKDAY in by or numbers[0].kind == _ORDINAL or wanted.known):
        return _day_alone(int(numbers[0].value), by.get(_WEEKDAY), wanted)
    return _weekday(by, wanted) if _WEEKDAY in by and not numbers else None


def _plain(speech: str, words: Tongue) -> list[str]:
    marks = {token for mark in words.dates.marks for token in tokens(mark)}
    said = tokens(speech.replace("-", " "))
    return [token for place, token in enumerate(said) if not (token in marks and place and said[place - 1].isdigit())]


def _days_from(today: date, days: float) -> str | None:
    try:
        return (today + timedelta(days=int(days))).isoformat()
    except (OverflowError, ValueError):
        return None


def _in_month(month: int, numbers: list[Lexeme], weekday: Lexeme | None, wanted: Wanted, *, pairs: bool) -> str | None:
    values = [int(each.value) for each in numbers]
    known = date.fromisoformat(wanted.known) if wanted.known else None
    if not values and known is not None:
        return _iso(known.year, month, known.day)
    day = next((value for value in values if 1 <= value <= 31), None)
    if day is None:
        return None
    values.remove(day)
    if not values:
        return _nearest(month, day, wanted, None if weekday is None else int(weekday.value))
    if len(values) == 1:
        return _iso(_whole_year(values[0], month, day, wanted), month, day) if values[0] <= 9999 else None
    if len(values) == 2 and pairs and 10 <= values[0] <= 99 and values[1] <= 99:
        return _iso(values[0] * 100 + values[1], month, day)
    return None


def _day_alone(day: int, weekday: Lexeme | None, wanted: Wanted) -> str | None:
    """A day without its month: of the known date's month, else the next such day."""
    if not 1 <= day <= 31:
        return None
    if wanted.known:
        known = date.fromisoformat(wanted.known)
        return _iso(known.year, known.month, day)
    step = -1 if wanted.when == "past" else 1
    for ahead in range(13):
        months = wanted.today.year * 12 + wanted.today.month - 1 + ahead * step
        made = _iso(months // 12, months % 12 + 1, day)
        if made is None or (made < wanted.today.isoformat() if step > 0 else made > wanted.today.isoformat()):
            continue
        if weekday is None or date.fromisoformat(made).weekday() == int(weekday.value):
            return made
    return None


def _weekday(by: dict[str, Lexeme], wanted: Wanted) -> str | None:
    ahead = (int(by[_WEEKDAY].value) - wanted.today.weekday()) % 7
    if _LAST in by or (wanted.when == "past" and _NEXT not in by):
        return _days_from(wanted.today, ahead - 7)
    return _days_from(wanted.today, ahead if _THIS in by else ahead or 7)


def date_vocabulary(language: str) -> tuple[str, ...]:
    """The words of which dates are made, as they are written."""
    words = tongue(language)
    dates = words.dates
    made = [*dates.months, *dates.months_also, *dates.weekdays, *dates.ordinals, *words.numbers.below_hundred]
    made += [*dates.relative, *dates.next, *dates.this, *dates.last, *dates.spans, *dates.ahead, *dates.ago]
    made += [*words.numbers.thousand.other.replace("{n}", "").split(), *words.numbers.articles]
    return tuple(dict.fromkeys(word for phrase in made for word in phrase.replace("-", " ").split()))
