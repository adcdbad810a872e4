"""Steps a second of the flow engine, over whole calls through the shipped bank, on one core.

`python -m benchmarks.engine` prints what it did and, last, `steps/s N`; it leaves with 1 when N is below the goal.
A step is one call of `advance`: an event in, a new state, actions and notes out.
"""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from call_flows.engine import advance, begin
from call_flows.events import (
    CallArrived,
    Collected,
    CustomerAnswered,
    Event,
    Fetched,
    HungUp,
    QueueEnded,
    QueueOutcome,
    WaitTurn,
)
from call_flows.facts import CallerFacts, Facts, QueueFacts
from call_flows.hours import status
from call_flows.library import NORTHWIND
from call_flows.loaded import LoadedSite
from call_flows.loader import load_site

GOAL = 50_000
ROUNDS = 5
SECONDS = 1.0


def calls(site: LoadedSite) -> dict[str, list[Event]]:
    """What callers do, as the webhooks would bring it."""
    now = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    queues = {"billing": QueueFacts(3, 2, 90.0), "technical": QueueFacts(1, 2, None)}
    facts = Facts(now, status(site.site, now), queues, CallerFacts("+12025550142", "Sam Carter", "gold"))
    waiting = Facts(now, facts.hours, queues, facts.caller, 2, 30.0)
    silence = Collected(facts)
    return {
        "a balance by key, then the end": [
            CallArrived(facts),
            silence,
            Collected(facts, digits="1"),
            Collected(facts, digits="12345678"),
            Fetched(facts, 200, {"account": "12345678", "available": 1240.5}),
            silence,
        ],
        "billing by voice, six turns on hold, an agent, how it was": [
            CallArrived(facts),
            silence,
            Collected(facts, speech="a question about my bill please", confidence=0.9),
            *[WaitTurn(waiting)] * 6,
            QueueEnded(facts, QueueOutcome.ANSWERED),
            Collected(facts, digits="5"),
        ],
        "Spanish, a wrong key, technical help, hung up": [
            CallArrived(facts),
            silence,
            Collected(facts, digits="5"),
            CustomerAnswered(facts, known=True),
            Collected(facts, digits="7"),
            Collected(facts, digits="3"),
            WaitTurn(waiting),
            HungUp(facts),
        ],
    }


def one_call(site: LoadedSite, events: list[Event]) -> int:
    """Make a call; how many steps it took."""
    state = begin(site, flow="main_line", caller="+12025550142", dialled="+12025550100")
    for event in events:
        state = advance(site, state, event).state
    if not state.ended:
        raise SystemExit("a call of the benchmark did not come to its end")
    return len(events)


def rate(work: Callable[[], int], clock: Callable[[], float]) -> float:
    """Steps a second over a while."""
    started, steps = clock(), 0
    while clock() - started < SECONDS:
        for _ in range(50):
            steps += work()
    return steps / (clock() - started)


def main() -> int:
    """Measure, print, and say whether the goal is met."""
    site = load_site(NORTHWIND, services={})
    made = calls(site)
    for name, events in made.items():
        one_call(site, events)
        each = rate(lambda events=events: one_call(site, events), time.process_time)
        print(f"{name}: {len(events)} steps, {each:,.0f} a second")
    best = max(
        rate(lambda: sum(one_call(site, events) for events in made.values()), time.process_time) for _ in range(ROUNDS)
    )
    print(
        f"{ROUNDS} rounds of {SECONDS:g} s of processor time on one core, all calls in turn; best round (goal {GOAL:,})"
    )
    print(f"steps/s {best:.0f}")
    return 0 if best >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
