"""Variants of a day played: the same callers in each, figures and half-hours counted, progress told."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from console.cli.simulate_setting import HALF, Setting
from foundation.clock import Clock
from routing.simulate import Measure, Result, Scenario, Twin, crew, gather
from routing.simulate.figures import OCCUPANCY, Figure, figures_of
from routing.simulate.replicate import Crew, Played
from routing.simulate.suggest import Suggestion, Wanted, suggest
from routing.simulate.survival import patience_of

BASE = "as it is"
BY_HALF_HOUR = ("callers", "service level", "abandoned", "lost", "on hold", "callback delay")
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is played: replications of each day, the seed, processes, and on which waitlist."""

    replications: int = 20
    seed: int = 1
    workers: int = 1
    twin: Twin = Twin.MEMORY


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of it: each variant's result, the figures counted by queue, and those of each half-hour."""

    setting: Setting
    effort: Effort
    results: dict[str, Result]
    figures: dict[str, tuple[Figure, ...]]
    half_hours: tuple[tuple[float, float], ...]
    seconds: float

    @property
    def base(self) -> Result:
        """The first variant, with which the others are compared."""
        return next(iter(self.results.values()))

    @property
    def calls(self) -> int:
        """Calls of all variants together."""
        return sum(result.calls for result in self.results.values())

    def by_half_hour(self, queue: str) -> list[Figure]:
        """The figures of a queue that are told for each half-hour."""
        return [figure for figure in self.figures[queue] if figure.name in BY_HALF_HOUR]


def variants(setting: Setting, what_ifs: Sequence[str]) -> dict[str, Scenario]:
    """The base and its changes, by their words. Raises what the changes raise."""
    return {BASE: setting.scenario(), **{words: setting.variant(words) for words in what_ifs}}


def run(setting: Setting, scenarios: dict[str, Scenario], effort: Effort, clock: Clock, *, in_parts: bool) -> Ran:
    """Play every variant with the same callers; `in_parts` counts half-hours too."""
    length = setting.day.span[1] - setting.day.span[0]
    spans = tuple((n * HALF, (n + 1) * HALF) for n in range(round(length / HALF))) if in_parts else ()
    queues = list(dict.fromkeys(callers.queue for one in scenarios.values() for callers in one.callers))
    back = any(callers.callbacks for one in scenarios.values() for callers in one.callers)
    figures = {queue: figures_of(queue, setting.aims[queue], with_callbacks=back) for queue in queues}
    parts = [one for own in figures.values() for one in own if one.name in BY_HALF_HOUR]
    counted: list[Figure] = [OCCUPANCY, *(one for own in figures.values() for one in own)]
    counted += [part.between(span) for span in spans for part in parts]
    measures: list[Measure] = [measure for figure in counted for measure in figure.measures]
    began = clock.monotonic()
    with crew(effort.twin, effort.workers) as played_by, progress() as bars:
        results = {
            name: gather(
                scenario,
                measures,
                played_by,
                replications=effort.replications,
                seed=effort.seed,
                tell=bars.add(name, effort.replications),
            )
            for name, scenario in scenarios.items()
        }
    return Ran(setting, effort, results, figures, spans, clock.monotonic() - began)


def suggestions(setting: Setting, effort: Effort) -> dict[str, Suggestion]:
    """The staff each queue would need if it had agents of its own."""
    scenario = setting.scenario()
    found = {}
    with crew(effort.twin, effort.workers) as played_by, progress() as bars:
        for callers in scenario.callers:
            calls = setting.calls.get(callers.queue)
            if calls:
                found[callers.queue] = _suggestion(setting, callers.queue, calls, effort, played_by, bars)
    return found


def _suggestion(
    setting: Setting, queue: str, calls: Sequence[float], effort: Effort, played_by: Crew, bars: "Bars"
) -> Suggestion:
    callers = next(one for one in setting.scenario().callers if one.queue == queue)
    service, patience = setting.known.service[queue], setting.known.patience[queue]
    aim = setting.aims[queue]
    wanted = Wanted(callers, callers.rings[0].needs, aim, calls, service.mean, patience_of(patience))
    tell = bars.add(f"staff for {queue}", None)
    return suggest(wanted, played_by, replications=max(FEWEST, effort.replications), seed=effort.seed, tell=tell)


class Bars:
    """Progress on the terminal's other stream: what is printed to a file stays clean."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self.progress = Progress(*columns, console=Console(stderr=True), transient=True)

    def add(self, name: str, total: int | None) -> "Teller":
        """One bar more; it goes on with each replication told."""
        return Teller(self, self.progress.add_task(name, total=total))


class Teller:
    """Moves one bar."""

    def __init__(self, bars: Bars, task: int) -> None:
        self._bars, self._task = bars, task

    def __call__(self, _played: Played) -> None:
        """One replication is done."""
        from rich.progress import TaskID

        self._bars.progress.advance(TaskID(self._task))


@contextmanager
def progress() -> Iterator[Bars]:
    """Bars while something is played."""
    bars = Bars()
    with bars.progress:
        yield bars
