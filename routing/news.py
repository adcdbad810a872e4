"""What routing tells those above it, after the commit."""

from dataclasses import dataclass
from datetime import datetime

from foundation.events import News


@dataclass(frozen=True, slots=True)
class EntryJoined(News):
    """Somebody waits."""

    entry_id: str
    call_id: str | None
    queue: str


@dataclass(frozen=True, slots=True)
class EntryLeft(News):
    """Somebody waits no longer, unanswered; `outcome` is a value of `routing.entries.Outcome`."""

    entry_id: str
    call_id: str | None
    queue: str
    outcome: str
    promise_id: str | None = None


@dataclass(frozen=True, slots=True)
class EntryTakenOut(News):
    """A wait was ended from our side: the caller is to be taken out of the carrier's queue. `EntryLeft` comes too.

    `outcome` is a value of `routing.entries.Outcome`: the longest wait is over, nobody is there, or the queue closes.
    """

    entry_id: str
    call_id: str | None
    queue: str
    outcome: str = "timed_out"


@dataclass(frozen=True, slots=True)
class EntryOverflowed(News):
    """A caller who waits is now served by another queue too (`also`) or by that one alone; the place is kept."""

    entry_id: str
    call_id: str | None
    queue: str
    to: str
    also: bool


@dataclass(frozen=True, slots=True)
class ReservationOffered(News):
    """An agent is held for a caller: let the desk ring until `expires_at`."""

    reservation_id: str
    entry_id: str
    agent_id: str
    call_id: str | None
    queue: str
    kind: str
    promise_id: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ReservationAccepted(News):
    """The agent takes the caller: bring them together."""

    reservation_id: str
    entry_id: str
    agent_id: str
    call_id: str | None
    queue: str
    kind: str
    promise_id: str | None


@dataclass(frozen=True, slots=True)
class ReservationEnded(News):
    """A reservation came to an end or to its wrap-up; `outcome` is a `ReservationState`."""

    reservation_id: str
    entry_id: str
    agent_id: str
    call_id: str | None
    queue: str
    outcome: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AgentStateChanged(News):
    """An agent is in another state, or in the same for another reason."""

    agent_id: str
    state: str
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True)
class AgentNext(News):
    """An agent has chosen what to rest for after the call, or (empty) to be available after it."""

    agent_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Moved(News):
    """Routing's word to itself: these rows have changed, let the waitlist follow."""

    entries: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    reservations: tuple[str, ...] = ()
