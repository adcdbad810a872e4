"""What the engine may know of the world: it comes in with each event, nothing is looked up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class HoursStatus(StrEnum):
    """Whether a named set of hours is open at the moment of the event."""

    OPEN = "open"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    EMERGENCY = "emergency"
    """Somebody switched these hours to emergency: `callwright emergency on`."""


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """One queue as it stands: callers waiting, agents signed in, estimated wait in seconds (None: not safe to say)."""

    waiting: int = 0
    agents: int = 0
    ewt_seconds: float | None = None
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class CallerFacts:
    """Who calls. `number` is E.164 or empty when withheld; the rest is what the customer's record says."""

    number: str = ""
    name: str = ""
    tier: str = ""
    language: str = ""
    known: bool = False
    tags: tuple[str, ...] = ()
    calls: int = 0
    """How often this customer has called before."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The world at the moment of one event."""

    now: datetime
    hours: Mapping[str, HoursStatus] = field(default_factory=dict)
    queues: Mapping[str, QueueFacts] = field(default_factory=dict)
    caller: CallerFacts = field(default_factory=CallerFacts)
    position: int | None = None
    """The caller's place in the queue, from 1, while waiting."""
    waited_seconds: float = 0.0
