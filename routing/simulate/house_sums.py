"""Sums of which the house's own figures are made, as `routing.metrics` defines them: service level, abandonment, ASA.

Figures over several days are ratios of such sums, not means of daily ratios: a quiet half-hour weighs as little as it
should. Unlike on the wall, a wait counts when the caller came, so that a half-hour has the callers it was staffed for.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from routing.simulate.counted import Counted, Part
from routing.simulate.laws import Floats
from routing.simulate.trace import Fate

if TYPE_CHECKING:
    from routing.simulate.measures import Measure


def _answered(part: Part) -> Part:
    return part.where(part.fate == Fate.SERVED)


def _gave_up(part: Part, short: float) -> Part:
    left = part.abandoned
    return left.where(left.wait >= short)


def _sum_arrived(counted: Counted, asked: "Measure") -> float:
    """Callers."""
    return len(asked.part(counted))


def _sum_in_time(counted: Counted, asked: "Measure") -> float:
    """Answered on the line within `seconds`."""
    return int((_answered(asked.part(counted)).wait <= asked.seconds).sum())


def _sum_answered(counted: Counted, asked: "Measure") -> float:
    """Answered on the line."""
    return len(_answered(asked.part(counted)))


def _sum_abandoned(counted: Counted, asked: "Measure") -> float:
    """Who gave up after at least `short` seconds."""
    return len(_gave_up(asked.part(counted), asked.short))


def _sum_counted(counted: Counted, asked: "Measure") -> float:
    """Answered and abandoned, below which the service level stands."""
    return _sum_answered(counted, asked) + _sum_abandoned(counted, asked)


def _sum_waited(counted: Counted, asked: "Measure") -> float:
    """Seconds waited by those who were answered on the line."""
    return _total(_answered(asked.part(counted)).wait)


def _sum_held(counted: Counted, asked: "Measure") -> float:
    """Seconds on the line of everybody who was let in: until an agent, the hanging up, or a callback taken."""
    return _total(asked.part(counted).admitted.hold)


def _sum_admitted(counted: Counted, asked: "Measure") -> float:
    """Callers who were let in."""
    return len(asked.part(counted).admitted)


def _sum_promised(counted: Counted, asked: "Measure") -> float:
    """Callbacks taken."""
    return len(asked.part(counted).promised)


def _sum_called_back(counted: Counted, asked: "Measure") -> float:
    """Callbacks at which customer and agent met."""
    return len(asked.part(counted).promised.served)


def _sum_back_waited(counted: Counted, asked: "Measure") -> float:
    """Seconds from the call to the agent, of those."""
    return _total(asked.part(counted).promised.served.wait)


def _sum_elsewhere(counted: Counted, asked: "Measure") -> float:
    """Who was sent away: the queue was full, or the longest wait was reached."""
    fate = asked.part(counted).fate
    return int(((fate == Fate.FULL) | (fate == Fate.BLOCKED) | (fate == Fate.TIMED_OUT)).sum())


def _total(values: Floats) -> float:
    return float(values.sum())


SUMS: dict[str, Callable[[Counted, "Measure"], float]] = {
    "sum_arrived": _sum_arrived,
    "sum_in_time": _sum_in_time,
    "sum_answered": _sum_answered,
    "sum_abandoned": _sum_abandoned,
    "sum_counted": _sum_counted,
    "sum_waited": _sum_waited,
    "sum_held": _sum_held,
    "sum_admitted": _sum_admitted,
    "sum_promised": _sum_promised,
    "sum_called_back": _sum_called_back,
    "sum_back_waited": _sum_back_waited,
    "sum_elsewhere": _sum_elsewhere,
}
"""By the name of the measure."""
