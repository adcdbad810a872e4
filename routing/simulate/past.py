"""Past calls, as a simulation learns from them. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

HALF_HOUR = 1800.0


@dataclass(frozen=True, slots=True)
class PastCall:
    """One caller of a queue: when he came by the site's own clock, how long he waited, how that ended.

    `handled` is how long an agent then had the call, wrap-up included; None where no agent did. `gave_up` tells the
    end of his patience; who was answered, or was sent elsewhere, only shows that it was longer than the wait.
    """

    queue: str
    arrived: datetime
    waited: float
    gave_up: bool
    handled: float | None = None


def of_queue(calls: Iterable[PastCall], queue: str) -> list[PastCall]:
    """Those of one queue."""
    return [call for call in calls if call.queue == queue]


def services(calls: Iterable[PastCall]) -> list[float]:
    """How long their calls took, in seconds; calls of no length are slips of the log."""
    return [call.handled for call in calls if call.handled is not None and call.handled > 0]


def waits(calls: Iterable[PastCall]) -> tuple[list[float], list[bool]]:
    """What each who had to wait has shown of his patience: so many seconds, and whether that was its end."""
    shown = [(call.waited, call.gave_up) for call in calls if call.waited > 0]
    return [seconds for seconds, _ in shown], [gave_up for _, gave_up in shown]


def moments(calls: Sequence[PastCall], queue: str, day: datetime) -> tuple[float, ...]:
    """When the callers of a queue came on one day, in seconds after midnight."""
    on_day = (call.arrived for call in of_queue(calls, queue) if call.arrived.date() == day.date())
    return tuple(sorted(_clock(arrived) for arrived in on_day))


def _clock(moment: datetime) -> float:
    return moment.hour * 3600.0 + moment.minute * 60.0 + moment.second + moment.microsecond / 1e6
