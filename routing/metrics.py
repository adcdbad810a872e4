"""The one definition of every figure of a contact centre. Pure; `docs/metrics.md` is made from it.

A wait counts at the moment it ended, a handled call at the moment its wrap-up ended: so the figures of a time that is
over never change, and those of two times side by side add up.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
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


@dataclass(slots=True)
class Tally:
    """What figures are made of: counts and sums, which add up over times that follow one another."""

    counts: Counter[Ending] = field(default_factory=Counter)
    in_time: int = 0
    waited: float = 0.0
    longest: float | None = None
    back: int = 0
    back_waited: float = 0.0
    handled: int = 0
    handling: float = 0.0
    busy: float = 0.0
    available: float = 0.0

    def wait(self, wait: Wait, *, within: float) -> None:
        """Count one wait."""
        is_answered = wait.ending is Ending.ANSWERED
        if wait.is_callback:
            self.back += is_answered
            self.back_waited += wait.seconds * is_answered
            return
        self.counts[wait.ending] += 1
        if is_answered:
            self.waited += wait.seconds
            self.in_time += wait.seconds <= within
        if wait.ending is not Ending.TURNED_AWAY:
            self.longest = max(self.longest or 0.0, wait.seconds)

    def call(self, call: Handled) -> None:
        """Count one handled call."""
        self.handled += 1
        self.handling += call.talk + call.wrap_up

    def stay(self, stay: Stay) -> None:
        """Count an agent's time."""
        seconds = (stay.until - stay.since).total_seconds()
        if stay.is_busy:
            self.busy += seconds
        else:
            self.available += seconds

    def add(self, other: "Tally") -> None:
        """Count what another has counted."""
        self.counts += other.counts
        self.longest = max((one for one in (self.longest, other.longest) if one is not None), default=None)
        for name in ("in_time", "waited", "back", "back_waited", "handled", "handling", "busy", "available"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class Tallies:
    """Tallies of every queue and every agent, over one time."""

    queues: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    agents: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))

    def count(self, records: Records, within: Mapping[str, float]) -> "Tallies":
        """Count what happened; `within` is each queue's aim in seconds."""
        for wait in records.waits:
            self.queues[wait.queue].wait(wait, within=within.get(wait.queue, 0.0))
        for call in records.handled:
            self.queues[call.queue].call(call)
            self.agents[call.agent_id].call(call)
        for stay in records.stays:
            self.agents[stay.agent_id].stay(stay)
        return self

    def add(self, other: "Tallies") -> "Tallies":
        """Count what others have counted."""
        for mine, theirs in ((self.queues, other.queues), (self.agents, other.agents)):
            for name, tally in theirs.items():
                mine[name].add(tally)
        return self

    def queue(self, name: str, agents: Iterable[str]) -> Figures:
        """The figures of a queue; occupancy is that of the agents who can serve it."""
        tally = replace(self.queues.get(name) or Tally(), busy=0.0, available=0.0)
        for agent_id in agents:
            tally.busy += self.agents[agent_id].busy
            tally.available += self.agents[agent_id].available
        return figures(tally)

    def agent(self, agent_id: str) -> Figures:
        """The figures of an agent: callers wait for queues, so there are no waits."""
        return figures(self.agents[agent_id])


def figures(tally: Tally) -> Figures:
    """What a tally says."""
    count = tally.counts
    counted = count[Ending.ANSWERED] + count[Ending.ABANDONED]
    return Figures(
        offered=count.total() - count[Ending.TURNED_AWAY],
        answered=count[Ending.ANSWERED],
        abandoned=count[Ending.ABANDONED],
        short_abandons=count[Ending.SHORT],
        elsewhere=count[Ending.ELSEWHERE],
        turned_away=count[Ending.TURNED_AWAY],
        service_level=_ratio(tally.in_time, counted),
        asa=_ratio(tally.waited, count[Ending.ANSWERED]),
        abandonment=_ratio(count[Ending.ABANDONED], counted),
        longest_wait=tally.longest,
        handled=tally.handled,
        aht=_ratio(tally.handling, tally.handled),
        occupancy=_ratio(tally.busy, tally.busy + tally.available),
        callbacks_answered=tally.back,
        callback_wait=_ratio(tally.back_waited, tally.back),
    )


def intervals(start: datetime, end: datetime, step: timedelta = HALF_HOUR) -> Iterator[tuple[datetime, datetime]]:
    """The time from `start` to `end` in steps; the last one may be short."""
    while start < end:
        yield start, min(start + step, end)
        start += step


def meaning_table() -> list[str]:
    """Every figure with its definition, as a table in Markdown."""
    rows = ["| figure | definition |", "|---|---|"]
    return rows + [f"| `{one.name}` | {MEANING[one.name]} |" for one in fields(Figures)]


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
