"""How an estimated wait is told: padded and rounded up, as a range where it is wide, or not at all. The one rule.

A wait that is told too short is worse than one too long, and a wrong one worse than none.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from call_flows.facts import QueueFacts

PAD: Final = 1.2
"""An estimate is told a fifth longer than it is."""
WIDE: Final = 2
"""Minutes between the ends of a range, fewer than which nobody cares about."""


class Telling(StrEnum):
    """How the callers of a queue are told their wait."""

    PADDED = "padded"  # a fifth more than estimated, in minutes rounded up
    RANGE = "range"  # between what eight of ten such waits lie, where that is wide; else as `padded`
    PRECISE = "precise"  # as estimated, in minutes rounded up
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Told:
    """What is told, in whole minutes; `low` and `high` are the same where one number is."""

    low: int
    high: int


def tell(seconds: float, telling: Telling = Telling.PADDED, *, span: tuple[float, float] | None = None) -> Told:
    """What is told of so many seconds; `span` is between what the wait will probably be."""
    if telling is Telling.RANGE and span is not None:
        low, high = max(1, math.floor(span[0] / 60)), _minutes(span[1])
        if high - low >= WIDE:
            return Told(low, high)
    padded = seconds if telling is Telling.PRECISE else seconds * PAD
    return Told(_minutes(padded), _minutes(padded))


def told(queue: QueueFacts, telling: Telling) -> Told | None:
    """What the callers of a queue are told; None where that is not safe, or not wished.

    Nobody is told less than the first in line has waited already.
    """
    if queue.ewt_seconds is None or not queue.is_ewt_safe or telling is Telling.OFF:
        return None
    least = _minutes(queue.ewt_least)
    one = tell(queue.ewt_seconds, telling, span=queue.ewt_span)
    return Told(max(one.low, least), max(one.high, least))


def _minutes(seconds: float) -> int:
    return max(1, math.ceil(seconds / 60))
