"""Measures of a replication by name. A measure is data, so that it can be asked for in another process.

Measure("mean_wait")                       of everybody let in
Measure("served_within", seconds=20)       share of all who came
Measure("utilisation", group="evening")    busy time over time on duty
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from routing.simulate.counted import Counted, Part
from routing.simulate.estimators import COUNT, squared_errors
from routing.simulate.house_sums import SUMS
from routing.simulate.laws import Floats
from routing.simulate.trace import Fate


@dataclass(frozen=True, slots=True)
class Measure:
    """What to count: `queue`, `group` and `between` (of arrival) narrow it, `index` is an agent or a ring.

    `seconds` is its threshold, `short` the seconds before which who hangs up is not counted.
    """

    name: str
    seconds: float = 0.0
    queue: str | None = None
    group: str | None = None
    index: int = 0
    between: tuple[float, float] | None = None
    short: float = 0.0

    def part(self, counted: Counted) -> Part:
        """The calls it is about."""
        return counted.part(self.queue, self.between)

    def of(self, counted: Counted) -> float:
        """Its value; not a number where there was nothing to count."""
        return float(MEASURES[self.name](counted, self))


def _share(part: Part, whole: Part) -> float:
    return len(part) / len(whole) if len(whole) else float("nan")


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _arrivals(counted: Counted, asked: Measure) -> float:
    return len(asked.part(counted))


def _p_block(counted: Counted, asked: Measure) -> float:
    everybody = asked.part(counted)
    return 1 - _share(everybody.admitted, everybody)


def _p_wait(counted: Counted, asked: Measure) -> float:
    admitted = asked.part(counted).admitted
    return _mean((admitted.wait > 0).astype(np.float64))


def _p_no_wait(counted: Counted, asked: Measure) -> float:
    return 1 - _p_wait(counted, asked)


def _p_wait_over(counted: Counted, asked: Measure) -> float:
    admitted = asked.part(counted).admitted
    return _mean((admitted.wait > asked.seconds).astype(np.float64))


def _mean_wait(counted: Counted, asked: Measure) -> float:
    return _mean(asked.part(counted).admitted.wait)


def _mean_wait_served(counted: Counted, asked: Measure) -> float:
    return _mean(asked.part(counted).served.wait)


def _mean_wait_abandoned(counted: Counted, asked: Measure) -> float:
    return _mean(asked.part(counted).abandoned.wait)


def _p_abandon(counted: Counted, asked: Measure) -> float:
    admitted = asked.part(counted).admitted
    return _share(admitted.abandoned, admitted)


def _served_within(counted: Counted, asked: Measure) -> float:
    everybody = asked.part(counted)
    return _share(everybody.served.where(everybody.served.wait <= asked.seconds), everybody)


def _within_of_served(counted: Counted, asked: Measure) -> float:
    served = asked.part(counted).served
    return _mean((served.wait <= asked.seconds).astype(np.float64))


def _served(counted: Counted, asked: Measure) -> float:
    return len(asked.part(counted).served)


def _abandoned(counted: Counted, asked: Measure) -> float:
    return len(asked.part(counted).abandoned)


def _abandoned_after(counted: Counted, asked: Measure) -> float:
    return int((asked.part(counted).abandoned.wait >= asked.seconds).sum())


def _in_target(counted: Counted, asked: Measure) -> float:
    return int((asked.part(counted).served.wait < asked.seconds).sum())


def _waited_in_all(counted: Counted, asked: Measure) -> float:
    return float(asked.part(counted).served.wait.sum())


def _utilisation(counted: Counted, asked: Measure) -> float:
    agents = counted.agents(asked.group)
    return float(counted.busy[agents].sum() / counted.on_duty[agents].sum())


def _per_agent(counted: Counted) -> Floats:
    with np.errstate(invalid="ignore"):
        return counted.busy / counted.on_duty


def _agent_utilisation(counted: Counted, asked: Measure) -> float:
    return float(_per_agent(counted)[asked.index])


def _least_utilisation(counted: Counted, _: Measure) -> float:
    return float(np.nanmin(_per_agent(counted)))


def _most_utilisation(counted: Counted, _: Measure) -> float:
    return float(np.nanmax(_per_agent(counted)))


def _at_ring(counted: Counted, asked: Measure) -> float:
    return _mean((asked.part(counted).served.ring == asked.index).astype(np.float64))


def _worked(counted: Counted, asked: Measure) -> float:
    """All work of the group, after closing time too."""
    return _whole(counted, asked, "work")


def _stayed(counted: Counted, asked: Measure) -> float:
    """All duty of the group, after closing time too."""
    return _whole(counted, asked, "duty")


def _whole(counted: Counted, asked: Measure, kind: str) -> float:
    trace = counted.trace
    agent, start, end = (np.asarray(getattr(trace, f"{kind}_{column}")) for column in ("agent", "from", "till"))
    mine = np.isin(agent, counted.agents(asked.group))
    return float((end[mine] - start[mine]).sum() / 1e6)


def _in_system(counted: Counted, asked: Measure) -> float:
    length = counted.closes - counted.opens
    return counted.queue_moments[0] + float(counted.busy[counted.agents(asked.group)].sum()) / length


def _p_callback(counted: Counted, asked: Measure) -> float:
    everybody = asked.part(counted)
    return _share(everybody.promised, everybody)


def _p_abandon_live(counted: Counted, asked: Measure) -> float:
    live = asked.part(counted).live
    return _share(live.abandoned, live)


def _mean_wait_live(counted: Counted, asked: Measure) -> float:
    return _mean(asked.part(counted).live.wait)


def _mean_hold(counted: Counted, asked: Measure) -> float:
    return _mean(asked.part(counted).hold)


def _live_within(counted: Counted, asked: Measure) -> float:
    live = asked.part(counted).live
    return _share(live.served.where(live.served.wait <= asked.seconds), live)


def _mean_wait_callback(counted: Counted, asked: Measure) -> float:
    promised = asked.part(counted).promised
    return _mean(promised.served.wait)


def _callback_success(counted: Counted, asked: Measure) -> float:
    promised = asked.part(counted).promised
    return _share(promised.served, promised)


def _callback_missed(counted: Counted, asked: Measure) -> float:
    promised = asked.part(counted).promised
    return _share(promised.where(promised.fate == Fate.MISSED), promised)


def _dials_per_callback(counted: Counted, _: Measure) -> float:
    """Over the whole run, warm-up included, on both sides of the fraction."""
    promised = sum(counted.trace.called_back)
    return counted.trace.dials / promised if promised else float("nan")


def _p_offered(counted: Counted, asked: Measure) -> float:
    everybody = asked.part(counted)
    return _share(everybody.where(everybody.offered), everybody)


def _promised_queue(counted: Counted, asked: Measure) -> float:
    """The mean number of callbacks owed, by Little's law over the window."""
    return float(asked.part(counted).promised.wait.sum()) / (counted.closes - counted.opens)


def _error_of(counted: Counted, asked: Measure) -> float:
    return squared_errors(counted, asked.seconds)[asked.index]


def _error_sum(counted: Counted, asked: Measure) -> float:
    """Squared errors summed over those who waited, for a ratio: a busy replication has more of them, and larger."""
    errors = squared_errors(counted, asked.seconds)
    return errors[asked.index] * errors[COUNT]


MEASURES: dict[str, Callable[[Counted, Measure], float]] = {
    "arrivals": _arrivals,
    "p_block": _p_block,
    "p_wait": _p_wait,
    "p_no_wait": _p_no_wait,
    "p_wait_over": _p_wait_over,
    "mean_wait": _mean_wait,
    "mean_wait_served": _mean_wait_served,
    "mean_wait_abandoned": _mean_wait_abandoned,
    "p_abandon": _p_abandon,
    "served_within": _served_within,
    "within_of_served": _within_of_served,
    "served": _served,
    "abandoned": _abandoned,
    "abandoned_after": _abandoned_after,
    "in_target": _in_target,
    "waited_in_all": _waited_in_all,
    "utilisation": _utilisation,
    "agent_utilisation": _agent_utilisation,
    "least_utilisation": _least_utilisation,
    "most_utilisation": _most_utilisation,
    "at_ring": _at_ring,
    "worked": _worked,
    "stayed": _stayed,
    "mean_queue": lambda counted, _: counted.queue_moments[0],
    "var_queue": lambda counted, _: counted.queue_moments[1],
    "in_system": _in_system,
    "p_callback": _p_callback,
    "p_abandon_live": _p_abandon_live,
    "mean_wait_live": _mean_wait_live,
    "mean_hold": _mean_hold,
    "live_within": _live_within,
    "mean_wait_callback": _mean_wait_callback,
    "callback_success": _callback_success,
    "callback_missed": _callback_missed,
    "dials_per_callback": _dials_per_callback,
    "p_offered": _p_offered,
    "promised_queue": _promised_queue,
    "estimator_error": _error_of,
    "estimator_sum": _error_sum,
    **SUMS,
}
