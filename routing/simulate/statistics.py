"""Means with their half widths. Pure.

Replications are independent, so the half width is Student's: t(0.975, n - 1) × deviation ÷ √n. The quantile comes from
the distribution's closed form for whole degrees of freedom (Abramowitz and Stegun 26.7.3 and 26.7.4), by bisection.
"""

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

NORMAL_FROM = 400
"""From so many degrees of freedom on, Cornish and Fisher's expansion is exact to more digits than are printed."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over replications, and the half width of its interval; not a number for the width of a single one."""

    mean: float
    half_width: float
    count: int = 0

    def __str__(self) -> str:
        return f"{self.mean:.6g} ± {self.half_width:.2g}"


def estimate(values: Sequence[float], confidence: float = 0.95) -> Estimate:
    """The mean of independent replications; those without a value (not a number) are left out."""
    found = [value for value in values if not math.isnan(value)]
    count = len(found)
    if not count:
        return Estimate(math.nan, math.nan, 0)
    mean = math.fsum(found) / count
    if count == 1:
        return Estimate(mean, math.nan, 1)
    variance = math.fsum((value - mean) ** 2 for value in found) / (count - 1)
    return Estimate(mean, student(confidence, count - 1) * math.sqrt(variance / count), count)


def ratio(above: Sequence[float], below: Sequence[float], confidence: float = 0.95) -> Estimate:
    """The ratio of two means, by the delta method: for shares over days of different size."""
    count = len(above)
    share = math.fsum(above) / math.fsum(below)
    rest = [one - share * other for one, other in zip(above, below, strict=True)]
    spread = math.sqrt(math.fsum(part * part for part in rest) / (count - 1))
    width = student(confidence, count - 1) * spread / math.sqrt(count) / (math.fsum(below) / count)
    return Estimate(share, width, count)


def difference(first: Sequence[float], second: Sequence[float], confidence: float = 0.95) -> Estimate:
    """Of two variants with common random numbers: the mean of the pairwise differences."""
    return estimate([one - other for one, other in zip(first, second, strict=True)], confidence)


@functools.cache
def student(confidence: float, freedom: int) -> float:
    """The t for which P(|T| < t) is the confidence, with so many degrees of freedom."""
    if freedom >= NORMAL_FROM:
        z = _bisect(lambda t: math.erf(t / math.sqrt(2)), confidence)
        return z + (z**3 + z) / (4 * freedom)
    return _bisect(lambda t: within(t, freedom), confidence)


def within(t: float, freedom: int) -> float:
    """P(|T| < t)."""
    angle = math.atan(t / math.sqrt(freedom))
    cosine, sine = math.cos(angle), math.sin(angle)
    if freedom % 2:
        term, total = cosine, cosine if freedom > 1 else 0.0
        for step in range(3, freedom - 1, 2):
            term *= cosine * cosine * (step - 1) / step
            total += term
        return (angle + sine * total) * 2 / math.pi
    term = total = 1.0
    for step in range(2, freedom - 1, 2):
        term *= cosine * cosine * (step - 1) / step
        total += term
    return sine * total


def _bisect(rising: Callable[[float], float], wanted: float) -> float:
    low, high = 0.0, 1000.0
    for _ in range(200):
        middle = (low + high) / 2
        if rising(middle) < wanted:
            low = middle
        else:
            high = middle
    return (low + high) / 2
