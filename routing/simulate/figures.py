"""The figures of a simulated day as the house defines them, with intervals, and what a change does to each.

A figure is a ratio of two sums over the replications, its interval by the delta method; the difference of two variants
that met the same callers is reckoned day by day, so that what chance did to both falls out. Seconds and shares 0-1.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from routing.config import ServiceLevel
from routing.simulate.measures import Measure
from routing.simulate.replicate import Result
from routing.simulate.statistics import Estimate, estimate, ratio, student

SPARSE = 1e-12


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its name, what stands above and below the line, and how it is written: `s`, `%` or a plain `n`."""

    name: str
    above: Measure
    below: Measure | None = None
    unit: str = "%"

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What must be counted for it."""
        return (self.above,) if self.below is None else (self.above, self.below)

    def between(self, span: tuple[float, float]) -> "Figure":
        """The same of those who came in a span of time."""
        below = None if self.below is None else replace(self.below, between=span)
        return replace(self, above=replace(self.above, between=span), below=below)

    def of(self, result: Result) -> Estimate:
        """Its value over all replications; not a number where nothing was counted."""
        above = result.values[self.above]
        if self.below is None:
            return estimate(above)
        return share(above, result.values[self.below])

    def change(self, result: Result, base: Result) -> Estimate:
        """How much more it is than in the base, the callers of each replication being the same."""
        first, second = self._residues(result), self._residues(base)
        pairs = [one - other for one, other in zip(first, second, strict=True)]
        mean = self.of(result).mean - self.of(base).mean
        return Estimate(mean, estimate(pairs).half_width, len(pairs))

    def _residues(self, result: Result) -> list[float]:
        above = result.values[self.above]
        if self.below is None:
            return list(above)
        below = result.values[self.below]
        total = math.fsum(below)
        if total <= SPARSE:
            return [math.nan] * len(below)
        found, size = math.fsum(above) / total, total / len(below)
        return [(one - found * other) / size for one, other in zip(above, below, strict=True)]


def share(above: Sequence[float], below: Sequence[float]) -> Estimate:
    """A ratio of sums with its interval; without one where a single day counts, and nothing where none does."""
    total = math.fsum(below)
    if total <= SPARSE:
        return Estimate(math.nan, math.nan, 0)
    if sum(one > 0 for one in below) == 1:
        return Estimate(math.fsum(above) / total, math.nan, 1)
    return ratio(above, below)


def wilson(hits: float, count: float, confidence: float = 0.95) -> tuple[float, float]:
    """The interval of a share of so many callers, E. B. Wilson 1927: for half-hours with few callers or all in time."""
    if count <= 0:
        return 0.0, 1.0
    z = student(confidence, 1_000_000)
    found = hits / count
    middle = (found + z * z / (2 * count)) / (1 + z * z / count)
    width = z * math.sqrt(found * (1 - found) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return max(0.0, middle - width), min(1.0, middle + width)


def service_level(queue: str | None, aim: ServiceLevel) -> Figure:
    """Answered within the aim ÷ (answered + abandoned); short abandons are not in it."""
    in_time = Measure("sum_in_time", seconds=aim.within, queue=queue)
    return Figure("service level", in_time, Measure("sum_counted", queue=queue, short=aim.short_abandon))


def figures_of(queue: str | None, aim: ServiceLevel, *, with_callbacks: bool) -> tuple[Figure, ...]:
    """What is told of a queue, or with None of the whole centre.

    With callbacks also who was lost: gave up ÷ all callers. Who took a callback is in no share of those who waited, so
    that those shares are of fewer, and other, callers than without.
    """
    counted = Measure("sum_counted", queue=queue, short=aim.short_abandon)
    found = (
        Figure("callers", Measure("sum_arrived", queue=queue), unit="n"),
        service_level(queue, aim),
        Figure("abandoned", Measure("sum_abandoned", queue=queue, short=aim.short_abandon), counted),
        Figure("ASA", Measure("sum_waited", queue=queue), Measure("sum_answered", queue=queue), unit="s"),
        Figure("on hold", Measure("sum_held", queue=queue), Measure("sum_admitted", queue=queue), unit="s"),
        Figure("sent away", Measure("sum_elsewhere", queue=queue), Measure("sum_arrived", queue=queue)),
    )
    if not with_callbacks:
        return found
    lost = Figure("lost", Measure("sum_abandoned", queue=queue, short=aim.short_abandon), found[0].above)
    delay = Figure(
        "callback delay", Measure("sum_back_waited", queue=queue), Measure("sum_called_back", queue=queue), unit="s"
    )
    return (*found, lost, Figure("callbacks", Measure("sum_promised", queue=queue), unit="n"), delay)


OCCUPANCY = Figure("occupancy", Measure("worked"), Measure("stayed"))
"""Of all agents together."""
