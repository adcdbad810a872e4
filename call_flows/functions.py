"""The functions of conditions over texts: what a designer asks of words, keys and moments. Each is pure and bounded."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Final

import re2

from call_flows.plain import as_number, as_written

MAX_RESULT: Final = 500
"""Characters of a text that a function looks at, and gives back, at most."""
MAX_PATTERN: Final = 200
_MINUTES: Final = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p")
_MOMENT: Final = re.compile(r"(?:[^%]|%-?[aAbBdeHIjlmMpPSuwyY%])*\Z", re.DOTALL)
_DAYS: Final = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%Y/%m/%d", "%m-%d-%Y")


class PatternRefused(ValueError):
    """A pattern that is not of the pattern language: it has no look-around and no back-references."""


def text(value: object) -> str:
    """A value as a machine writes it, bounded; nothing is the empty text."""
    return as_written(value)[:MAX_RESULT]


def _plain(value: object) -> str:
    return text(value).strip().casefold()


def _same(value: object, *words: object) -> bool:
    return any(_plain(value) == _plain(word) for word in words)


def _contains(value: object, word: object) -> bool:
    return _plain(word) in _plain(value)


def _starts(value: object, word: object) -> bool:
    return _plain(value).startswith(_plain(word))


def _blank(value: object) -> bool:
    return not text(value).strip()


@lru_cache(maxsize=512)
def pattern_of(source: str) -> "re2._Regexp":
    """A pattern made ready. It is matched in linear time, whatever the caller says; raises `PatternRefused`."""
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    if len(source) > MAX_PATTERN:
        raise PatternRefused(f"The pattern is longer than {MAX_PATTERN} characters.")
    try:
        return re2.compile(source, options)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        shown = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise PatternRefused(f"'{source[:60]}' is not a pattern: {shown}.") from error


def _matches(value: object, pattern: object) -> bool:
    return pattern_of(str(pattern)).fullmatch(text(value).strip()) is not None


def _join(*values: object) -> str:
    return "".join(text(value) for value in values)[:MAX_RESULT]


def _replace(value: object, old: object, new: object) -> str:
    return text(value).replace(text(old), text(new))[:MAX_RESULT] if text(old) else text(value)


def _part(value: object, separator: object, place: object) -> str:
    """Places count from one, and from the end when negative."""
    parts = text(value).split(text(separator)) if text(separator) else list(text(value))
    place = _whole(place)
    at = place - 1 if place > 0 else place
    return parts[at] if place and -len(parts) <= at < len(parts) else ""


def _slice(value: object, first: object, count: object = 1) -> str:
    """Places count from one, and from the end when negative."""
    whole, at, size = text(value), _whole(first), max(0, _whole(count))
    begin = at - 1 if at > 0 else max(0, len(whole) + at)
    return whole[begin : begin + size] if at else ""


def _whole(value: object) -> int:
    number = as_number(value)
    if number is None:
        raise ValueError("not a number")
    return int(number)


def _number(value: object, otherwise: object = None) -> float | int | None:
    found = as_number(value)
    if found is None:
        found = as_number(otherwise)
    return int(found) if found is not None and found == int(found) else found


def _moment(value: object, formats: tuple[str, ...]) -> datetime | None:
    shown = text(value).strip().upper()
    for form in formats:
        try:
            return datetime.strptime(shown, form)  # noqa: DTZ007 - a bare time or date has no zone
        except ValueError:
            continue
    return None


def _clock(value: object) -> int | None:
    """Minutes after midnight; nothing when it is no time."""
    found = _moment(value, _MINUTES)
    moment: time | None = None if found is None else found.time()
    return None if moment is None else moment.hour * 60 + moment.minute


def _day(value: object) -> int | None:
    """A number that grows by one a day; nothing when it is no date."""
    shown = text(value).strip()
    found = _moment(shown, _DAYS)
    if found is None:
        try:
            return date.fromisoformat(shown[:10]).toordinal()
        except ValueError:
            return None
    return found.toordinal()


def is_moment_format(form: str) -> bool:
    """Whether a moment can be written so: `%H:%M`, `%A`, `%Y-%m-%d`, and what else `now_as` understands."""
    return len(form) <= 60 and _MOMENT.match(form) is not None


def write_moment(moment: datetime, form: str) -> str:
    """A moment as a format says; `%-H` is without a leading zero, `%P` is am or pm in small letters."""
    padded = form.replace("%P", moment.strftime("%p").lower()).replace("%l", "%-I").replace("%e", "%-d")
    return moment.strftime(padded)[:MAX_RESULT]


@dataclass(frozen=True, slots=True)
class TextFunction:
    """One function: what it computes from how many values, and how the reference tells it."""

    perform: Callable[..., object]
    least: int
    most: int
    shown: str
    meaning: str


_MANY: Final = 20
TEXT_FUNCTIONS: Final[Mapping[str, TextFunction]] = {
    "same": TextFunction(
        _same, 2, _MANY, "same(a, 'yes', …)", "Whether it is one of the words; case and outer blanks do not count."
    ),
    "contains": TextFunction(_contains, 2, 2, "contains(a, 'bill')", "Whether the word is in it; case does not count."),
    "starts": TextFunction(_starts, 2, 2, "starts(a, '+1')", "Whether it begins with the word; case does not count."),
    "blank": TextFunction(_blank, 1, 1, "blank(a)", "Whether it is nothing, or blanks only."),
    "matches": TextFunction(
        _matches,
        2,
        2,
        "matches(a, '[0-9]{4}')",
        "Whether the whole of it fits a pattern (RE2's: no look-around, no back-references); case does not count.",
    ),
    "lower": TextFunction(lambda value: text(value).lower()[:MAX_RESULT], 1, 1, "lower(a)", "In small letters."),
    "upper": TextFunction(lambda value: text(value).upper()[:MAX_RESULT], 1, 1, "upper(a)", "In capital letters."),
    "capital": TextFunction(
        lambda value: text(value).capitalize()[:MAX_RESULT], 1, 1, "capital(a)", "With a capital first letter."
    ),
    "trim": TextFunction(lambda value: text(value).strip(), 1, 1, "trim(a)", "Without outer blanks."),
    "join": TextFunction(_join, 1, _MANY, "join('Mr ', a)", "The values as one text."),
    "replace": TextFunction(_replace, 3, 3, "replace(a, '-', '')", "With one text in the place of another."),
    "part": TextFunction(_part, 3, 3, "part(a, ',', 2)", "The second of the parts between commas; -1 is the last one."),
    "slice": TextFunction(_slice, 2, 3, "slice(a, -4, 4)", "So many characters from a place; places count from one."),
    "length": TextFunction(lambda value: len(text(value)), 1, 1, "length(a)", "How many characters it has."),
    "number": TextFunction(_number, 1, 2, "number(a, 0)", "As a number; the second value where it is none."),
    "clock": TextFunction(_clock, 1, 1, "clock('17:30')", "A time of day as minutes after midnight, to compare."),
    "day": TextFunction(_day, 1, 1, "day('2026-12-24')", "A date as the number of its day, to compare."),
}
"""Every text function by the name a designer writes."""
