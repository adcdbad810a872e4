"""The one definition of every figure of a contact centre. Pure; `docs/metrics.md` is made from it.

A wait counts at the moment it ended, a handled call at the moment its wrap-up ended: so the figures of a time that is
over never change, and those of two times side by side add up.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum

HALF_HOUR = timedelta(minutes=30)


class Ending(StrEnum):
    """How a wait ended, as figures know it."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    SHORT = "short abandon"  # sooner than the queue's `short_abandon`
    TURNED_AWAY = "turned away"  # at the door: the queue was full, or nobody was there
    ELSEWHERE = "elsewhere"  # the flow took the caller out: longest wait reached, callback, closed, another queue


@dataclass(frozen=True, slots=True)
class Wait:
    """One wait that is over: how long in seconds, how and when it ended; a promise's place is apart from callers'."""

    seconds: float
    ending: Ending
    at: datetime
    queue: str = ""
    is_callback: bool = False


@dataclass(frozen=True, slots=True)
class Handled:
    """One call an agent has handled: seconds of conversation (hold included) and of wrap-up, and when that ended."""

    talk: float
    wrap_up: float
    at: datetime
    queue: str = ""
    agent_id: str = ""


@dataclass(frozen=True, slots=True)
class Stay:
    """An agent was busy with calls (ringing, talking, wrapping up), or available, from one moment to another."""

    agent_id: str
    is_busy: bool
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Records:
    """What happened in a time."""

    waits: tuple[Wait, ...] = ()
    handled: tuple[Handled, ...] = ()
    stays: tuple[Stay, ...] = ()

    def of_queue(self, queue: str, agents: frozenset[str]) -> "Records":
        """That of one queue; occupancy is that of the agents who can serve it."""
        return Records(
            tuple(wait for wait in self.waits if wait.queue == queue),
            tuple(call for call in self.handled if call.queue == queue),
            tuple(stay for stay in self.stays if stay.agent_id in agents),
        )

    def of_agent(self, agent_id: str) -> "Records":
        """That of one agent: callers wait for queues, so there are no waits."""
        return Records(
            (),
            tuple(call for call in self.handled if call.agent_id == agent_id),
            tuple(stay for stay in self.stays if stay.agent_id == agent_id),
        )

    def within(self, start: datetime, end: datetime) -> "Records":
        """What ended from `start` to before `end`; stays are cut to it."""
        return Records(
            tuple(wait for wait in self.waits if start <= wait.at < end),
            tuple(call for call in self.handled if start <= call.at < end),
            tuple(
                Stay(stay.agent_id, stay.is_busy, max(stay.since, start), min(stay.until, end))
                for stay in self.stays
                if stay.since < end and stay.until > start
            ),
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """A queue, an agent or the centre over a time. Seconds, shares 0-1, None when there was nothing to count.

    The words behind each field in `MEANING` are its definition, for the documentation and the screens.
    """

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    short_abandons: int = 0
    elsewhere: int = 0
    turned_away: int = 0
    service_level: float | None = None
    asa: float | None = None
    abandonment: float | None = None
    longest_wait: float | None = None
    handled: int = 0
    aht: float | None = None
    occupancy: float | None = None
    callbacks_answered: int = 0
    callback_wait: float | None = None


MEANING: Mapping[str, str] = {
    "offered": "Callers' waits that ended: answered + abandoned + short abandons + elsewhere.",
    "answered": "Waits that ended with the caller and an agent together.",
    "abandoned": "Callers who hung up in the queue after at least `short_abandon`.",
    "short_abandons": "Callers who hung up in the queue sooner than `short_abandon`.",
    "elsewhere": "Callers taken out of the queue by its rules or its flow: longest wait, callback, closed, left.",
    "turned_away": "Callers who could not wait: the queue was full, or nobody was there. In no other figure.",
    "service_level": "Answered within `within` ÷ (answered + abandoned). Short abandons are not in it; abandons are.",
    "asa": "Average speed of answer: waiting of the answered ÷ answered.",
    "abandonment": "Abandoned ÷ (answered + abandoned).",
    "longest_wait": "The longest wait that ended, answered or not.",
    "handled": "Calls whose wrap-up ended, callbacks too.",
    "aht": "Average handling time: (conversation with holds + wrap-up) ÷ handled.",
    "occupancy": "Busy ÷ (busy + available) of the agents' time; busy is ringing, on a call or wrapping up.",
    "callbacks_answered": "Promised callbacks at which customer and agent met. In no figure of waiting callers.",
    "callback_wait": "Their mean time from asking for the callback to the agent.",
}


def figures(records: Records, *, within: float) -> Figures:
    """The figures of a time; `within` is the queue's aim in seconds."""
    callers = [wait for wait in records.waits if not wait.is_callback]
    live = [wait for wait in callers if wait.ending is not Ending.TURNED_AWAY]
    answered = [wait.seconds for wait in live if wait.ending is Ending.ANSWERED]
    back = [wait.seconds for wait in records.waits if wait.is_callback and wait.ending is Ending.ANSWERED]
    count = {ending: sum(wait.ending is ending for wait in callers) for ending in Ending}
    counted = count[Ending.ANSWERED] + count[Ending.ABANDONED]
    busy, available = _time(records.stays)
    return Figures(
        offered=len(live),
        answered=len(answered),
        abandoned=count[Ending.ABANDONED],
        short_abandons=count[Ending.SHORT],
        elsewhere=count[Ending.ELSEWHERE],
        turned_away=count[Ending.TURNED_AWAY],
        service_level=_ratio(sum(seconds <= within for seconds in answered), counted),
        asa=_ratio(sum(answered), len(answered)),
        abandonment=_ratio(count[Ending.ABANDONED], counted),
        longest_wait=max((wait.seconds for wait in live), default=None),
        handled=len(records.handled),
        aht=_ratio(sum(call.talk + call.wrap_up for call in records.handled), len(records.handled)),
        occupancy=_ratio(busy, busy + available),
        callbacks_answered=len(back),
        callback_wait=_ratio(sum(back), len(back)),
    )


def intervals(start: datetime, end: datetime, step: timedelta = HALF_HOUR) -> Iterator[tuple[datetime, datetime]]:
    """The time from `start` to `end` in steps; the last one may be short."""
    while start < end:
        yield start, min(start + step, end)
        start += step


def meaning_table() -> list[str]:
    """Every figure with its definition, as a table in Markdown."""
    rows = ["| figure | definition |", "|---|---|"]
    return rows + [f"| `{field.name}` | {MEANING[field.name]} |" for field in fields(Figures)]


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _time(stays: Iterable[Stay]) -> tuple[float, float]:
    time = {True: 0.0, False: 0.0}
    for stay in stays:
        time[stay.is_busy] += (stay.until - stay.since).total_seconds()
    return time[True], time[False]
