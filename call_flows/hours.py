"""Opening hours: what a designer writes, and whether they are open at a moment. Pure: the moment is a parameter."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from call_flows.facts import HoursStatus
from call_flows.problems import nearest
from call_flows.values import refuse, written

if TYPE_CHECKING:
    from call_flows.site import Site

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY: Final = 24 * 60
_SPAN: Final = re.compile(r"\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*\Z")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_KEYS: Final = (*DAYS, "mon-fri", "mon-sun", "sat-sun", "holidays", "dates")
_SPAN_SCHEMA: Final = {"type": "string", "pattern": r"^\s*\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2}\s*$"}
_OPEN_SCHEMA: Final = {"anyOf": [_SPAN_SCHEMA, {"type": "array", "items": _SPAN_SCHEMA}, {"const": "closed"}]}

Spans = tuple[tuple[int, int], ...]
"""Minutes of the day, from and until; `until` may pass midnight."""


@dataclass(frozen=True, slots=True)
class Hours:
    """A week of opening spans, public holidays on which it is closed, and single dates of their own."""

    week: tuple[Spans, ...]
    country: str = ""
    subdivision: str = ""
    dates: Mapping[str, Spans] = field(default_factory=dict)

    def at(self, local: datetime) -> HoursStatus:
        """Whether open at a moment, given in the site's own time zone."""
        minute = local.hour * 60 + local.minute
        today = local.date()
        yesterday = today - timedelta(days=1)
        if any(start <= minute < until for start, until in self._spans(today)):
            return HoursStatus.OPEN
        if any(minute + _DAY < until for _start, until in self._spans(yesterday)):
            return HoursStatus.OPEN
        return HoursStatus.HOLIDAY if self._is_holiday(today) else HoursStatus.CLOSED

    def ever_open(self) -> bool:
        """Whether there is any moment at all at which it is open."""
        return any(until > start for spans in (*self.week, *self.dates.values()) for start, until in spans)

    def _spans(self, day: date) -> Spans:
        own = self.dates.get(day.isoformat())
        if own is not None:
            return own
        return () if self._is_holiday(day) else self.week[day.weekday()]

    def _is_holiday(self, day: date) -> bool:
        if day.isoformat() in self.dates:
            return not self.dates[day.isoformat()]
        return bool(self.country) and day in _holidays(self.country, self.subdivision, day.year)

    @classmethod
    def read(cls, value: object) -> "Hours":
        """Hours from `{mon-fri: "08:00-20:00", sat: "09:00-13:00", holidays: {country: US}}`."""
        if not isinstance(value, dict):
            raise refuse(
                "E012", "Hours are a list of days.", word=str(value)[:40], todo='Write mon-fri: "08:00-20:00".'
            )
        week: list[Spans] = [()] * 7
        for key, spans in value.items():
            if key not in {"holidays", "dates"}:
                for day in _days(key):
                    week[day] += _read_spans(spans)
        country, subdivision = _read_holidays(value.get("holidays"))
        return cls(tuple(week), country, subdivision, _read_dates(value.get("dates")))

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        described = {
            "type": "object",
            "properties": {"holidays": {"type": "object"}, "dates": {"type": "object"}},
            "patternProperties": {"^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?$": _OPEN_SCHEMA},
            "additionalProperties": False,
        }
        functions: list[Any] = [lambda _core, _handler: described]
        return core_schema.no_info_plain_validator_function(cls.read, metadata={"pydantic_js_functions": functions})


def status(site: "Site", now: datetime, emergencies: Collection[str] = ()) -> dict[str, HoursStatus]:
    """Every set of hours of a site at a moment; those switched to emergency are so at any hour."""
    local = now.astimezone(site.zone())
    return {
        name: HoursStatus.EMERGENCY if name in emergencies else hours.at(local) for name, hours in site.hours.items()
    }


@lru_cache(maxsize=256)
def _holidays(country: str, subdivision: str, year: int) -> frozenset[date]:
    import holidays

    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=year))


def _days(key: str) -> list[int]:
    first, _, last = key.lower().partition("-")
    if first not in DAYS or (last and last not in DAYS):
        raise refuse(
            "E010",
            f"'{key}' is not a day.",
            word=key,
            near=nearest(key, _KEYS),
            todo="Write mon, mon-fri, holidays or dates.",
        )
    start, end = DAYS.index(first), DAYS.index(last or first)
    return [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]


def _read_spans(value: object) -> Spans:
    if value == "closed":
        return ()
    return tuple(_read_span(item) for item in (value if isinstance(value, list) else [value]))


def _read_span(value: object) -> tuple[int, int]:
    text = written(value) or str(value)
    match = _SPAN.match(text)
    if match is None:
        raise refuse("E012", f"'{text[:40]}' is not a span of time.", word=text, todo='Write "08:00-20:00" or closed.')
    start_hour, start_minute, end_hour, end_minute = (int(part) for part in match.groups())
    start, until = start_hour * 60 + start_minute, end_hour * 60 + end_minute
    if start >= _DAY or until > _DAY or start_minute > 59 or end_minute > 59:
        raise refuse(
            "E012", f"'{text}' is not a time of day.", word=text, todo="The hours of a day are 00:00 to 24:00."
        )
    return start, until if until >= start else until + _DAY


def _read_holidays(value: object) -> tuple[str, str]:
    if value is None:
        return "", ""
    if not isinstance(value, dict) or not set(value) <= {"country", "subdivision"} or "country" not in value:
        raise refuse("E012", "Holidays are those of a country.", word="holidays", todo="Write holidays: {country: US}.")
    country, subdivision = str(value["country"]), str(value.get("subdivision") or "")
    import holidays

    known = holidays.list_supported_countries()
    if country not in known:
        raise refuse("E012", f"No holidays are known of '{country}'.", word=country, near=nearest(country, known))
    if subdivision and subdivision not in known[country]:
        near = nearest(subdivision, known[country])
        raise refuse("E012", f"'{subdivision}' is no part of {country}.", word=subdivision, near=near)
    return country, subdivision


def _read_dates(value: object) -> dict[str, Spans]:
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(_DATE.match(str(day)) for day in value):
        raise refuse(
            "E012", "Dates are days with hours of their own.", word="dates", todo='Write "2026-12-24": "08:00-12:00".'
        )
    return {str(day): _read_spans(spans) for day, spans in value.items()}
