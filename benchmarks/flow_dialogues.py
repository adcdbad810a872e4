"""Dialogues a second: the shipped bank's whole test suite, played again and again in virtual time on one core.

`python -m benchmarks.flow_dialogues` prints what it did and, last, `dialogues/s N`; it leaves with 1 when N is below
the goal. A dialogue is one test of `tests/*.yaml`, with all its steps and expectations; reading the files is measured
apart.
"""

import sys
import time
from collections.abc import Callable

from call_flows.library import NORTHWIND
from call_flows.loader import load_site
from call_flows.scenario.coverage import coverage_of
from call_flows.scenario.folder import read_suite
from call_flows.scenario.playing import Outcome, play
from call_flows.scenario.world import world_of

GOAL = 2_000
ROUNDS = 5
SECONDS = 1.0


def rate(work: Callable[[], int], clock: Callable[[], float] = time.process_time) -> float:
    """How many a second over a while."""
    started, done = clock(), 0
    while clock() - started < SECONDS:
        done += work()
    return done / (clock() - started)


def main() -> int:
    """Measure, print, and say whether the goal is met."""
    site = load_site(NORTHWIND, services={})
    suite = read_suite(site, NORTHWIND)
    world = world_of(site)

    def all_of_them() -> int:
        outcomes: list[Outcome] = [play(world, scenario) for scenario in suite.scenarios]
        if any(outcome.failure is not None for outcome in outcomes):
            raise SystemExit("a dialogue of the shipped bank fails: see callwright test call_flows/library/northwind")
        return len(outcomes)

    read = rate(lambda: len(read_suite(site, NORTHWIND).scenarios))
    outcomes = [play(world, scenario) for scenario in suite.scenarios]
    steps = sum(len(scenario.steps) for scenario in suite.scenarios)
    callers = sum(outcome.seconds for outcome in outcomes)
    coverage = coverage_of(site, (outcome.notes for outcome in outcomes))
    best = max(rate(all_of_them) for _ in range(ROUNDS))
    print(f"{len(outcomes)} dialogues, {steps} steps, {callers / 60:.0f} minutes of callers' time")
    print(f"nodes {coverage.of_nodes()}, exits {coverage.of_exits()}")
    print(f"reading them from their files: {read:,.0f} a second")
    print(f"{ROUNDS} rounds of {SECONDS:g} s of processor time on one core; best round (goal {GOAL:,})")
    print(f"dialogues/s {best:.0f}")
    return 0 if best >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
