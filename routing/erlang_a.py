"""Queues whose callers give up, solved exactly: Erlang A and M/M/n+G with any law of patience.

F. Baccelli and G. Hebuterne, "On queues with impatient customers", 1981; S. Zeltyn and A. Mandelbaum, "Call centers
with impatient customers", Queueing Systems 51 (2005). With G the law of patience, H(x) = ∫₀ˣ (1 - G), the wait V that
a caller without end of patience would have has the density λ exp(λ H(x) - n µ x) ÷ (E + λ J), where
J = ∫₀^∞ exp(λ H(x) - n µ x) dx and E = 1 ÷ B(n - 1, λ/µ). Integrals by Gauss and Legendre on panels.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from routing.erlang import erlang_b
from routing.patience import Array, Patience, exponential

PANELS = 120
NODES = 16
FALLEN = 50.0
"""Where the density is smaller than its peak by exp of this, the integral ends."""


def erlang_a(rate: float, service: float, servers: int, patience: float) -> "Impatient":
    """M/M/n+M: exponential patience of that mean. C. Palm 1957."""
    return Impatient(rate, service, servers, exponential(patience))


@dataclass(frozen=True, slots=True)
class _Curve:
    """The integrand on its panels: where, the weight of each node, the share staying, H, the density of V."""

    at: Array
    weight: Array
    staying: Array
    held: Array
    density: Array
    none: float
    """P(V = 0)."""


@dataclass(frozen=True, slots=True)
class Impatient:
    """M/M/n+G: `rate` calls a second of mean length `service`, first come first served, each leaving by `patience`.

    "Wait" is what a caller really waits, until an agent or the end of patience. Raises ValueError when those who
    never give up are alone too many for the agents.
    """

    rate: float
    service: float
    servers: int
    patience: Patience

    def __post_init__(self) -> None:
        if self.rate * self.patience.forever * self.service >= self.servers:
            raise ValueError("those who never give up are more than the agents can serve: the line has no end")

    @property
    def p_wait(self) -> float:
        """The share who find nobody free."""
        return 1 - self._curve().none

    @property
    def p_abandon(self) -> float:
        """The share who give up, E[G(V)]."""
        curve = self._curve()
        return float(np.sum(curve.weight * curve.density * (1 - curve.staying)))

    @property
    def mean_wait(self) -> float:
        """Mean wait of all callers, E[H(V)]."""
        curve = self._curve()
        return float(np.sum(curve.weight * curve.density * curve.held))

    @property
    def mean_wait_served(self) -> float:
        """Mean wait of those an agent answers."""
        curve = self._curve()
        return float(np.sum(curve.weight * curve.density * curve.staying * curve.at)) / (1 - self.p_abandon)

    @property
    def mean_queue(self) -> float:
        """Mean number in line, by Little's law."""
        return self.rate * self.mean_wait

    @property
    def utilisation(self) -> float:
        """The share of their time for which agents are on calls."""
        return self.rate * (1 - self.p_abandon) * self.service / self.servers

    def tail(self, seconds: float) -> float:
        """P(wait > t) = (1 - G(t)) P(V > t)."""
        curve = self._curve(seconds)
        beyond = curve.at > seconds
        staying = float(self.patience.staying(np.array([seconds]))[0])
        return staying * float(np.sum((curve.weight * curve.density)[beyond]))

    def served_within(self, seconds: float) -> float:
        """The share of all callers whom an agent answers within so many seconds: those who gave up count against."""
        curve = self._curve(seconds)
        before = curve.at <= seconds
        return curve.none + float(np.sum((curve.weight * curve.density * curve.staying)[before]))

    def _curve(self, *cuts: float) -> _Curve:
        panels = _Panels.of(self._end(), (*self.patience.breaks, *cuts))
        staying = self.patience.staying(panels.at)
        held = panels.integrated(staying)
        power = self.rate * held - self.servers / self.service * panels.at
        peak = max(0.0, float(power.max()))
        raw = np.exp(power - peak)
        idle = math.exp(-peak) / erlang_b(self.servers - 1, self.rate * self.service)
        whole = idle + self.rate * float(np.sum(panels.weight * raw))
        return _Curve(panels.at, panels.weight, staying, held, self.rate * raw / whole, idle / whole)

    def _end(self) -> float:
        """Seconds beyond which the density does not matter: its exponent is concave, so once down it stays down."""
        end, top = self.service / self.servers, 0.0
        while True:
            panels = _Panels.of(end, self.patience.breaks)
            held = panels.integrated(self.patience.staying(panels.at))
            power = self.rate * held - self.servers / self.service * panels.at
            top = max(top, float(power.max()))
            if float(power[-1]) < top - FALLEN:
                return end
            end *= 2


@dataclass(frozen=True, slots=True)
class _Panels:
    """Gauss and Legendre's nodes on neighbouring panels from 0 on."""

    at: Array
    weight: Array

    @classmethod
    def of(cls, end: float, cuts: Iterable[float]) -> "_Panels":
        """Equal panels up to `end`, cut also where the integrand is not smooth."""
        edges = np.unique(np.concatenate([np.linspace(0, end, PANELS + 1), [cut for cut in cuts if 0 < cut < end]]))
        half = np.diff(edges)[:, None] / 2
        return cls((edges[:-1, None] + half * (1 + _NODES)).ravel(), (half * _WEIGHTS).ravel())

    def integrated(self, values: Array) -> Array:
        """∫₀ˣ of a function given at the nodes, at each node."""
        per_panel = values.reshape(-1, NODES)
        half = self.weight.reshape(-1, NODES)[:, :1] / _WEIGHTS[0]
        before = np.concatenate([[0.0], np.cumsum(np.sum(self.weight.reshape(-1, NODES) * per_panel, axis=1))[:-1]])
        return np.asarray((before[:, None] + half * (per_panel @ _WITHIN.T)).ravel(), dtype=np.float64)


def _within() -> Array:
    """The matrix that integrates, from a panel's left end to each node, the polynomial through its nodes."""
    basis = np.polynomial.legendre.legvander(_NODES, NODES - 1)
    up_to = np.array(
        [np.polynomial.legendre.legval(_NODES, np.polynomial.legendre.legint(row, lbnd=-1)) for row in np.eye(NODES)]
    )
    return np.asarray(up_to.T @ np.linalg.inv(basis), dtype=np.float64)


_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(NODES)
_WITHIN = _within()
