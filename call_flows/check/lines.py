"""Lines of callers: whether waiting in them is bearable, and whether their settings can mean what they say."""

from typing import Final

from call_flows.check.finding import Review
from call_flows.nodes.callback import CallbackNode
from call_flows.nodes.leave import LeaveNode
from call_flows.nodes.wait import WaitNode
from call_flows.site import Queue
from call_flows.values import Duration, QueueName

LONG_WAIT: Final = 600.0
DEAD_AIR: Final = 10.0
MOST_DISPOSITIONS: Final = 15
LONGEST_DISPOSITION: Final = 30
LONGEST_WRAP_UP: Final = 900.0


def check(review: Review) -> None:
    """Look at every queue, and at silence outside of them."""
    hold = review.hold_flows()
    for finding in review.findings():
        if isinstance(finding.node, WaitNode) and finding.flow.name not in hold and finding.node.wait > DEAD_AIR:
            what = f"The caller hears nothing for {finding.node.wait}."
            finding.report("W621", ("wait",), what, word=str(finding.node.wait), todo="Say something, or wait less.")
    if review.site is None:
        return
    for name, queue in review.site.queues.items():
        _callback(review, name, queue)
        _rings(review, name, queue)
        _wrap_up(review, name, queue)
    _unused(review)


def _callback(review: Review, name: str, queue: Queue) -> None:
    if queue.max_wait is None or queue.max_wait < LONG_WAIT:
        return
    heard = review.with_inner([str(queue.while_waiting)] if queue.while_waiting else [])
    if heard & review.draft.broken:
        return
    for flow in heard:
        for node in review.draft.flows[flow].nodes.values():
            if isinstance(node, CallbackNode) or (isinstance(node, LeaveNode) and str(node.leave) == "callback"):
                return
    what = f"Callers wait up to {queue.max_wait} for '{name}' and are never offered a callback."
    todo = "Offer one in the flow of while_waiting: callback: current."
    review.in_site("W616", ("queues", name, "max_wait"), what, word=name, todo=todo)


def _rings(review: Review, name: str, queue: Queue) -> None:
    at = ("queues", name, "rings")
    first = queue.rings[0]
    if first.after > 0:
        what = f"For the first {first.after} nobody is asked to answer."
        review.in_site("W625", (*at, 0, "after"), what, word=str(first.after), todo="Begin with after: 0s.")
    for place, (before, ring) in enumerate(zip(queue.rings, queue.rings[1:], strict=False), start=1):
        if ring.after <= before.after:
            what = f"This ring comes at {ring.after}, not after the one before."
            review.in_site("W625", (*at, place, "after"), what, word=str(ring.after), todo="Put the rings in order.")
        tighter = [str(skill) for skill, level in ring.needs.items() if level > before.needs.get(skill, 0)]
        if tighter:
            what = (
                f"This ring asks more of '{tighter[0]}' than the one before: whoever waited longer finds fewer agents."
            )
            review.in_site("W625", (*at, place, "needs"), what, word=tighter[0], todo="A later ring asks for less.")
    if queue.max_wait is not None and queue.rings[-1].after >= queue.max_wait:
        what = f"The wait is over at {queue.max_wait}, before the last ring."
        review.in_site("W625", (*at, len(queue.rings) - 1, "after"), what, word=name, todo="Let it ring sooner.")


def _wrap_up(review: Review, name: str, queue: Queue) -> None:
    at = ("queues", name, "wrap_up")
    names = queue.wrap_up.dispositions
    if len(names) > MOST_DISPOSITIONS:
        what = f"An agent chooses from {len(names)} dispositions."
        todo = "Past fifteen the first that fits is taken: keep those that somebody reads."
        review.in_site("W618", (*at, "dispositions"), what, word=str(len(names)), todo=todo)
    for place, disposition in enumerate(names):
        if len(disposition) > LONGEST_DISPOSITION:
            what = f"The disposition is {len(disposition)} characters long."
            todo = "Thirty can be read at a glance."
            review.in_site("W619", (*at, "dispositions", place), what, word=disposition, todo=todo)
    if queue.wrap_up.limit > LONGEST_WRAP_UP:
        limit = Duration(LONGEST_WRAP_UP)
        what = f"An agent may wrap up for {queue.wrap_up.limit} while callers wait."
        todo = f"Limit it to {limit}; what takes longer is a state of its own."
        review.in_site("W627", (*at, "limit"), what, word=str(queue.wrap_up.limit), todo=todo)


def _unused(review: Review) -> None:
    if review.site is None or review.draft.broken:
        return
    named = {str(value) for finding in review.findings() for _path, value in finding.values if type(value) is QueueName}
    helping = {str(queue.overflow.to) for queue in review.site.queues.values() if queue.overflow is not None}
    for name in review.site.queues:
        if name not in named | helping:
            what = f"No flow leads to the queue '{name}'."
            review.in_site("W626", ("queues", name), what, word=name, todo="Lead callers to it, or take it away.")
