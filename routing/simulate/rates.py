"""How many call in each half-hour of each day of the week: read from a table, or counted from past calls. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from routing.simulate.arrivals import RateTable
from routing.simulate.past import HALF_HOUR, PastCall

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SLOTS = 48


@dataclass(frozen=True, slots=True)
class Rates:
    """Mean calls of each half-hour, by queue and day of the week (0 is Monday): 48 numbers each."""

    calls: Mapping[tuple[str, int], Sequence[float]] = field(default_factory=dict)

    @property
    def queues(self) -> list[str]:
        """The queues anybody calls."""
        return sorted({queue for queue, _ in self.calls})

    def busiest(self) -> int:
        """The day of the week with most calls."""
        totals: Counter[int] = Counter()
        for (_, day), calls in self.calls.items():
            totals[day] += sum(calls)  # type: ignore[assignment]  # a mean of calls need not be whole
        return max(sorted(totals), key=lambda day: totals[day], default=0)

    def on(self, day: int, *, times: float = 1.0) -> dict[str, list[float]]:
        """What one day brings to each queue that is called on it."""
        return {
            queue: [one * times for one in calls]
            for (queue, of_day), calls in sorted(self.calls.items())
            if of_day == day and sum(calls) > 0
        }


def table_of(calls: Sequence[float], span: tuple[float, float]) -> RateTable:
    """A day's half-hours as arrivals, its time zero at the opening; `span` in seconds after midnight."""
    opens, closes = span
    steps = [
        (max(slot * HALF_HOUR, opens) - opens, one / HALF_HOUR)
        for slot, one in enumerate(calls)
        if (slot + 1) * HALF_HOUR > opens and slot * HALF_HOUR < closes
    ]
    return RateTable(tuple(steps), closes - opens)


def counted(calls: Iterable[PastCall]) -> Rates:
    """Mean calls of each half-hour over the days of the log, days of the same weekday together."""
    found: defaultdict[tuple[str, int], list[float]] = defaultdict(lambda: [0.0] * SLOTS)
    days: defaultdict[int, set[date]] = defaultdict(set)
    for call in calls:
        at = call.arrived
        days[at.weekday()].add(at.date())
        found[call.queue, at.weekday()][at.hour * 2 + at.minute // 30] += 1
    return Rates({key: [one / len(days[key[1]]) for one in slots] for key, slots in found.items()})


def span_of(day: Mapping[str, Sequence[float]]) -> tuple[float, float]:
    """From the first half-hour in which anybody calls to the end of the last, in seconds after midnight."""
    called = [slot for calls in day.values() for slot, one in enumerate(calls) if one > 0]
    return min(called, default=0) * HALF_HOUR, (max(called, default=SLOTS - 1) + 1) * HALF_HOUR
