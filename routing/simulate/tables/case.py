"""A scenario with known answers: what to play, what to count, and what it should be."""

import math
import zlib
from dataclasses import dataclass
from enum import StrEnum

from routing.simulate.measures import Measure
from routing.simulate.replicate import Result
from routing.simulate.scenario import Scenario
from routing.simulate.statistics import Estimate, estimate, ratio


class Source(StrEnum):
    """What the known answer is worth."""

    EXACT = "exact"  # a formula
    SIMULATED = "simulated"  # another simulator, with its own interval
    PUBLISHED = "published"  # printed, with as many digits as were printed


@dataclass(frozen=True, slots=True)
class Ratio:
    """A sum over a sum, each of means over the replications: shares over days of different size."""

    above: tuple[Measure, ...]
    below: tuple[Measure, ...]


Counting = Measure | Ratio


@dataclass(frozen=True, slots=True)
class Row:
    """One known answer. `half_width` is the reference's own; `rounding` half a unit of its last printed digit."""

    label: str
    counting: Counting
    reference: float
    half_width: float = 0.0
    rounding: float = 0.0


@dataclass(frozen=True, slots=True)
class Case:
    """A scenario and its rows; `sets` multiplies the replications (days are short, and many are needed).

    Cases of the same `family` meet the same callers; all others are independent of each other.
    """

    name: str
    source: Source
    scenario: Scenario
    rows: tuple[Row, ...]
    sets: int = 1
    family: str = ""

    def seed(self, seed: int) -> int:
        """A seed of its own, or of its family."""
        return (seed << 32) + zlib.crc32((self.family or self.name).encode())

    @property
    def measures(self) -> tuple[Measure, ...]:
        """All that must be counted."""
        found: list[Measure] = []
        for row in self.rows:
            counting = row.counting
            found += [counting] if isinstance(counting, Measure) else [*counting.above, *counting.below]
        return tuple(dict.fromkeys(found))


def counted_in(result: Result, counting: Counting, confidence: float) -> Estimate:
    """Our figure, with its interval."""
    if isinstance(counting, Measure):
        return estimate(result.values[counting], confidence)
    above, below = (
        [math.fsum(values) for values in zip(*(result.values[m] for m in side), strict=True)]
        for side in (counting.above, counting.below)
    )
    return ratio(above, below, confidence)
