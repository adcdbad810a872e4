"""Estimates and ratios of queues. Pure: facts come in, figures come out, None where nothing safe can be said."""

from collections.abc import Sequence
from dataclasses import dataclass

ENOUGH = 5
"""Calls handled lately, fewer than which no handling time is believed."""
ROUNDING = 30.0


def estimated_wait(*, ahead: int, agents: float, handling: Sequence[float], idle: int = 0) -> float | None:
    """The mean wait in seconds of a caller with `ahead` callers before him: (ahead + 1) × AHT ÷ agents.

    `agents` are those working who can serve the queue (one who serves several counts in parts), `handling` the
    lengths of calls handled lately. None when nobody works, or too few calls are known to speak of.
    """
    if idle > ahead:
        return 0.0
    if agents <= 0 or len(handling) < ENOUGH:
        return None
    return (ahead + 1) * (sum(handling) / len(handling)) / agents


def told(seconds: float | None) -> float | None:
    """What a caller is told: rounded up to half minutes, so that the wait is rarely longer than announced."""
    if seconds is None:
        return None
    return -(-seconds // ROUNDING) * ROUNDING


@dataclass(frozen=True, slots=True)
class Ended:
    """One wait that is over: how long it was, whether an agent answered, whether it counts as abandoned."""

    seconds: float
    answered: bool
    abandoned: bool = False
    short: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """A queue over a time: counts, ASA in seconds and service level 0-1, None when there was nothing to count."""

    answered: int
    abandoned: int
    short_abandons: int
    asa: float | None
    service_level: float | None


def figures(waits: Sequence[Ended], *, within: float) -> Figures:
    """ASA = waiting of the answered ÷ answered. Service level = answered within ÷ (answered + abandoned - short)."""
    answered = [wait.seconds for wait in waits if wait.answered]
    abandoned = sum(wait.abandoned and not wait.short for wait in waits)
    short = sum(wait.short for wait in waits)
    counted = len(answered) + abandoned
    in_time = sum(seconds <= within for seconds in answered)
    return Figures(
        answered=len(answered),
        abandoned=abandoned,
        short_abandons=short,
        asa=sum(answered) / len(answered) if answered else None,
        service_level=in_time / counted if counted else None,
    )
