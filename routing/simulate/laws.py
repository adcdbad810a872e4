"""How long things take: laws of service, patience, gaps and delays. All in seconds; chance comes in as a parameter."""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Law(Protocol):
    """A law of durations."""

    @property
    def mean(self) -> float:
        """The mean, in seconds."""
        ...

    def draw(self, chance: Generator, count: int) -> Floats:
        """So many independent durations."""
        ...


@dataclass(frozen=True, slots=True)
class Exponential:
    """Without memory, the M of the formulas."""

    mean: float

    def draw(self, chance: Generator, count: int) -> Floats:
        """So many independent durations."""
        return chance.standard_exponential(count) * self.mean


@dataclass(frozen=True, slots=True)
class Fixed:
    """Always the same: the D of the formulas."""

    mean: float

    def draw(self, chance: Generator, count: int) -> Floats:  # noqa: ARG002 - nothing is left to chance
        """So many times the same."""
        return np.full(count, self.mean)


@dataclass(frozen=True, slots=True)
class LogNormal:
    """What lengths of calls look like; `scv` is the variance over the squared mean."""

    mean: float
    scv: float = 1.0

    def draw(self, chance: Generator, count: int) -> Floats:
        """So many independent durations."""
        variance = math.log1p(self.scv)
        return np.exp(chance.standard_normal(count) * math.sqrt(variance) + math.log(self.mean) - variance / 2)


@dataclass(frozen=True, slots=True)
class Gamma:
    """Gamma of that shape; shape 2 is Erlang-2, and a busyness is one of mean 1."""

    mean: float
    shape: float

    def draw(self, chance: Generator, count: int) -> Floats:
        """So many independent durations."""
        return chance.standard_gamma(self.shape, count) * (self.mean / self.shape)


@dataclass(frozen=True, slots=True)
class TwoPhase:
    """Hyperexponential with balanced means: more variable than exponential (`scv` above 1)."""

    mean: float
    scv: float

    def draw(self, chance: Generator, count: int) -> Floats:
        """So many independent durations."""
        short = (1 + math.sqrt((self.scv - 1) / (self.scv + 1))) / 2
        picked = np.where(chance.random(count) < short, short, 1 - short)
        drawn: Floats = chance.standard_exponential(count) * self.mean / (2 * picked)
        return drawn


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured: durations drawn again, with replacement, from real ones."""

    seconds: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean of the measured."""
        return float(np.mean(self.seconds))

    def draw(self, chance: Generator, count: int) -> Floats:
        """So many of them, any of them again."""
        drawn = chance.choice(np.array(self.seconds, dtype=np.float64), count)
        return np.asarray(drawn, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Never:
    """The patience of somebody who does not hang up."""

    mean: float = math.inf

    def draw(self, chance: Generator, count: int) -> Floats:  # noqa: ARG002 - nothing is left to chance
        """For ever, so many times."""
        return np.full(count, math.inf)


NEVER = Never()
