"""How long a caller will wait: a mean, an interval, and whether it is safe to say. Pure: facts come in.

The mean is exact for M/M/s+M and a caller who stays: with q callers ahead, the sum over i = 0…q of 1 ÷ (s µ + i θ),
where s agents free up at rate µ each and each caller ahead gives up at rate θ. Without abandonment it is
(q + 1) × AHT ÷ s, Whitt's QL, with which no other estimate of the length of the line can compete (Ibrahim and Whitt,
"Real-Time Delay Estimation Based on Delay History", 2009). The interval is that of a Gamma law with the same mean and
variance: of the sum, and of a mean handling time known from only so many calls.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

ENOUGH = 5
"""Calls handled lately, fewer than which no handling time is believed."""
TENTH = 1.2815515655446004
"""A standard normal falls below minus this, and above this, one time in ten."""
PLAINLY = 4.0
"""So many standard deviations fewer callers answered than there should have been speak against the estimate."""
MANY_LEFT = 1 / 3
"""Of the agents, when at least two stop working at once: what was measured of them no longer holds."""


class Quiet(StrEnum):
    """Why an estimate is not told to callers."""

    NO = ""
    FEW_CALLS = "few calls"  # handled lately
    FEW_AGENTS = "few agents"
    AGENTS_LEFT = "agents left"  # many, just now


@dataclass(frozen=True, slots=True)
class EwtRules:
    """When an estimate is safe to tell: so many calls handled lately, so many agents working."""

    min_samples: int = 10
    quiet_when_agents_below: int = 3


@dataclass(frozen=True, slots=True)
class Pool:
    """Who can take the caller once he has waited `after` seconds: this ring's agents and those of the rings before.

    `agents` counts in parts an agent who is shared with other queues, `heads` counts each as one; `idle` are free now.
    """

    agents: float
    heads: int = 0
    idle: int = 0
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Handling:
    """How long agents have had calls for lately, from the hold to the end of wrap-up: so many, their mean in seconds.

    `unsure` is the squared relative error with which so many calls tell the mean.
    """

    calls: int = 0
    mean: float = 0.0
    unsure: float = 1.0

    @classmethod
    def of(cls, lengths: Sequence[float]) -> "Handling":
        """From the lengths themselves."""
        total = math.fsum(lengths)
        return cls.sums(len(lengths), total, math.fsum(length * length for length in lengths))

    @classmethod
    def sums(cls, calls: int, total: float, squares: float) -> "Handling":
        """From how many there were, the sum of their lengths and that of the squares."""
        if calls <= 1 or total <= 0:
            return cls(calls, total / max(calls, 1))
        mean = total / calls
        spread = max(0.0, squares / calls - mean * mean) / (calls - 1)
        return cls(calls, mean, spread / (mean * mean))


@dataclass(frozen=True, slots=True)
class Seen:
    """What an estimate is made from. Times in seconds.

    `handling` is that of the agents who can serve, whichever queue their calls were of. `leaving` is the share of the
    callers ahead who give up, a second; `head_waited` how long the first in line has waited, and `passed` how many of
    his queue were answered meanwhile (None: unknown); `waited` the asker himself; `left` are the agents who have just
    stopped working.
    """

    ahead: int
    pools: Sequence[Pool]
    handling: Handling
    leaving: float = 0.0
    head_waited: float = 0.0
    passed: int | None = None
    waited: float = 0.0
    left: int = 0


@dataclass(frozen=True, slots=True)
class Estimate:
    """The mean wait from now on, and between what it will be eight times of ten; seconds.

    `least` is what must not be undercut in what is told: the first in line has waited for so much longer already.
    """

    seconds: float
    low: float
    high: float
    least: float = 0.0
    quiet: Quiet = Quiet.NO


def estimate(seen: Seen, rules: EwtRules | None = None) -> Estimate | None:
    """The wait; None when nothing can be said: nobody works, or too few calls are known to speak of.

    Rings that open later are waited for where that is sooner. What the line itself disproves is not said: when it
    plainly moves more slowly than these agents would move it, the estimate is at least what its head has waited.
    """
    rules = rules or EwtRules()
    waits = [(wait, pool) for pool in seen.pools if (wait := _in_pool(seen, pool, rules)) is not None]
    if not waits:
        return None
    best, pool = min(waits, key=lambda found: found[0].seconds)
    if best.seconds == 0 and best.high == 0:
        return best
    least = max(0.0, seen.head_waited - seen.waited) if seen.ahead else 0.0
    if least > best.seconds and _is_slow(seen, pool):
        best = Estimate(least, best.low, best.high * least / best.seconds)
    return Estimate(best.seconds, best.low, best.high, least, _quiet(seen, rules))


def leaving_rate(waits: Sequence[tuple[float, bool]]) -> float:
    """How many of those who wait give up, a second: the abandoned ÷ all seconds waited.

    Each wait is (seconds, whether it was abandoned); it is the likeliest rate for exponential patience, of which an
    answered caller shows only a part.
    """
    waited = sum(seconds for seconds, _abandoned in waits)
    return sum(abandoned for _seconds, abandoned in waits) / waited if waited > 0 else 0.0


def _in_pool(seen: Seen, pool: Pool, rules: EwtRules) -> Estimate | None:
    start = max(0.0, pool.after - seen.waited)
    if pool.idle > seen.ahead:
        return Estimate(start, start, start)
    handled = seen.handling
    if pool.agents <= 0 or handled.calls < min(ENOUGH, max(1, rules.min_samples)):
        return None
    if handled.mean <= 0:
        return Estimate(start, start, start)
    mean, variance = _line(seen.ahead, pool.agents / handled.mean, seen.leaving)
    variance += mean * mean * handled.unsure
    low, high = _tenths(mean, variance)
    return Estimate(max(start, mean), max(start, low), max(start, high))


def _is_slow(seen: Seen, pool: Pool) -> bool:
    """Whether far fewer were answered while the head waited than agents who are busy all the time would have."""
    if seen.passed is None or seen.handling.mean <= 0:
        return False
    usual = pool.agents * seen.head_waited / seen.handling.mean
    return seen.passed < usual - PLAINLY * math.sqrt(usual)


def _line(ahead: int, served: float, leaving: float) -> tuple[float, float]:
    """Mean and variance of the time in which everybody ahead, and one more, is served or gives up."""
    if leaving == 0:
        return (ahead + 1) / served, (ahead + 1) / (served * served)
    steps = [1 / (served + before * leaving) for before in range(ahead + 1)]
    return sum(steps), sum(step * step for step in steps)


def _tenths(mean: float, variance: float) -> tuple[float, float]:
    """Where a Gamma law has a tenth below and a tenth above: Wilson and Hilferty 1931."""
    thin = variance / (9 * mean * mean)
    low, high = (max(0.0, 1 - thin + side * math.sqrt(thin)) ** 3 * mean for side in (-TENTH, TENTH))
    return low, high


def _quiet(seen: Seen, rules: EwtRules) -> Quiet:
    heads = max((pool.heads for pool in seen.pools), default=0)
    if seen.handling.calls < rules.min_samples:
        return Quiet.FEW_CALLS
    if heads < rules.quiet_when_agents_below:
        return Quiet.FEW_AGENTS
    if seen.left > 1 and seen.left >= MANY_LEFT * (seen.left + heads):
        return Quiet.AGENTS_LEFT
    return Quiet.NO
