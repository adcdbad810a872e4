"""How wrong the estimates of the wait are, on callers who had to wait in one queue where nobody gives up.

QL is (callers ahead + 1) × mean service ÷ agents, HOL the wait so far of whoever is next, LES the wait of who was taken
last, NI one and the same number: the mean wait of those who wait. Compared, as the literature does, by mean squared
errors (R. Ibrahim and W. Whitt, "Real-time delay estimation based on delay history", 2009).
"""

import numpy as np

from routing.simulate.counted import Counted

QL, HOL, LES, NI, COUNT, MEAN = range(6)


def squared_errors(counted: Counted, mean_wait: float = 0.0) -> tuple[float, ...]:
    """Mean squared errors of QL, HOL, LES and NI in seconds squared, how many waited, and their mean wait.

    NI announces `mean_wait`; 0 for the mean of this very replication, which makes it look a little too good.
    """
    if mean_wait not in counted.errors:
        counted.errors[mean_wait] = _squared_errors(counted, mean_wait)
    return counted.errors[mean_wait]


def _squared_errors(counted: Counted, mean_wait: float) -> tuple[float, ...]:
    calls, scenario = counted.trace.calls, counted.scenario
    arrival = np.array(calls.arrival) / 1e6
    taken = np.array(counted.trace.left) / 1e6
    wait = taken - arrival
    asked = np.flatnonzero((wait > 0) & (arrival >= counted.opens) & (arrival < counted.closes))
    first = np.searchsorted(taken, arrival[asked], side="right")
    ahead = asked - first
    law = scenario.callers[0].service
    mean = law.mean if not isinstance(law, tuple) else law[0][1].mean
    agents = sum(group.most for group in scenario.groups)
    found = wait[asked]
    by_length = (ahead + 1) * mean / agents
    by_head = np.where(ahead > 0, arrival[asked] - arrival[first], 0.0)
    by_last = wait[np.maximum(first - 1, 0)]
    constant = np.full(1, mean_wait or found.mean())
    errors = [float(np.mean((guess - found) ** 2)) for guess in (by_length, by_head, by_last, constant)]
    return (errors[QL], errors[HOL], errors[LES], errors[NI], float(len(found)), float(found.mean()))
