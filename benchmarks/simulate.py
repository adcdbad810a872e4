"""Calls simulated a second on the twin in memory: one line, and six types with two skills an agent, one process.

`python -m benchmarks.simulate` plays a million calls of each; `--short` fifty thousand. Seconds are of the processor,
so that a busy machine does not matter. It prints what it did and, last, `calls/s N`, the slower of the two; it leaves
with 1 when N is below the goal.
"""

import sys
import time

from routing.match import Ring
from routing.simulate import Callers, Chance, Exponential, Group, Poisson, Scenario, Window, play
from routing.waitlist import Discipline

GOAL = 15_000
CALLS, SHORT = 1_000_000, 50_000
TYPES, EACH = 6, 15


def one_line(calls: int) -> Scenario:
    """A hundred agents, a little too little, callers who give up: Whitt's basic call centre."""
    callers = Callers("all", Poisson(0.51), Exponential(200.0), Exponential(200.0))
    return Scenario((callers,), (Group("all", {}, 100),), Window(calls / 0.51))


def six_types(calls: int) -> Scenario:
    """Ninety agents with a skill of their own and a second, 120 trunks."""
    rate = 84.0 / 600
    callers = tuple(
        Callers(
            str(kind),
            Poisson(rate / TYPES),
            Exponential(600.0),
            rings=_own_first(str(kind)),
        )
        for kind in range(TYPES)
    )
    groups = tuple(
        Group(f"{kind}-{step}", {str(kind): 2, str((kind + step) % TYPES): 1}, EACH // (TYPES - 1))
        for kind in range(TYPES)
        for step in range(1, TYPES)
    )
    return Scenario(callers, groups, Window(calls / rate), discipline=Discipline.INNERMOST, trunks=120)


def _own_first(skill: str) -> tuple[Ring, Ring]:
    return Ring(0, {skill: 2}), Ring(0, {skill: 1})


def main() -> int:
    """Play both and tell."""
    calls = SHORT if "--short" in sys.argv else CALLS
    slowest = float("inf")
    for name, scenario in (("one line, 100 agents", one_line(calls)), ("six types, 90 agents", six_types(calls))):
        began, clock = time.process_time(), time.perf_counter()
        trace = play(scenario, Chance(1))
        seconds = time.process_time() - began
        count = len(trace.calls)
        print(
            f"{name}: {count:,} calls in {seconds:.1f} s of processor, {time.perf_counter() - clock:.1f} s by the clock"
        )
        slowest = min(slowest, count / seconds)
    print(f"calls/s {slowest:,.0f}")
    return 0 if slowest >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
