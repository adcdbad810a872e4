"""Replications: a scenario again and again, each time with fresh chance, in one process or several."""

import gc
import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from foundation.clock import SystemClock
from routing.simulate.calls import Calls, draw_calls
from routing.simulate.chance import Chance
from routing.simulate.counted import Counted
from routing.simulate.floor import Floor
from routing.simulate.measures import Measure
from routing.simulate.scenario import Scenario
from routing.simulate.statistics import Estimate, difference, estimate
from routing.simulate.trace import Trace
from routing.simulate.twins import NewWaitlist, Twin, in_memory, waitlists


@dataclass(frozen=True, slots=True)
class Job:
    """One replication to be played."""

    scenario: Scenario
    measures: tuple[Measure, ...]
    seed: int
    replication: int


@dataclass(frozen=True, slots=True)
class Played:
    """One replication: its measures, how many callers there were, and the seconds it took."""

    values: tuple[float, ...]
    calls: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Result:
    """All replications of a scenario."""

    values: Mapping[Measure, tuple[float, ...]]
    calls: int
    seconds: float
    """Of work, summed over the processes."""

    def estimate(self, measure: Measure, confidence: float = 0.95) -> Estimate:
        """The mean of the measure and its half width."""
        return estimate(self.values[measure], confidence)

    def against(self, other: "Result", measure: Measure, confidence: float = 0.95) -> Estimate:
        """How much more the measure is than in the other variant, callers being the same in both."""
        return difference(self.values[measure], other.values[measure], confidence)


Crew = Callable[[Iterable[Job]], Iterator[Played]]


def play(
    scenario: Scenario, chance: Chance, new_waitlist: NewWaitlist = in_memory, *, calls: Calls | None = None
) -> Trace:
    """One replication on the live engine, call by call: of callers drawn by chance, or of real ones."""
    drawn = draw_calls(scenario, chance) if calls is None else calls
    return Floor(scenario, drawn, new_waitlist(scenario.discipline), chance).run()


def count(job: Job, new_waitlist: NewWaitlist = in_memory) -> Played:
    """One replication and its measures."""
    clock = SystemClock()
    began = clock.monotonic()
    trace = play(job.scenario, Chance(job.seed, job.replication), new_waitlist)
    counted = Counted(job.scenario, trace)
    values = tuple(measure.of(counted) for measure in job.measures)
    calls = len(trace.calls)
    del trace, counted
    gc.collect()
    return Played(values, calls, clock.monotonic() - began)


@contextmanager
def crew(twin: Twin = Twin.MEMORY, workers: int = 1) -> Iterator[Crew]:
    """Plays jobs in their order, on so many processes; the Redis twin has one server and plays one after the other."""
    if twin is Twin.REDIS or workers <= 1:
        with waitlists(twin) as new, _only_new_garbage():
            yield lambda jobs: (count(job, new) for job in jobs)
        return
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield lambda jobs: pool.map(count, jobs)


@contextmanager
def _only_new_garbage() -> Iterator[None]:
    """What is loaded by now stays: collecting after a replication then looks at the replication alone."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def simulate(
    scenario: Scenario,
    measures: Sequence[Measure],
    *,
    replications: int = 10,
    seed: int = 1,
    twin: Twin = Twin.MEMORY,
    workers: int = 1,
    tell: Callable[[Played], None] | None = None,
) -> Result:
    """Play the scenario so many times. The same seed gives the same answer; `tell` hears of each one played."""
    with crew(twin, workers) as played_by:
        return gather(scenario, measures, played_by, replications=replications, seed=seed, tell=tell)


def gather(
    scenario: Scenario,
    measures: Sequence[Measure],
    played_by: Crew,
    *,
    replications: int,
    seed: int,
    tell: Callable[[Played], None] | None = None,
) -> Result:
    """The same with a crew that is there already."""
    asked = tuple(dict.fromkeys(measures))
    all_played = []
    for played in played_by(Job(scenario, asked, seed, number) for number in range(replications)):
        all_played.append(played)
        if tell is not None:
            tell(played)
    columns = zip(*(played.values for played in all_played), strict=True)
    values = {measure: tuple(column) for measure, column in zip(asked, columns, strict=True)}
    return Result(values, sum(p.calls for p in all_played), sum(p.seconds for p in all_played))
