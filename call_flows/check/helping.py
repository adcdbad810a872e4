"""Settings of a queue that never take effect: overflow, crowds, credit, known agents."""

from collections.abc import Iterator

from call_flows.check.finding import Review
from call_flows.places import Path
from call_flows.site import Queue

Found = tuple[Path, str, str]
"""Where below the queue, what is wrong, what to do."""


def check(review: Review) -> None:
    """Look at every queue."""
    if review.site is None:
        return
    for name, queue in review.site.queues.items():
        for path, what, todo in (*_overflow(name, queue), *_crowds(queue), *_others(queue)):
            review.in_site("W631", ("queues", name, *path), what, word=str(path[-1]), todo=todo)


def _overflow(name: str, queue: Queue) -> Iterator[Found]:
    rule = queue.overflow
    if rule is None:
        return
    if str(rule.to) == name:
        yield ("overflow", "to"), f"The queue '{name}' overflows to itself.", "Name another queue."
    if queue.max_wait is not None and rule.after >= queue.max_wait:
        what = f"The wait is over at {queue.max_wait}, before callers go on at {rule.after}."
        yield ("overflow", "after"), what, "Let them go on sooner."


def _crowds(queue: Queue) -> Iterator[Found]:
    for place, ring in enumerate(queue.rings):
        if ring.when_waiting is not None and place == 0:
            yield ("rings", 0, "when_waiting"), "The first ring is open from the beginning.", "Take it away here."
        elif ring.when_waiting is not None and queue.max_size is not None and ring.when_waiting > queue.max_size:
            what = f"No more than {queue.max_size} callers wait, and this ring wants {ring.when_waiting}."
            yield ("rings", place, "when_waiting"), what, "Write a smaller number."


def _others(queue: Queue) -> Iterator[Found]:
    if queue.credit > queue.most_credit:
        what = f"Callers begin with {queue.credit}, and no caller has more than {queue.most_credit}."
        yield ("credit",), what, "Raise most_credit, or lower credit."
    if "known_within" in queue.model_fields_set and queue.known_agent is None:
        yield ("known_within",), "No agent is known here: known_agent is not written.", "Write known_agent: 30s."
    if queue.known_agent is not None and queue.max_wait is not None and queue.known_agent >= queue.max_wait:
        what = f"The wait is over at {queue.max_wait}, while the known agent is still waited for."
        yield ("known_agent",), what, "Let the others be asked sooner."
