"""Whether waiting callers are offered a callback now: on at one condition, off at another, again when the wait jumps.

Pure. What was so a moment ago is a parameter; who keeps it in mind is above: a row a queue, or a test.
"""

from typing import TYPE_CHECKING, Final, cast

from call_flows.expressions import FAILURES, Condition, Names
from call_flows.facts import Facts, QueueFacts
from call_flows.names import read_name
from call_flows.plain import as_number

if TYPE_CHECKING:
    from call_flows.loaded import LoadedSite
    from call_flows.turn import Turn

JUMP: Final = 120.0
"""Seconds by which the wait has grown at least when callers are asked again."""
OF_THE_QUEUE: Final = ("ewt", "queue.wait", "queue:", "is_open:", "now.", "now_as:")
"""How the names begin that a condition may read whose answer is kept for the whole queue."""
_NO_QUEUE: Final = QueueFacts()
_UNKNOWN: Final = -1.0


class _Moment:
    """The names of a queue's condition, read without any caller."""

    def __init__(self, site: "LoadedSite", queue: str, facts: Facts) -> None:
        self.site = site
        self.facts = facts
        self._queue = queue

    def __getitem__(self, name: str) -> object:
        if name in {"ewt", "queue.wait"}:
            return self.facts.queues.get(self._queue, _NO_QUEUE).ewt_seconds
        return read_name(cast("Turn", self), name) if name.startswith(OF_THE_QUEUE) else None


def is_offering(site: "LoadedSite", queue: str, facts: Facts, *, was: bool) -> bool:
    """Whether a queue offers callbacks, given that it did or did not. An estimate that is not there changes nothing."""
    found = site.site.queues.get(queue)
    policy = None if found is None else found.callback
    if policy is None:
        return False
    names = _Moment(site, queue, facts)
    begins = True if policy.offer_when is None else _holds(policy.offer_when, names)
    if policy.stop_when is None:
        return was if begins is None else begins
    ends = _holds(policy.stop_when, names)
    return was and not ends if not begins else not ends


def is_offered_now(turn: "Turn", queue: str) -> bool:
    """Whether this caller is to be asked at this moment: the queue offers, and he was not asked at such a wait."""
    found = turn.site.site.queues.get(queue)
    policy = None if found is None else found.callback
    if policy is None:
        return False
    now = turn.facts.queues.get(queue, _NO_QUEUE)
    if now.offering is False or (now.offering is None and not _offers_to(turn, policy.offer_when)):
        return False
    asked_at = as_number(turn.slots.get(_mark(queue)))
    if asked_at is None:
        return True
    if now.ewt_seconds is None or asked_at == _UNKNOWN:
        return False
    return now.ewt_seconds >= asked_at + max(JUMP, asked_at * float(policy.offer_again))


def note_offered(turn: "Turn", queue: str) -> None:
    """This caller is being asked; so long was the wait."""
    wait = turn.facts.queues.get(queue, _NO_QUEUE).ewt_seconds
    turn.slots = {**turn.slots, _mark(queue): _UNKNOWN if wait is None else round(wait, 1)}


def _offers_to(turn: "Turn", condition: Condition | None) -> bool:
    if condition is None:
        return True
    return bool(_holds(condition, turn))


def _holds(condition: Condition, names: Names) -> bool | None:
    """Whether it holds; None when it cannot be told, as when there is no estimate."""
    try:
        return bool(condition.value(names))
    except FAILURES:
        return None


def _mark(queue: str) -> str:
    """Where the call keeps it: a name that no slot can have."""
    return f"callback.offered:{queue}"
