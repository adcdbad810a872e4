"""Laws of patience: the share of callers still willing to wait after so many seconds. Pure, on arrays of seconds."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Patience:
    """A law of patience. `staying(t)` is P(patience > t); `breaks` are the seconds at which it jumps or bends.

    `forever` is the share who never give up (a promise keeps their place): Zeltyn and Mandelbaum's defective law.
    """

    staying: Callable[[Array], Array]
    breaks: tuple[float, ...] = ()
    forever: float = 0.0


def exponential(mean: float) -> Patience:
    """Every second the same share gives up: Erlang A."""
    return Patience(lambda seconds: np.exp(-seconds / mean))


def erlang(phases: int, mean: float) -> Patience:
    """The sum of so many equal exponential phases: few give up at once."""

    def staying(seconds: Array) -> Array:
        scaled = seconds * phases / mean
        term = np.ones_like(scaled)
        total = np.ones_like(scaled)
        for phase in range(1, phases):
            term = term * scaled / phase
            total = total + term
        return np.asarray(total * np.exp(-scaled), dtype=np.float64)

    return Patience(staying)


def lognormal(mean: float, deviation: float) -> Patience:
    """Lognormal with this mean and standard deviation, as measured in many centres (Brown et al. 2005)."""
    spread = math.log(1 + (deviation / mean) ** 2)
    middle, width = math.log(mean) - spread / 2, math.sqrt(spread)

    def over(seconds: float) -> float:
        return 1.0 if seconds <= 0 else math.erfc((math.log(seconds) - middle) / (width * math.sqrt(2))) / 2

    return Patience(lambda seconds: np.array([over(float(one)) for one in seconds.flat]).reshape(seconds.shape))


def fixed(seconds: float) -> Patience:
    """Everybody gives up after exactly so long."""
    return Patience(lambda waited: np.where(waited < seconds, 1.0, 0.0), breaks=(seconds,))


def in_part(share: float, law: Patience) -> Patience:
    """Only this share has that patience; the others never give up."""
    return Patience(
        lambda seconds: share * law.staying(seconds) + (1 - share), law.breaks, share * law.forever + 1 - share
    )
