"""On which clock, day and time a caller wants to be called: zones, days and proposals, all kept as plain notes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from call_flows.appointment import SPAN, Calendar, clock_span, readings
from call_flows.courtesies import Courtesy
from call_flows.events import Collected
from call_flows.hearing.days import Wanted, keyed_date, spoken_date
from call_flows.hearing.lexicon import tokens
from call_flows.hearing.moments import spoken_time
from call_flows.languages import tongue
from call_flows.nodes.callback_talk import MOST_CLOCKS, MOST_NEAR
from call_flows.notes import Plain
from call_flows.turn import Turn
from foundation.phone import zones_of, zones_of_countries

REFUSED: Final[Mapping[str, Courtesy]] = {
    "time_past": Courtesy.CALLBACK_TIME_PAST,
    "time_too_far": Courtesy.CALLBACK_TIME_FAR,
    "quiet_hours": Courtesy.CALLBACK_TIME_QUIET,
    "slot_full": Courtesy.CALLBACK_TIME_TAKEN,
}
"""What is said of a time that will not do; of every other one, that it cannot be."""
DAYS: Final = 3
_CLOSE: Final = 20
"""Minutes by which a caller's watch may differ from the time of his zone."""


def calendar_of(turn: Turn, queue: str) -> Calendar:
    """The calendar on the clock that is known so far: the caller's, else the site's."""
    site = turn.site.site
    found = site.queues.get(queue)
    policy = None if found is None else found.callback
    hours = None if policy is None or policy.hours is None else site.hours.get(str(policy.hours))
    quiet = None if site.dialing.quiet is None else clock_span(site.dialing.quiet)
    span = SPAN if policy is None or policy.slots is None else timedelta(seconds=float(policy.slots.every))
    zone, number = str(turn.scratch.get("zone") or ""), str(turn.scratch.get("number") or "")
    zones = [ZoneInfo(name) for name in zones_of(number)]
    clock = ZoneInfo(zone) if zone else turn.site.zone
    return Calendar(turn.facts.now, clock, hours, turn.site.zone, quiet, zones or [turn.site.zone], span)


def clocks_of(turn: Turn, number: str) -> list[tuple[str, str]]:
    """The zones a number may be in, one for each time that their clocks show now, and that time; the site's own first.

    Where the number tells nothing, those of the countries that may be called.
    """
    names = zones_of(number) or zones_of_countries(turn.site.site.dialing.countries)
    home = turn.site.zone.key
    found: dict[timedelta | None, tuple[str, str]] = {}
    for name in sorted(names, key=lambda name: name != home):
        local = turn.facts.now.astimezone(ZoneInfo(name))
        found.setdefault(local.utcoffset(), (name, local.strftime("%H:%M")))
    return sorted(found.values(), key=lambda one: (one[0] != home, one[1]))


def is_sure(turn: Turn, number: str) -> bool:
    """Whether the number itself tells the time of day where it is."""
    return bool(zones_of(number)) and len(clocks_of(turn, number)) == 1


def few(clocks: Sequence[tuple[str, str]], number: str) -> bool:
    """Whether the clocks can be read out."""
    return bool(zones_of(number)) and len(clocks) <= MOST_CLOCKS


def zone_at(clocks: Iterable[tuple[str, str]], said: Iterable[str]) -> str:
    """The zone whose clock shows one of the times said, or nearly; empty when there is none."""
    best, least = "", _CLOSE + 1
    for name, shown in clocks:
        for time in said:
            apart = abs(_minutes(shown) - _minutes(time))
            apart = min(apart, 24 * 60 - apart)
            if apart < least:
                best, least = name, apart
    return best


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:5])


def days_of(calendar: Calendar) -> dict[str, Plain]:
    """The first days as they are offered, each only where it has a time that will do."""
    known: dict[str, Plain] = {"later": calendar.day(DAYS - 1)}
    for ahead in range(DAYS):
        day = calendar.day(ahead)
        spans = int(timedelta(days=1) / calendar.span)
        midnight = calendar.moment(day, "00:00")
        moments = (midnight + place * calendar.span for place in range(spans))
        known[f"day_{ahead + 1}"] = any(not calendar.refusal(moment) for moment in moments)
    return known


def spoken_day(event: Collected, language: str, calendar: Calendar) -> tuple[str, list[str]]:
    """The day of an answer, and the times of it when they were said along: `tomorrow at three`."""
    wanted = Wanted(date.fromisoformat(calendar.day(0)), "future", tongue(language).dates.order)
    if event.digits:
        return keyed_date(event.digits, wanted) or "", []
    words = tokens(event.speech)
    for few in range(1, len(words)):  # as few words as will do are the day, all others the time
        for one, other in ((words[:few], words[few:]), (words[-few:], words[:-few])):
            day = spoken_date(" ".join(one), language, wanted)
            time = spoken_time(" ".join(other), language) if day else None
            if day and time:
                return day, [time]
    return spoken_date(event.speech, language, wanted) or "", []


def spoken_clock(event: Collected, language: str) -> str:
    """A time within what was said; empty when there is none, or it was keyed."""
    return (spoken_time(event.speech, language) or "") if event.speech and not event.digits else ""


def times_of(answer: str) -> list[str]:
    """What an answer at the question for the time can mean."""
    return [answer] if ":" in answer else readings(answer)


def near_of(calendar: Calendar, moments: Sequence[datetime]) -> dict[str, Plain]:
    """Proposals as they are kept until one is chosen."""
    known: dict[str, Plain] = {}
    for key in range(1, MOST_NEAR + 1):
        day, time = calendar.said(moments[key - 1]) if key <= len(moments) else ("", "")
        known |= {f"near_day_{key}": day, f"near_time_{key}": time}
    return known


def near_at(scratch: Mapping[str, Plain], answer: str, speech: str, language: str) -> tuple[str, str]:
    """The proposal that an answer takes: by its key, or by its time; nothing when it takes none."""
    said = spoken_time(speech, language) if speech and not answer else None
    for key in range(1, MOST_NEAR + 1):
        day, time = str(scratch.get(f"near_day_{key}") or ""), str(scratch.get(f"near_time_{key}") or "")
        if day and (answer == str(key) or (said is not None and said == time)):
            return day, time
    return "", ""


def wanted_moment(calendar: Calendar, day: str, clocks: Sequence[str]) -> datetime:
    """The one of several readings of a time that was surely meant: the one nearest to a time that will do."""
    moments = [calendar.moment(day, clock) for clock in clocks]

    def apart(moment: datetime) -> timedelta:
        near = calendar.nearest(moment, 1)
        return abs(near[0] - moment) if near else timedelta.max

    return min(moments, key=apart) if len(moments) > 1 else moments[0]
