"""When a caller may be called back: a day and a time on the site's clock, in the future, within hours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from call_flows.facts import HoursStatus
from call_flows.hours import Hours

SOONEST = timedelta(minutes=5)
LATEST = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Calendar:
    """What decides whether a moment will do."""

    now: datetime
    zone: ZoneInfo
    hours: Hours | None

    def moment(self, day: str, clock: str) -> datetime:
        """A day and a time of the site's clock as a moment."""
        local = datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), self.zone)
        return local.astimezone(UTC)

    def day(self, ahead: int) -> str:
        """Today and the days after it."""
        return (self.now.astimezone(self.zone).date() + timedelta(days=ahead)).isoformat()

    def will_do(self, moment: datetime) -> bool:
        """Whether the call can be made then."""
        if not self.now + SOONEST <= moment <= self.now + LATEST:
            return False
        return self.hours is None or self.hours.at(moment.astimezone(self.zone)) is HoursStatus.OPEN

    def possible(self, day: str, clocks: Iterable[str]) -> list[str]:
        """Which of several times of a day will do."""
        return [clock for clock in clocks if self.will_do(self.moment(day, clock))]


def readings(digits: str) -> list[str]:
    """What four keys can mean as a time: one for the afternoon hours as such, two where morning or evening is open."""
    hour, minute = int(digits[:-2]), int(digits[-2:])
    if hour > 23 or minute > 59:
        return []
    if hour == 0 or hour > 12:
        return [f"{hour:02}:{minute:02}"]
    return [f"{hour % 12:02}:{minute:02}", f"{hour % 12 + 12:02}:{minute:02}"]
