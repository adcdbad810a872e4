"""When a caller may be called back: a day and a time on the caller's clock, in the future, within hours. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from call_flows.facts import HoursStatus
from call_flows.hours import Hours

SOONEST: Final = timedelta(minutes=5)
LATEST: Final = timedelta(days=30)
SPAN: Final = timedelta(minutes=15)
"""Times that are proposed begin with these."""
_REACH: Final = timedelta(days=8)
"""How far from the wanted time another one is looked for."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """What decides whether a moment will do.

    `zone` is the clock on which days and times are said, `home` that of the opening hours, `quiet` a span of no calls
    on every clock of `zones`: those on which the called number may be.
    """

    now: datetime
    zone: tzinfo
    hours: Hours | None = None
    home: tzinfo = UTC
    quiet: tuple[time, time] | None = None
    zones: Sequence[tzinfo] = ()
    span: timedelta = SPAN

    def moment(self, day: str, clock: str) -> datetime:
        """A day and a time of the caller's clock as a moment."""
        local = datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), self.zone)
        return local.astimezone(UTC)

    def said(self, moment: datetime) -> tuple[str, str]:
        """A moment as a day and a time of the caller's clock."""
        local = moment.astimezone(self.zone)
        return local.date().isoformat(), local.strftime("%H:%M")

    def day(self, ahead: int) -> str:
        """Today and the days after it."""
        return (self.now.astimezone(self.zone).date() + timedelta(days=ahead)).isoformat()

    def refusal(self, moment: datetime) -> str:
        """Why the call cannot be made then: `time_past`, `time_too_far`, `closed`, `quiet_hours`; empty when it can."""
        if moment < self.now + SOONEST:
            return "time_past"
        if moment > self.now + LATEST:
            return "time_too_far"
        if self.hours is not None and self.hours.at(moment.astimezone(self.home)) is not HoursStatus.OPEN:
            return "closed"
        if self.quiet is not None:
            clocks = (moment.astimezone(zone).time() for zone in (*self.zones, self.zone))
            if any(within(clock, *self.quiet) for clock in clocks):
                return "quiet_hours"
        return ""

    def possible(self, day: str, clocks: Iterable[str]) -> list[str]:
        """Which of several times of a day will do."""
        moments = {clock: self.moment(day, clock) for clock in clocks}
        return [
            clock
            for clock, moment in moments.items()
            if self.said(moment) == (day, clock) and not self.refusal(moment)  # not in the hour that summer time skips
        ]

    def nearest(self, wanted: datetime, count: int = 2) -> list[datetime]:
        """The allowed times nearest to the wanted one, in their order."""
        return nearest_times(wanted, lambda moment: not self.refusal(moment), self.span, count)


def within(clock: time, start: time, end: time) -> bool:
    """Whether a time of the day is from `start` until before `end`, which may be past midnight."""
    return start <= clock < end if start <= end else clock >= start or clock < end


def span_of(moment: datetime, span: timedelta) -> datetime:
    """The beginning of the span of time that a moment lies in; spans begin with the hour."""
    since = timedelta(minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond)
    if span >= timedelta(hours=1):
        since += timedelta(hours=moment.astimezone(UTC).hour % (span // timedelta(hours=1)))
    return moment - since % span


def nearest_times(
    wanted: datetime, will_do: Callable[[datetime], bool], span: timedelta, count: int = 2
) -> list[datetime]:
    """The times at which a span begins that will do, nearest to the wanted one, in their order."""
    first = span_of(wanted, span)
    found: list[datetime] = []
    for step in range(int(_REACH / span)):
        for moment in (first + step * span, first - step * span) if step else (first,):
            if moment != wanted and moment not in found and will_do(moment):
                found.append(moment)
        if len(found) >= count:
            break
    return sorted(sorted(found, key=lambda moment: abs(moment - wanted))[:count])


def clock_span(written: str) -> tuple[time, time]:
    """The two times of a span such as `21:00-08:00`; 24:00 is midnight."""
    start, _, end = written.partition("-")
    return _clock(start), _clock(end)


def _clock(text: str) -> time:
    text = text.strip().zfill(5)
    return time() if text == "24:00" else time.fromisoformat(text)


def readings(digits: str) -> list[str]:
    """What four keys can mean as a time: one for the afternoon hours as such, two where morning or evening is open."""
    hour, minute = int(digits[:-2]), int(digits[-2:])
    if hour > 23 or minute > 59:
        return []
    if hour == 0 or hour > 12:
        return [f"{hour:02}:{minute:02}"]
    return [f"{hour % 12:02}:{minute:02}", f"{hour % 12 + 12:02}:{minute:02}"]
