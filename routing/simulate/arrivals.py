"""When callers come. Times are seconds from the start of the simulation, in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.random import Generator

from routing.simulate.laws import Exponential, Floats, Law


class Arrivals(Protocol):
    """A way of coming."""

    def times(self, chance: Generator, until: float, busyness: float) -> Floats:
        """Who comes before `until`; `busyness` multiplies the rate of the day."""
        ...


@dataclass(frozen=True, slots=True)
class Poisson:
    """At a constant rate, each caller for himself."""

    per_second: float

    def times(self, chance: Generator, until: float, busyness: float) -> Floats:
        """Sums of exponential gaps."""
        if self.per_second * busyness <= 0:
            return np.empty(0)
        return _gaps(Exponential(1 / (self.per_second * busyness)), chance, until)


@dataclass(frozen=True, slots=True)
class Renewal:
    """With independent gaps of any law."""

    gap: Law

    def times(self, chance: Generator, until: float, busyness: float) -> Floats:
        """Sums of gaps."""
        return _gaps(self.gap, chance, until * busyness) / busyness


@dataclass(frozen=True, slots=True)
class RateTable:
    """A Poisson process whose rate changes at given moments: `((0, 0.04), (3600, 0.07))`; nobody after `until`."""

    rates: tuple[tuple[float, float], ...]
    until: float

    def times(self, chance: Generator, until: float, busyness: float) -> Floats:
        """Unit-rate arrivals, bent by the inverse of the cumulated rate: smooth in the rates, for common numbers."""
        ends = [*(start for start, _ in self.rates[1:]), self.until]
        starts = np.array([start for start, _ in self.rates])
        rates = np.array([rate * busyness for _, rate in self.rates])
        reached = np.concatenate(([0.0], np.cumsum(rates * (np.array(ends) - starts))))
        units = _gaps(Exponential(1.0), chance, float(reached[-1]))
        bent: Floats = np.interp(units, reached, np.append(starts, ends[-1]))
        inside: Floats = bent[bent < until]
        return inside


@dataclass(frozen=True, slots=True)
class Listed:
    """At the moments of a list: real callers."""

    at: tuple[float, ...]

    def times(self, chance: Generator, until: float, busyness: float) -> Floats:  # noqa: ARG002 - nothing is left to chance
        """As listed."""
        return np.array([moment for moment in sorted(self.at) if moment < until])


def _gaps(gap: Law, chance: Generator, until: float) -> Floats:
    """Cumulated gaps below `until`; drawn in doubling blocks, so that a longer run begins as a shorter one."""
    blocks: list[Floats] = []
    reached, count = 0.0, 1024
    while reached < until:
        block = reached + np.cumsum(gap.draw(chance, count))
        blocks.append(block)
        reached, count = float(block[-1]), count * 2
    times = _joined(blocks)
    return times[times < until]


def _joined(blocks: Sequence[Floats]) -> Floats:
    return np.concatenate(blocks) if blocks else np.empty(0)
