"""Times of day from keys and words: `0930`, `half past nine in the morning`, `las cuatro menos cuarto`."""

from datetime import time
from functools import lru_cache
from typing import Final

from call_flows.hearing.lexicon import NUMBER, UNKNOWN, Entries, Lexeme, entries, lexemes, number_entries, tokens
from call_flows.hearing.numerals import with_numbers
from call_flows.languages import tongue
from call_flows.languages.model import DayPart, Tongue

_MINUTES: Final = "minutes"
_PART: Final = "part of day"
_NOON, _MIDNIGHT = "noon", "midnight"
_PAST, _TO, _PLUS, _MINUS, _HOURS = "past", "to", "plus", "minus", "hours"
_EARLIEST_GUESS: Final = 7
"""Without a part of the day, hours before this are taken for the afternoon."""


def keyed_time(digits: str) -> str | None:
    """A time keyed by the 24-hour clock: 9, 15, 930, 0930, 1545."""
    if not 1 <= len(digits) <= 4:
        return None
    hour, minute = (int(digits), 0) if len(digits) < 3 else (int(digits[:-2]), int(digits[-2:]))
    return _clock(hour, minute)


def _clock(hour: int, minute: int) -> str | None:
    return time(hour, minute).isoformat("minutes") if 0 <= hour < 24 and 0 <= minute < 60 else None


@lru_cache(64)
def _entries(words: Tongue) -> Entries:
    times = words.times
    parts: dict[tuple[str, ...], Lexeme] = {}
    for place, part in enumerate(times.parts):
        parts |= entries(_PART, dict.fromkeys(part.heard, float(place)))
    return {
        **number_entries(words),
        **entries(_PLUS, times.plus),
        **entries(_HOURS, times.hours),
        **entries(_PAST, times.past),
        **entries(_TO, times.to),
        **entries(_MINUS, times.minus),
        **entries(_MINUTES, {word: float(value) for word, value in times.minutes.items()}),
        **entries(_NOON, times.noon),
        **entries(_MIDNIGHT, times.midnight),
        **parts,
    }


def spoken_time(speech: str, language: str, known: str = "") -> str | None:
    """A time in words; None when it is none. With a known time, a part of the day alone corrects it."""
    words = tongue(language)
    plain = speech.replace("-", " ").replace(":", " ").replace(".", "") if ":" in speech else speech.replace("-", " ")
    said = with_numbers(lexemes(tokens(plain), _entries(words)), words)
    part = next((words.times.parts[int(each.value)] for each in reversed(said) if each.kind == _PART), None)
    told = [each for each in said if each.kind in {NUMBER, _MINUTES, _NOON, _MIDNIGHT, _PAST, _TO, _PLUS, _MINUS}]
    if sum(each.kind == UNKNOWN for each in said) > len(told) + 1:
        return None
    if part is not None and known and not any(each.kind == NUMBER for each in told):
        return _within(int(known[:2]), int(known[3:]), part)
    found = _hour_and_minute(told)
    if found is None:
        return None
    hour, minute, is_sure = found
    if is_sure or hour > 12 or (hour == 0 and part is None):
        return _clock(hour % 24, minute)
    if part is not None:
        return _within(hour, minute, part)
    return _clock(hour + 12 if 1 <= hour < _EARLIEST_GUESS else hour, minute)


def _within(hour: int, minute: int, part: DayPart) -> str | None:
    """The hour that lies in the part of the day, of the two that a clock's hand shows."""
    for shown in (hour % 12, hour % 12 + 12, hour % 12 + 24):
        if part.begin <= shown < part.until:
            return _clock(shown % 24, minute)
    return None


def _hour_and_minute(told: list[Lexeme]) -> tuple[int, int, bool] | None:
    """The hour, the minute, and whether no half of the day need be found."""
    marks = [each.kind for each in told if each.kind in {_PAST, _TO, _MINUS}]
    numbers = [each for each in told if each.kind in {NUMBER, _MINUTES, _NOON, _MIDNIGHT}]
    first, rest = (numbers[0], numbers[1:]) if numbers else (None, [])
    if first is None or any(each.value != int(each.value) for each in numbers):
        return None
    if marks and marks[0] in {_PAST, _TO} and len(rest) == 1:
        first, rest = rest[0], [first]
    hours = {_NOON: 12, _MIDNIGHT: 0, NUMBER: int(first.value)}
    hour, is_sure = hours.get(first.kind, -1), first.kind in {_NOON, _MIDNIGHT}
    if first.kind == NUMBER and not rest and len(first.text) in {3, 4} and first.text.isdigit():
        hour, minute = divmod(hour, 100)  # a recogniser's 930
        return hour, minute, is_sure
    minute = sum(int(each.value) for each in rest)
    too_many = len(rest) > 1 and not (len(rest) == 2 and rest[0].value == 0)
    if hour < 0 or hour > 24 or minute > 59 or too_many:
        return None
    if marks and marks[0] in {_TO, _MINUS} and minute:
        return ((hour - 1) % 24 if is_sure else (hour - 1) % 12 or 12), 60 - minute, is_sure
    return hour, minute, is_sure


def time_vocabulary(language: str) -> tuple[str, ...]:
    """The words of which times are made, as they are written."""
    words = tongue(language)
    times = words.times
    made = [*words.numbers.below_hundred[:60], *times.minutes, *times.past, *times.to, *times.plus, *times.minus]
    made += [*times.hours, *times.noon, *times.midnight, *(word for part in times.parts for word in part.heard)]
    return tuple(dict.fromkeys(word for phrase in made for word in phrase.replace("-", " ").split()))
