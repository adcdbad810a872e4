"""The names that conditions and texts may read beside slots, each with how it is found at a moment."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal
from zoneinfo import ZoneInfo

from call_flows.facts import HoursStatus, QueueFacts
from call_flows.functions import write_moment
from call_flows.reading.waits import told
from call_flows.text import CURRENCY

if TYPE_CHECKING:
    from call_flows.turn import Turn

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NO_QUEUE: Final = QueueFacts()

Reader = Callable[["Turn"], object]


def queue_name(turn: "Turn") -> str:
    """The queue in which the caller waits; empty when in none."""
    flow = turn.site.flows.get(turn.queued_at.flow)
    node = None if flow is None else flow.nodes.get(turn.queued_at.node)
    queue: str = getattr(node, "queue", "")
    return queue


def local_now(turn: "Turn") -> datetime:
    """The moment of the event on the site's own clock."""
    return turn.facts.now.astimezone(turn.site.zone)


def _queue(turn: "Turn") -> QueueFacts:
    return turn.facts.queues.get(queue_name(turn), _NO_QUEUE)


def _told(turn: "Turn", end: Literal["low", "high"]) -> float | None:
    """The wait as the caller is told it, in seconds; `queue.wait_from` and `queue.wait` differ where it is a range."""
    queue = turn.site.site.queues.get(queue_name(turn))
    found = None if queue is None else told(_queue(turn), queue.ewt.mode)
    return None if found is None else 60.0 * (found.low if end == "low" else found.high)


def _currency(turn: "Turn") -> object:
    return turn.site.site.currency


def _callback_offered(turn: "Turn") -> bool:
    from call_flows.offering import is_offered_now

    return is_offered_now(turn, queue_name(turn))


def _owed(turn: "Turn", form: str) -> str | None:
    """When the next callback of the caller is due, on the site's clock; None for one in line."""
    due = turn.facts.callbacks[0].due_at if turn.facts.callbacks else None
    return None if due is None else due.astimezone(turn.site.zone).strftime(form)


CALL_NAMES: Final[Mapping[str, Reader]] = {
    "caller.number": lambda turn: turn.facts.caller.number or turn.caller,
    "caller.name": lambda turn: turn.facts.caller.name,
    "caller.tier": lambda turn: turn.facts.caller.tier,
    "caller.language": lambda turn: turn.facts.caller.language,
    "caller.known": lambda turn: turn.facts.caller.known,
    "caller.tags": lambda turn: turn.facts.caller.tags,
    "caller.calls": lambda turn: turn.facts.caller.calls,
    "callback.open": lambda turn: bool(turn.facts.callbacks),
    "callback.queue": lambda turn: turn.facts.callbacks[0].queue if turn.facts.callbacks else "",
    "callback.date": lambda turn: _owed(turn, "%Y-%m-%d"),
    "callback.time": lambda turn: _owed(turn, "%H:%M"),
    "call.dialled": lambda turn: turn.dialled,
    "call.language": lambda turn: turn.language,
    "language": lambda turn: turn.language,
    "now.date": lambda turn: local_now(turn).date().isoformat(),
    "now.time": lambda turn: local_now(turn).strftime("%H:%M"),
    "now.hour": lambda turn: local_now(turn).hour,
    "now.minute": lambda turn: local_now(turn).minute,
    "now.weekday": lambda turn: WEEKDAYS[local_now(turn).weekday()],
}
"""Readable in every flow."""

WAITING_NAMES: Final[Mapping[str, Reader]] = {
    "queue.name": queue_name,
    "queue.position": lambda turn: turn.facts.position,
    "queue.wait": lambda turn: _told(turn, "high"),
    "queue.wait_from": lambda turn: _told(turn, "low"),
    "queue.waited": lambda turn: turn.facts.waited_seconds,
    "queue.callback": _callback_offered,
    "queue.resumed": lambda turn: turn.facts.resumed,
    "position": lambda turn: turn.facts.position,
    "ewt": lambda turn: _queue(turn).ewt_seconds,
    "waited": lambda turn: turn.facts.waited_seconds,
}
"""Readable in flows that a waiting caller hears, and in a queue's `offer_when`."""

READERS: Final[Mapping[str, Reader]] = {
    **CALL_NAMES,
    **WAITING_NAMES,
    CURRENCY: _currency,
}


def read_name(turn: "Turn", name: str) -> object:
    """What a flat name stands for now; None for what nobody knows."""
    reader = READERS.get(name)
    if reader is not None:
        return reader(turn)
    kind, _, rest = name.partition(":")
    if kind == "is_open":
        return turn.facts.hours.get(rest) is HoursStatus.OPEN
    if kind == "queue":
        queue, _, fact = rest.partition(":")
        found = turn.facts.queues.get(queue, _NO_QUEUE)
        return {"ewt": found.ewt_seconds, "waiting": found.waiting, "agents": found.agents, "open": found.is_open}[fact]
    if kind == "now_as":
        zone, _, form = rest.partition(":")
        return write_moment(turn.facts.now.astimezone(ZoneInfo(zone)) if zone else local_now(turn), form)
    if name.startswith("service."):
        return turn.site.site.services.get(name.removeprefix("service."))
    return None
