"""How long callers are willing to wait, though most are answered before they have shown it. Pure; seconds.

E. L. Kaplan and P. Meier, "Nonparametric estimation from incomplete observations", 1958: at each moment at which
somebody gave up, the share still willing falls by those who gave up ÷ those who still waited. Beyond the longest wait
nothing is known, and callers are taken to go on giving up at the mean rate: given up ÷ all seconds waited, which is the
likeliest rate of an exponential law of censored waits.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from routing.patience import Array, Patience
from routing.simulate.laws import NEVER, Exponential, Floats, Law

FEWEST = 10
"""With fewer who gave up there is no law of patience."""
POINTS = 400
"""A curve has no more steps than this; neighbours are put together."""


@dataclass(frozen=True, slots=True)
class Curve:
    """The share still willing after each of these seconds, and Greenwood's standard error of it (1926)."""

    seconds: tuple[float, ...]
    willing: tuple[float, ...]
    error: tuple[float, ...]
    at_risk: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Willing:
    """Patience as measured: straight between the steps of a curve, exponential with mean `beyond` after its end."""

    seconds: tuple[float, ...]
    willing: tuple[float, ...]
    beyond: float

    @property
    def mean(self) -> float:
        """The area under the curve and its tail."""
        seconds, willing = np.array((0.0, *self.seconds)), np.array((1.0, *self.willing))
        area = float(np.sum(np.diff(seconds) * (willing[1:] + willing[:-1]) / 2))
        return area + float(willing[-1]) * self.beyond

    def draw(self, chance: Generator, count: int) -> Floats:
        """So many independent patiences, by the inverse of the curve."""
        left = chance.random(count)
        last = self.willing[-1]
        seconds, willing = np.array((0.0, *self.seconds)), np.array((1.0, *self.willing))
        within: Floats = np.interp(left, willing[::-1], seconds[::-1])
        if last <= 0:
            return within
        tail = seconds[-1] - self.beyond * np.log(np.maximum(left, 1e-300) / last)
        return np.where(left < last, tail, within)

    def staying(self, seconds: Array) -> Array:
        """P(patience > t)."""
        points, willing = np.array((0.0, *self.seconds)), np.array((1.0, *self.willing))
        inside = np.interp(seconds, points, willing)
        tail = willing[-1] * np.exp(-np.maximum(0.0, seconds - points[-1]) / self.beyond)
        return np.asarray(np.where(seconds > points[-1], tail, inside), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class PatienceFit:
    """A law of patience: how far it is from Kaplan and Meier's curve at most, where enough still waited to tell."""

    name: str
    law: Law
    distance: float
    waits: int
    gave_up: int


def kaplan_meier(waits: Sequence[float], gave_up: Sequence[bool]) -> Curve:
    """The curve of those who waited; who was answered at the same second counts as having waited it out."""
    seconds = np.asarray(waits, dtype=np.float64)
    ended = np.asarray(gave_up, dtype=np.bool_)
    moments, lost = np.unique(seconds[ended], return_counts=True)
    risk = len(seconds) - np.searchsorted(np.sort(seconds), moments, side="left")
    willing = np.cumprod(1 - lost / risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.cumsum(np.where(risk > lost, lost / (risk * (risk - lost)), 0.0))
    error = willing * np.sqrt(spread)
    return Curve(tuple(moments.tolist()), tuple(willing.tolist()), tuple(error.tolist()), tuple(risk.tolist()))


def fit_patience(waits: Sequence[float], gave_up: Sequence[bool]) -> list[PatienceFit]:
    """The laws of patience, the measured first; nobody gives up where hardly anybody did."""
    lost = sum(gave_up)
    if lost < FEWEST:
        return [PatienceFit("never", NEVER, math.nan, len(waits), lost)]
    mean = math.fsum(waits) / lost
    curve = kaplan_meier(waits, gave_up)
    seconds, willing = _thinned(curve)
    measured = Willing(seconds, willing, mean)
    told = np.array(curve.at_risk) >= FEWEST
    at, left = np.array(curve.seconds)[told], np.array(curve.willing)[told]
    away = float(np.abs(np.exp(-at / mean) - left).max(initial=0.0))
    near = float(np.abs(measured.staying(at) - left).max(initial=0.0))
    return [
        PatienceFit("measured", measured, near, len(waits), lost),
        PatienceFit("exponential", Exponential(mean), away, len(waits), lost),
    ]


def patience_of(law: Law) -> Patience | None:
    """The same law as the exact formulas take it; None where nobody gives up."""
    if isinstance(law, Willing):
        return Patience(law.staying, breaks=law.seconds[:: max(1, len(law.seconds) // 20)])
    if math.isinf(law.mean):
        return None
    mean = law.mean
    return Patience(lambda seconds: np.exp(-seconds / mean))


def _thinned(curve: Curve) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """No more than `POINTS` steps, where enough still waited to tell."""
    told = [place for place, risk in enumerate(curve.at_risk) if risk >= FEWEST] or [0]
    stride = max(1, math.ceil(len(told) / POINTS))
    kept = sorted({*told[::stride], told[-1]})
    return tuple(curve.seconds[place] for place in kept), tuple(curve.willing[place] for place in kept)
