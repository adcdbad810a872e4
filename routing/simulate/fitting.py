"""Laws of service fitted to measured lengths, with how well each fits. Pure; seconds.

Maximum likelihood: the exponential by the mean, the lognormal by mean and variance of the logarithms, the gamma by
Newton on ln k - ψ(k) = ln mean - mean of the logarithms (begun as by T. Minka, "Estimating a gamma distribution",
2002), the Erlang by the likelier whole shape beside it. Goodness is the distance of Kolmogorov and Smirnov: the most by
which the share below any length differs between the law and the measured.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from routing.simulate.laws import Exponential, Floats, Gamma, Law, LogNormal, Measured

POINTS = 2000
"""So many evenly spread of the measured lengths are compared with a law, and kept as the measured law."""
FEWEST = 20
"""With fewer lengths no law is fitted."""
FAR = 6.0
"""From here on the asymptotic series of ψ and ψ' are exact to some ten digits."""
FINE = 1e-14
NAMES = ("lognormal", "gamma", "erlang", "exponential", "measured")


@dataclass(frozen=True, slots=True)
class Fit:
    """A law with the name it has, and how well it fits: the distance 0-1, and how many lengths it was fitted to."""

    name: str
    law: Law
    distance: float
    count: int


class TooFew(ValueError):
    """There are too few lengths to fit a law to."""


def fit_services(seconds: Sequence[float]) -> list[Fit]:
    """Every law fitted, the nearest first; the measured itself is last, for it fits by construction."""
    if len(seconds) < FEWEST:
        raise TooFew(f"{len(seconds)} lengths are too few to fit a law to: {FEWEST} are needed")
    lengths = np.sort(np.asarray(seconds, dtype=np.float64))
    mean, logs = float(lengths.mean()), np.log(lengths)
    variance = float(logs.var())
    shape = gamma_shape(math.log(mean) - float(logs.mean()))
    whole = _whole_shape(lengths, shape)
    middle = float(logs.mean())
    lognormal_mean = math.exp(middle + variance / 2)
    laws: list[tuple[str, Law, Callable[[float], float]]] = [
        ("lognormal", LogNormal(lognormal_mean, math.expm1(variance)), lambda x: _below_normal(x, middle, variance)),
        ("gamma", Gamma(mean, shape), lambda x: gamma_below(shape, x * shape / mean)),
        ("erlang", Gamma(mean, whole), lambda x: gamma_below(whole, x * whole / mean)),
        ("exponential", Exponential(mean), lambda x: -math.expm1(-x / mean)),
    ]
    fits = [Fit(name, law, distance(lengths, below), len(lengths)) for name, law, below in laws]
    fits.sort(key=lambda fit: fit.distance)
    return [*fits, Fit("measured", Measured(_spread(lengths)), 0.0, len(lengths))]


def distance(lengths: Floats, below: Callable[[float], float]) -> float:
    """Kolmogorov and Smirnov's distance of sorted lengths and a law, at no more than `POINTS` of them."""
    count = len(lengths)
    places = np.unique(np.linspace(0, count - 1, min(count, POINTS)).round().astype(int))
    most = 0.0
    for place in places.tolist():
        length = lengths[place]
        first = int(np.searchsorted(lengths, length, side="left"))
        last = int(np.searchsorted(lengths, length, side="right"))
        share = below(float(length))
        most = max(most, last / count - share, share - first / count)
    return most


def gamma_shape(gap: float) -> float:
    """The k for which ln k - ψ(k) is the gap between the logarithm of the mean and the mean logarithm."""
    if gap <= 0:
        return 1e6
    shape = (3 - gap + math.sqrt((gap - 3) ** 2 + 24 * gap)) / (12 * gap)
    for _ in range(50):
        step = (math.log(shape) - digamma(shape) - gap) / (1 / shape - trigamma(shape))
        shape = shape - step if step < shape else shape / 2
        if abs(step) < 1e-12 * shape:
            break
    return shape


def digamma(x: float) -> float:
    """ψ(x), x > 0: the recurrence up to 6, then the asymptotic series (Abramowitz and Stegun 6.3.18)."""
    total = 0.0
    while x < FAR:
        total -= 1 / x
        x += 1
    part = 1 / (x * x)
    series = part * (1 / 12 - part * (1 / 120 - part * (1 / 252 - part * (1 / 240 - part / 132))))
    return total + math.log(x) - 0.5 / x - series


def trigamma(x: float) -> float:
    """ψ'(x), x > 0, in the same way (6.4.12)."""
    total = 0.0
    while x < FAR:
        total += 1 / (x * x)
        x += 1
    part = 1 / (x * x)
    return total + 1 / x + part / 2 + part / x * (1 / 6 - part * (1 / 30 - part * (1 / 42 - part / 30)))


def gamma_below(shape: float, x: float) -> float:
    """The regularised incomplete gamma function P(shape, x): its series below, Lentz's fraction above (6.5)."""
    if x <= 0:
        return 0.0
    scale = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1:
        term = total = 1 / shape
        step = shape
        while term > total * 1e-15:
            step += 1
            term *= x / step
            total += term
        return total * scale
    low = x + 1 - shape
    front, back = 1e300, 1 / low
    found = back
    for turn in range(1, 10_000):
        factor = turn * (shape - turn)
        low += 2
        back = 1 / (factor * back + low)
        front = low + factor / front
        found *= front * back
        if abs(front * back - 1) < FINE:
            break
    return 1 - scale * found


def _whole_shape(lengths: Floats, shape: float) -> float:
    """The likelier of the whole numbers beside a gamma's shape."""
    mean, log_mean = float(lengths.mean()), float(np.log(lengths).mean())

    def likely(k: float) -> float:
        rate = k / mean
        return k * math.log(rate) - math.lgamma(k) + (k - 1) * log_mean - k

    return max((float(max(1, math.floor(shape))), float(math.ceil(shape))), key=likely)


def _below_normal(length: float, middle: float, variance: float) -> float:
    if variance <= 0:
        return float(math.log(length) >= middle)
    return math.erfc((middle - math.log(length)) / math.sqrt(2 * variance)) / 2


def _spread(lengths: Floats) -> tuple[float, ...]:
    """All lengths, or so many evenly spread ones that stand for them: the law is sent to other processes."""
    if len(lengths) <= POINTS:
        return tuple(lengths.tolist())
    middles = (np.arange(POINTS) + 0.5) / POINTS
    return tuple(np.quantile(lengths, middles).tolist())
