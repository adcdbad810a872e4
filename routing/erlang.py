"""Queues that are solved exactly: Erlang B and C, M/M/s, M/M/s/K, Cobham's priorities, Halfin and Whitt's limit.

Callers who give up are in `routing.erlang_a`, how many agents are needed in `routing.staffing`. Pure. Rates are calls
a second, times seconds, `load` is offered load in erlangs: calls a second × mean service.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass


def erlang_b(servers: int, load: float) -> float:
    """The share of calls lost when nobody may wait, 0-1.

    Erlang 1917, by the recursion B(0) = 1, B(n) = a B(n-1) ÷ (n + a B(n-1)), which never overflows.
    """
    lost = 1.0
    for busy in range(1, servers + 1):
        lost = load * lost / (busy + load * lost)
    return lost


def erlang_c(servers: int, load: float) -> float:
    """The share of calls that wait when everybody waits as long as it takes, 0-1; 1 when the load is too much.

    Erlang 1917: C = s B ÷ (s - a (1 - B)).
    """
    if load >= servers:
        return 1.0
    lost = erlang_b(servers, load)
    return servers * lost / (servers - load * (1 - lost))


@dataclass(frozen=True, slots=True)
class Patient:
    """M/M/s: nobody gives up. `rate` calls a second, `service` their mean length, first come first served.

    Waits are infinite when the load is more than the agents can carry.
    """

    rate: float
    service: float
    servers: int

    @property
    def p_wait(self) -> float:
        """The share who wait at all."""
        return erlang_c(self.servers, self.rate * self.service)

    @property
    def mean_wait(self) -> float:
        """Mean wait of all callers: C ÷ (s µ - λ)."""
        return self.p_wait / self._slack if self._slack > 0 else math.inf

    @property
    def mean_queue(self) -> float:
        """Mean number in line, by Little's law λ E[W]."""
        return self.rate * self.mean_wait

    @property
    def utilisation(self) -> float:
        """The share of their time for which agents are on calls."""
        return min(1.0, self.rate * self.service / self.servers)

    def tail(self, seconds: float) -> float:
        """P(wait > t) = C exp(-(s µ - λ) t)."""
        return self.p_wait * math.exp(-self._slack * seconds) if self._slack > 0 else 1.0

    def served_within(self, seconds: float) -> float:
        """The share answered within so many seconds."""
        return 1 - self.tail(seconds)

    @property
    def _slack(self) -> float:
        return self.servers / self.service - self.rate


@dataclass(frozen=True, slots=True)
class Bounded:
    """M/M/s/K: of those who come, at most `room` may wait; the rest hear busy. Birth-death sum.

    `p_wait`, `mean_wait` and `tail` are of the calls let in.
    """

    rate: float
    service: float
    servers: int
    room: int

    @property
    def p_block(self) -> float:
        """The share of calls that find no room."""
        return self._states()[-1]

    @property
    def p_wait(self) -> float:
        """The share of calls let in that wait."""
        return sum(self._states()[self.servers : -1]) / (1 - self.p_block)

    @property
    def mean_queue(self) -> float:
        """Mean number in line."""
        return sum(place * share for place, share in enumerate(self._states()[self.servers :]))

    @property
    def mean_wait(self) -> float:
        """Mean wait of the calls let in, by Little's law."""
        return self.mean_queue / (self.rate * (1 - self.p_block))

    @property
    def utilisation(self) -> float:
        """The share of their time for which agents are on calls."""
        return self.rate * (1 - self.p_block) * self.service / self.servers

    def tail(self, seconds: float) -> float:
        """P(wait > t) of the calls let in: who finds k in line waits for k + 1 departures, a Gamma time."""
        departures = self.servers * seconds / self.service
        term = total = math.exp(-departures)
        late = 0.0
        for ahead, share in enumerate(self._states()[self.servers : -1]):
            late += share * total
            term *= departures / (ahead + 1)
            total += term
        return late / (1 - self.p_block)

    def _states(self) -> list[float]:
        load, share = self.rate * self.service, 1.0
        shares = [share]
        for calls in range(1, self.servers + self.room + 1):
            share *= load / min(calls, self.servers)
            shares.append(share)
        whole = math.fsum(shares)
        return [share / whole for share in shares]


def cobham_waits(rates: Sequence[float], service: float, servers: int) -> list[float]:
    """Mean waits of classes in order of priority, the first served first, no call interrupted.

    Cobham 1954: W_k = C ÷ (s µ (1 - σ_{k-1}) (1 - σ_k)), σ_k the load per server of classes up to k.
    """
    waits, before = [], 0.0
    delayed = erlang_c(servers, sum(rates) * service)
    for rate in rates:
        after = before + rate * service / servers
        room = (1 - before) * (1 - after)
        waits.append(delayed * service / (servers * room) if after < 1 else math.inf)
        before = after
    return waits


def halfin_whitt(beta: float) -> float:
    """P(wait) in the limit of many servers, s = a + β √a: 1 ÷ (1 + β Φ(β) ÷ φ(β)). Halfin and Whitt 1981."""
    density = math.exp(-beta * beta / 2) / math.sqrt(2 * math.pi)
    below = (1 + math.erf(beta / math.sqrt(2))) / 2
    return 1 / (1 + beta * below / density)


def hunted_loads(servers: int, load: float) -> list[float]:
    """How busy each server is when calls always go to the first free one and nobody waits: a (B(n-1) - B(n))."""
    lost = [erlang_b(count, load) for count in range(servers + 1)]
    return [load * (before - after) for before, after in itertools.pairwise(lost)]
