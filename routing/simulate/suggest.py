"""How many agents each half-hour needs: begun with Erlang's formulas, ended by simulation on the live engine.

One queue and agents of its own. Begun with the fewest by Erlang A (the law of patience as it is; Erlang C where nobody
gives up) for each half-hour alone; then the whole day is played again and again, callers left over from one half-hour
being those of the next. Half-hours below the target get an agent, until there are none; then each gives one back where
the day still reaches the target, and keeps it where not. The callers are the same each time, so the answer is exact for
the seed, and repeats.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from routing.config import ServiceLevel
from routing.patience import Patience
from routing.simulate.figures import Figure, service_level, wilson
from routing.simulate.measures import Measure
from routing.simulate.past import HALF_HOUR
from routing.simulate.replicate import Crew, Played, Result, gather
from routing.simulate.scenario import Callers, Group, Scenario, Window
from routing.simulate.statistics import Estimate
from routing.skills import Skills
from routing.staffing import fewest_agents

ROUNDS = 40
"""The search ends after so many days played, whatever it has found; it needs about ten."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One half-hour: when it begins (seconds from the opening), its calls, the agents by formula and as suggested.

    `level` is the service level of those who came in it, `low` and `high` its interval of 95 %.
    """

    start: float
    calls: float
    by_formula: int
    agents: int
    level: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The staff of a day, the day's service level with it, and how many days were played to find it."""

    slots: tuple[Slot, ...]
    level: Estimate
    rounds: int
    calls: int
    seconds: float

    @property
    def hours(self) -> float:
        """Agents' hours of the day."""
        return sum(slot.agents for slot in self.slots) * HALF_HOUR / 3600


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be staffed: one queue's callers, the skills of its agents, its aim, its law of patience by formula.

    `calls` are the mean calls of each half-hour; `handling` the mean seconds of a call.
    """

    callers: Callers
    skills: Skills
    aim: ServiceLevel
    calls: Sequence[float]
    handling: float
    patience: Patience | None


def suggest(
    wanted: Wanted, played_by: Crew, *, replications: int, seed: int, tell: Callable[[Played], None] | None = None
) -> Suggestion:
    """Search. The same seed gives the same answer."""
    search = _Search(wanted, played_by, replications, seed, tell)
    first = [_by_formula(wanted, calls) for calls in wanted.calls]
    agents = search.fewer(search.enough(first))
    result = search.play(agents)
    told = []
    for place, (calls, part) in enumerate(zip(wanted.calls, search.parts, strict=True)):
        level, (low, high) = part.of(result).mean, _interval(part, result)
        told.append(Slot(place * HALF_HOUR, calls, first[place], agents[place], level, low, high))
    return Suggestion(tuple(told), search.whole.of(result), search.rounds, search.calls, search.seconds)


def _interval(part: Figure, result: Result) -> tuple[float, float]:
    """The wider of the interval over days and that over callers: days that all went well tell nothing of spread."""
    hits, count = (math.fsum(result.values[one]) for one in part.measures)
    found, (low, high) = part.of(result), wilson(hits, count)
    if math.isnan(found.half_width):
        return low, high
    return max(0.0, min(low, found.mean - found.half_width)), min(1.0, max(high, found.mean + found.half_width))


def _by_formula(wanted: Wanted, calls: float) -> int:
    target = min(wanted.aim.target, 0.999)
    rate = calls / HALF_HOUR
    return fewest_agents(rate, wanted.handling, target=target, within=wanted.aim.within, patience=wanted.patience)


class _Search:
    """Days played with one staff after another."""

    def __init__(
        self, wanted: Wanted, played_by: Crew, replications: int, seed: int, tell: Callable[[Played], None] | None
    ) -> None:
        self.wanted, self.played_by, self.replications, self.seed = wanted, played_by, replications, seed
        self.tell = tell
        self.rounds = self.calls = 0
        self.seconds = 0.0
        whole = service_level(wanted.callers.queue, wanted.aim)
        self.whole: Figure = whole
        self.parts = [whole.between((n * HALF_HOUR, (n + 1) * HALF_HOUR)) for n in range(len(wanted.calls))]
        self._played: dict[tuple[int, ...], Result] = {}

    def enough(self, agents: list[int]) -> list[int]:
        """Give an agent to each half-hour below the target, until there is none."""
        while self.rounds < ROUNDS:
            short = [place for place, level in enumerate(self.levels(agents)) if level < self.wanted.aim.target]
            if not short:
                break
            agents = [count + (place in short) for place, count in enumerate(agents)]
        return agents

    def fewer(self, agents: list[int]) -> list[int]:
        """Take one from every second half-hour at a time, and give it back where the target is then missed."""
        tight: set[int] = set()
        while self.rounds < ROUNDS:
            tried = [place for place, count in enumerate(agents) if count > 0 and place not in tight]
            if not tried:
                break
            tried = [place for place in tried if place % 2 == tried[0] % 2]
            less = [count - (place in tried) for place, count in enumerate(agents)]
            missed = {place for place, level in enumerate(self.levels(less)) if level < self.wanted.aim.target}
            back = {place for place in tried if {place, place + 1} & missed}
            tight |= back
            agents = self.enough([count + (place in back) for place, count in enumerate(less)])
        return agents

    def levels(self, agents: Sequence[int]) -> list[float]:
        """The service level of each half-hour; 1 where nobody called."""
        result = self.play(agents)
        found = [part.of(result).mean for part in self.parts]
        return [1.0 if math.isnan(level) else level for level in found]

    def play(self, agents: Sequence[int]) -> Result:
        """The day with that staff; once."""
        staff = tuple(agents)
        if staff not in self._played:
            steps = tuple((place * HALF_HOUR, count) for place, count in enumerate(staff))
            scenario = Scenario(
                (replace(self.wanted.callers, callbacks=None, overflow=None),),
                (Group("suggested", self.wanted.skills, steps),),
                Window(len(staff) * HALF_HOUR),
            )
            measures: list[Measure] = [one for part in (self.whole, *self.parts) for one in part.measures]
            result = gather(
                scenario, measures, self.played_by, replications=self.replications, seed=self.seed, tell=self.tell
            )
            self.rounds += 1
            self.calls += result.calls
            self.seconds += result.seconds
            self._played[staff] = result
        return self._played[staff]
