"""When to call: the next moment at which every condition holds, and the next attempt after a failed one. Pure.

Moments are compared in UTC and conditions look at the wall clocks of the zones concerned, so that daylight saving
needs no rule of its own: a moment that does not exist is never met, one that exists twice is met the first time.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo

Condition = Callable[[datetime], bool]
MINUTE = timedelta(minutes=1)
HORIZON = timedelta(days=31)


def next_allowed(at: datetime, conditions: Sequence[Condition], *, horizon: timedelta = HORIZON) -> datetime | None:
    """`at` itself if it is allowed, else the first whole minute after it that is; None if there is none in reach."""
    moment = at.astimezone(UTC)
    if all(condition(moment) for condition in conditions):
        return moment
    end = moment + horizon
    moment = moment.replace(second=0, microsecond=0) + MINUTE
    while moment <= end:
        if all(condition(moment) for condition in conditions):
            return moment
        moment += MINUTE
    return None


def outside_quiet(start: time, end: time, zones: Sequence[tzinfo]) -> Condition:
    """Holds where it is outside the quiet hours in every zone; quiet hours may pass midnight."""

    def holds(at: datetime) -> bool:
        return not any(is_quiet(at.astimezone(zone).time(), start, end) for zone in zones)

    return holds


def is_quiet(at: time, start: time, end: time) -> bool:
    """Whether a time of the day is from `start` until before `end`."""
    if start <= end:
        return start <= at < end
    return at >= start or at < end


def next_attempt(
    *, failed_at: datetime, made: int, attempts: int, retry_after: Sequence[float], conditions: Sequence[Condition]
) -> datetime | None:
    """When to try again after `made` attempts of at most `attempts`; None when it is to be given up.

    `retry_after` are seconds; the last one holds for all further attempts.
    """
    if made >= attempts or not retry_after:
        return None
    gap = retry_after[min(made, len(retry_after)) - 1]
    return next_allowed(failed_at + timedelta(seconds=gap), conditions)
