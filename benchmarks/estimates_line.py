"""Lines whose answer is known: G/M/100, and the errors of several estimates for the callers who must wait."""

import heapq
import math
import random
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from routing.estimates import EwtRules, Handling, Pool, Seen, estimate

AGENTS = 100
LEARNED = 2000
SETTLED = 500.0
RULES = EwtRules(min_samples=1, quiet_when_agents_below=0)
Gaps = Callable[[random.Random], float]


@dataclass(frozen=True, slots=True)
class Scenario:
    """An arrival law at a load, and the published errors: QL, HOL, LES, NI."""

    name: str
    gap: Gaps
    load: float
    reference: tuple[float, float, float, float]


def _poisson(load: float) -> Gaps:
    return lambda chance: chance.expovariate(load * AGENTS)


def _even(load: float) -> Gaps:
    return lambda _chance: 1 / (load * AGENTS)


def _bursts(load: float, variability: float = 4.0) -> Gaps:
    """Hyperexponential of two phases with balanced means and this squared coefficient of variation."""
    first = (1 + math.sqrt((variability - 1) / (variability + 1))) / 2
    rate = load * AGENTS

    def gap(chance: random.Random) -> float:
        share = first if chance.random() < first else 1 - first
        return chance.expovariate(2 * share * rate)

    return gap


SCENARIOS = (
    Scenario("Poisson .95", _poisson(0.95), 0.95, (0.00197, 0.00394, 0.00411, 0.0407)),
    Scenario("Poisson .90", _poisson(0.90), 0.90, (0.00100, 0.00199, 0.00215, 0.0097)),
    Scenario("D .95", _even(0.95), 0.95, (0.00100, 0.00106, 0.00114, 0.0098)),
    Scenario("H2 ca²=4 .95", _bursts(0.95), 0.95, (0.00510, 0.0229, 0.0233, 0.28)),
)


@dataclass(slots=True)
class Errors:
    """Squared errors of those told something."""

    told: int = 0
    squared: dict[str, float] = field(default_factory=lambda: dict.fromkeys(("ours", "QL", "HOL", "LES"), 0.0))
    waits: list[float] = field(default_factory=list)

    def mean(self, name: str) -> float:
        """The mean squared error of a rule."""
        if name == "NI":
            middle = sum(self.waits) / self.told
            return sum((wait - middle) ** 2 for wait in self.waits) / self.told
        return self.squared[name] / self.told

    def add(self, wait: float, told: dict[str, float]) -> None:
        """One caller who had to wait."""
        self.told += 1
        self.waits.append(wait)
        for name, seconds in told.items():
            self.squared[name] += (wait - seconds) ** 2


class Learning:
    """The handling times of the calls that ended last, as the house would know them."""

    def __init__(self) -> None:
        self._running: list[tuple[float, float]] = []
        self._last: deque[float] = deque()
        self._total = self._squares = 0.0

    def began(self, at: float, length: float) -> None:
        """A call began that will be so long: known when it is over."""
        heapq.heappush(self._running, (at + length, length))

    def known(self, now: float) -> Handling:
        """What is known now."""
        while self._running and self._running[0][0] <= now:
            _end, length = heapq.heappop(self._running)
            self._last.append(length)
            self._total, self._squares = self._total + length, self._squares + length * length
            if len(self._last) > LEARNED:
                gone = self._last.popleft()
                self._total, self._squares = self._total - gone, self._squares - gone * gone
        return Handling.sums(len(self._last), self._total, self._squares)


def run(scenario: Scenario, *, length: float, seed: int) -> Errors:
    """First come, first served by a hundred agents; each arrival is told what it would be told."""
    chance, errors, learning = random.Random(seed), Errors(), Learning()
    free = [0.0] * AGENTS
    line: deque[tuple[float, float, int]] = deque()
    served = 0
    now = last_wait = 0.0
    while now < SETTLED + length:
        now += scenario.gap(chance)
        while line and line[0][1] <= now:
            came, began, _before = line.popleft()
            last_wait, served = began - came, served + 1
        start, service = max(now, free[0]), chance.expovariate(1.0)
        heapq.heapreplace(free, start + service)
        learning.began(start, service)
        if start > now > SETTLED:
            told = _told(now, line, served, last_wait, learning.known(now))
            errors.add(start - now, told)
        line.append((now, start, served))
    return errors


def _told(
    now: float, line: deque[tuple[float, float, int]], served: int, last_wait: float, handling: Handling
) -> dict[str, float]:
    came, _began, before = line[0] if line else (now, now, served)
    head = now - came if line else last_wait
    pools = (Pool(float(AGENTS), AGENTS),)
    seen = Seen(len(line), pools, handling, head_waited=now - came, passed=served - before)
    ours = estimate(seen, RULES)
    assert ours is not None
    return {"ours": ours.seconds, "QL": (len(line) + 1) / AGENTS, "HOL": head, "LES": last_wait}


def rows(scenario: Scenario, errors: list[Errors]) -> Iterator[tuple[str, float, float, bool]]:
    """Each measure with its reference, and whether it lies inside: the bounds are in the code."""
    mean = {name: _over(errors, name) for name in ("ours", "QL", "HOL", "LES", "NI")}
    ql, hol, les, ni = scenario.reference
    own = mean["ours"] / mean["QL"]
    yield "MSE ours ÷ floor", own, 1.0, own <= 1.10
    if scenario.name.startswith("Poisson"):
        theory = 1 / ((1 - scenario.load) * AGENTS**2)
        yield "MSE QL (theory)", mean["QL"], theory, abs(mean["QL"] / theory - 1) < 0.10
    for name, reference in (("QL", ql), ("HOL", hol), ("LES", les)):
        yield f"MSE {name}", mean[name], reference, abs(mean[name] / reference - 1) < 0.15
    yield "MSE NI", mean["NI"], ni, abs(mean["NI"] / ni - 1) < 0.30
    ratio = mean["HOL"] / mean["QL"]
    yield "HOL ÷ QL", ratio, hol / ql, abs(ratio / (hol / ql) - 1) < 0.05


def _over(errors: list[Errors], name: str) -> float:
    return sum(one.mean(name) * one.told for one in errors) / sum(one.told for one in errors)


def print_lines(*, short: bool) -> None:
    """The table."""
    print(f"{'scenario':<14} {'measure':<22} {'ours':>9} {'reference':>9}  inside")
    for scenario in SCENARIOS:
        if short and scenario.name != "Poisson .90":
            continue
        errors = [run(scenario, length=3000.0 if short else 6000.0, seed=seed) for seed in range(1 if short else 10)]
        for measure, ours, reference, is_inside in rows(scenario, errors):
            print(f"{scenario.name:<14} {measure:<22} {ours:>9.5f} {reference:>9.5f}  {'yes' if is_inside else 'no'}")
