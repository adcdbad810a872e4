"""Reading aloud in English."""

from datetime import date, time
from typing import Final

YES: Final = "yes"
NO: Final = "no"
_WORDS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
CHARACTERS: Final = {
    **{str(digit): word for digit, word in enumerate(_WORDS)},
    "*": "star",
    "#": "pound",
    "+": "plus",
    "-": "dash",
    ".": "dot",
    "@": "at",
}
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def number(value: float) -> str:
    """1204.5 as `1204.5`: voices read plain numerals well, and thousands marks badly."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def money(value: float) -> str:
    """120.5 as `120 dollars and 50 cents`."""
    cents = round(abs(value) * 100)
    sign = "minus " if value < 0 and cents else ""
    whole, rest = divmod(cents, 100)
    spoken = f"{whole} dollar{'' if whole == 1 else 's'}"
    if rest:
        tail = f"{rest} cent{'' if rest == 1 else 's'}"
        spoken = tail if whole == 0 else f"{spoken} and {tail}"
    return sign + spoken


def spoken_date(day: date) -> str:
    """`Monday, March 2`."""
    return f"{_DAYS[day.weekday()]}, {_MONTHS[day.month - 1]} {day.day}"


def spoken_time(moment: time) -> str:
    """`3:30 p.m.`, `9 a.m.`, `noon`."""
    if (moment.hour, moment.minute) in {(0, 0), (12, 0)}:
        return "noon" if moment.hour else "midnight"
    half = "a.m." if moment.hour < 12 else "p.m."
    hour = moment.hour % 12 or 12
    return f"{hour}:{moment.minute:02} {half}" if moment.minute else f"{hour} {half}"


def about(minutes: int) -> str:
    """A wait, rounded up."""
    if minutes < 2:
        return "about a minute"
    return f"about {minutes} minutes"
