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
    """One queue as it stands: callers waiting, agents signed in, estimated wait in seconds (None: nobody knows).

    `ewt_span` is between what the wait will probably be, `ewt_least` what may not be undercut in what is told, and
    what is not `is_ewt_safe` is not told at all; to whoever waits there already, all of it is from his place on.
    """

    waiting: int = 0
    agents: int = 0
    ewt_seconds: float | None = None
    is_open: bool = True
    ewt_span: tuple[float, float] | None = None
    ewt_least: float = 0.0
    is_ewt_safe: bool = True
    offering: bool | None = None
    """Whether its waiting callers are offered a callback now; None where nobody keeps that in mind."""


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
class OpenCallback:
    """A callback that is owed to the caller's number; without `due_at` it is in line. `number` is in E.164."""

    queue: str
    number: str
    due_at: datetime | None = None
    zone: str = ""
    being_called: bool = False


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
    resumed: bool = False
    """Whether the caller has the place back that a dropped call had lost."""
    callbacks: tuple[OpenCallback, ...] = ()
    """What is owed to the caller's number, what comes next first."""
