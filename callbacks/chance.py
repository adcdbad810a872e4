"""How likely an agent is free when a customer who is dialled now answers. Pure arithmetic."""

import math

ENOUGH = 0.95
"""With less, dialling customers ahead of agents would make them wait: the agent is dialled first instead."""
RING = 12.0
"""Seconds until a customer answers, as a rule: so long an agent has to become free."""


def chance_of_agent(*, idle: int, claims: int, busy: int, handling: float | None, within: float = RING) -> float:
    """The probability that one agent more than the `claims` before us is free within so many seconds.

    `claims` are callers who wait and customers dialled ahead already; `busy` agents end their calls at random, each
    after `handling` seconds on average. Without a known handling time only idle agents count.
    """
    short = claims + 1 - idle
    if short <= 0:
        return 1.0
    if handling is None or handling <= 0 or short > busy:
        return 0.0
    ends = 1.0 - math.exp(-within / handling)
    fewer = sum(math.comb(busy, count) * ends**count * (1.0 - ends) ** (busy - count) for count in range(short))
    return max(0.0, 1.0 - fewer)
