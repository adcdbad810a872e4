"""Days and times as a voice says them, by a language's data."""

from datetime import date, time
from typing import Final

from call_flows.languages.model import Tongue
from call_flows.reading.numbers import plural

_NEAR_BEHIND: Final = 180
_NEAR_AHEAD: Final = 300


def say_date(day: date, words: Tongue, today: date | None = None) -> str:
    """`Monday, March 2`; `March 2, 1985` when that is long ago or far ahead."""
    dates = words.dates
    near = today is None or -_NEAR_BEHIND <= (day - today).days <= _NEAR_AHEAD
    return (dates.say if near else dates.say_with_year).format(
        weekday=dates.weekdays[day.weekday()],
        month=dates.months[day.month - 1],
        day=dates.first if day.day == 1 else str(day.day),
        year=day.year,
    )


def say_time(moment: time, words: Tongue) -> str:
    """`3:30 p.m.`, `las 3 y 30 de la tarde`, `midi`."""
    times = words.times
    if (moment.hour, moment.minute) in {(0, 0), (12, 0)}:
        return times.say_noon if moment.hour else times.say_midnight
    hour = moment.hour % 12 or 12
    part = next((part.say for part in times.parts if part.say and part.begin <= moment.hour < part.until), "")
    texts = times.say.get(plural(hour, words)) or times.say["other"]
    text = texts["minutes"] if moment.minute else texts["whole"]
    return text.format(hour=hour, minute=moment.minute, part=part)
