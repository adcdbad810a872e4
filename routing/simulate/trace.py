"""What happened, call by call and desk by desk: columns written while a simulation runs, and counted afterwards.

All times are whole microseconds from the start of the simulation.
"""

from array import array
from dataclasses import dataclass, field
from enum import IntEnum

from routing.simulate.calls import Calls

NEVER_LEFT = -1


class Fate(IntEnum):
    """What became of a call."""

    OPEN = 0  # still there when the simulation ended
    SERVED = 1
    ABANDONED = 2
    BLOCKED = 3  # all trunks taken
    FULL = 4  # the queue was as long as it may be
    TIMED_OUT = 5  # waited as long as the queue allows
    CALLED_BACK = 6  # served when called back
    MISSED = 7  # a callback given up after its last attempt


@dataclass(slots=True)
class Trace:
    """Columns by call, in order of arrival, then columns by stretch of work.

    `left` is when the wait ended, in whatever way; `off_hold` when the caller stopped listening to music, which is
    earlier for one who took a callback; `offered` whether one was offered. `ring` is that of the agent who took it.
    `work_*` are the stretches in which an agent was busy (with wrap-up and dialling), `duty_*` those on duty.
    """

    calls: Calls
    fate: bytearray
    agent: list[int]
    ring: list[int]
    left: list[int]
    off_hold: list[int]
    called_back: bytearray
    offered: bytearray
    work_agent: "array[int]" = field(default_factory=lambda: array("i"))
    work_from: "array[int]" = field(default_factory=lambda: array("q"))
    work_till: "array[int]" = field(default_factory=lambda: array("q"))
    duty_agent: "array[int]" = field(default_factory=lambda: array("i"))
    duty_from: "array[int]" = field(default_factory=lambda: array("q"))
    duty_till: "array[int]" = field(default_factory=lambda: array("q"))
    dials: int = 0
    ended: int = 0
    """The moment of the last event that mattered."""

    def extend(self) -> None:
        """Make room for one more call: somebody calls again."""
        self.fate.append(Fate.OPEN)
        self.called_back.append(0)
        self.offered.append(0)
        for column in (self.agent, self.ring, self.left, self.off_hold):
            column.append(NEVER_LEFT)


def blank_trace(calls: Calls) -> Trace:
    """A trace of calls to which nothing has happened yet."""
    count = len(calls)
    agent, ring, left, off_hold = ([NEVER_LEFT] * count for _ in range(4))
    return Trace(calls, bytearray(count), agent, ring, left, off_hold, bytearray(count), bytearray(count))
