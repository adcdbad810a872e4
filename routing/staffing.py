"""How many agents a load needs: the first guess of a plan, by Erlang C, Erlang A or M/M/n+G. Pure."""

import math

from routing.erlang import Patient
from routing.erlang_a import Impatient
from routing.patience import Patience


def served_within(rate: float, service: float, servers: int, within: float, patience: Patience | None = None) -> float:
    """The share of all callers answered within so many seconds; without a law of patience nobody gives up."""
    if patience is None:
        return Patient(rate, service, servers).served_within(within) if rate * service < servers else 0.0
    if rate * service * patience.forever >= servers:
        return 0.0
    return Impatient(rate, service, servers, patience).served_within(within)


def fewest_agents(
    rate: float, service: float, *, target: float, within: float, patience: Patience | None = None
) -> int:
    """The fewest agents on calls with whom at least `target` (0-1) of all callers are answered within `within` s.

    `rate` is calls a second, `service` their mean handling in seconds. The service level grows with every agent, so
    the answer is found by halving. Raises ValueError for a target of 1 or more, which no number of agents reaches.
    """
    if target >= 1:
        raise ValueError("no number of agents answers everybody in time: give a target below 1")
    if rate <= 0:
        return 0
    few, many = 0, max(1, math.ceil(rate * service))
    while served_within(rate, service, many, within, patience) < target:
        few, many = many, many * 2
    while many - few > 1:
        middle = (few + many) // 2
        if served_within(rate, service, middle, within, patience) < target:
            few = middle
        else:
            many = middle
    return many
