"""Dates and times from keys and words: `0302`, `tomorrow`, `the third of March`, `half past nine in the morning`."""

from datetime import date, time, timedelta
from types import ModuleType
from typing import Final

from call_flows.hearing.numerals import is_digits, words_of
from call_flows.hearing.phrases import normalise

_ORDERS: Final = {"mdy": (0, 1, 2), "dmy": (1, 0, 2), "ymd": (1, 2, 0)}
_YEAR: Final = 4
_BOTH: Final = 8
_SHORT: Final = 4


def keyed_date(digits: str, order: str, today: date) -> str | None:
    """A date keyed as two digits each for day and month, and four for the year; without a year, the next such day."""
    if len(digits) == _BOTH:
        parts = [digits[:4], digits[4:6], digits[6:]] if order == "ymd" else [digits[:2], digits[2:4], digits[4:]]
        month, day, year = (int(parts[place]) for place in _ORDERS[order])
        return _iso(year, month, day)
    if len(digits) == _SHORT:
        first, second = int(digits[:2]), int(digits[2:])
        month, day = (second, first) if order == "dmy" else (first, second)
        return _next(month, day, today)
    return None


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _next(month: int, day: int, today: date) -> str | None:
    for year in range(today.year, today.year + 5):
        found = _iso(year, month, day)
        if found is not None and found >= today.isoformat():
            return found
    return None


def spoken_date(speech: str, language: str, today: date) -> str | None:
    """A date in words; None when it is none."""
    words = words_of(language)
    said = normalise(speech)
    for word in said:
        if word in words.TODAY:
            return today.isoformat()
        if word in words.TOMORROW:
            return (today + timedelta(days=1)).isoformat()
    month = next((words.MONTHS.index(word) + 1 for word in said if word in words.MONTHS), None)
    if month is not None:
        days = _sum([word for word in said if word not in words.MONTHS], words)
        return None if days is None else _next(month, days, today)
    weekday = next((words.WEEKDAYS.index(word) for word in said if word in words.WEEKDAYS), None)
    if weekday is None:
        return None
    ahead = (weekday - today.weekday()) % 7 or 7
    return (today + timedelta(days=ahead)).isoformat()


def _sum(said: list[str], words: ModuleType) -> int | None:
    values = [words.NUMBERS.get(word, int(word) if is_digits(word) and len(word) < 3 else None) for word in said]
    found = [value for value in values if value is not None]
    return sum(found) if found else None


def keyed_time(digits: str) -> str | None:
    """A time keyed as hours and minutes: 930, 0930, 1545."""
    if len(digits) not in {3, 4}:
        return None
    hour, minute = int(digits[:-2]), int(digits[-2:])
    return time(hour, minute).isoformat("minutes") if hour < 24 and minute < 60 else None


def spoken_time(speech: str, language: str) -> str | None:
    """A time in words; None when it is none. Without morning or afternoon, 1 to 6 is taken for the afternoon."""
    words = words_of(language)
    text = " ".join(normalise(speech.replace(":", " ").replace(".", "")))
    if any(word in words.NOON for word in text.split()):
        return "12:00"
    if any(word in words.MIDNIGHT for word in text.split()):
        return "00:00"
    padded = f" {text} "
    morning = any(f" {phrase} " in padded for phrase in words.MORNING)
    afternoon = any(f" {phrase} " in padded for phrase in words.AFTERNOON)
    half_past = any(f" {phrase} " in padded for phrase in words.HALF_PAST)
    numbers = [
        int(word) if is_digits(word) else words.NUMBERS.get(word, -1) for word in text.split()[:12] if len(word) < 12
    ]
    found = [number for number in numbers if 0 <= number < 60]
    if not found or (half_past and len(found) < 2):
        return None
    hour, minute = (found[1], 30) if half_past else (found[0], sum(found[1:]))
    if afternoon and hour < 12:
        hour += 12
    elif morning and hour == 12:
        hour = 0
    elif not morning and not afternoon and 1 <= hour <= 6:
        hour += 12
    return time(hour, minute).isoformat("minutes") if hour < 24 and minute < 60 else None
