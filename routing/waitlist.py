"""The waitlist: the port through which callers and free agents find each other in one atomic step.

It mirrors SQL and proposes; SQL confirms. Whatever is told carries the row's revision, so that what comes late or
twice changes nothing. A proposal (`Offer`) holds both sides until SQL has confirmed or refused it, stands in
the offer box from the same atomic step, and carries a token (the id of the reservation to be) that fences it.
All times are whole microseconds since 1970, and `now` always comes in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from routing.census import Counted
from routing.match import Line

LEASE = 3_000_000
"""For so long a timer handed out is not handed out again: whoever took it may have died."""


class Discipline(StrEnum):
    """Whom a freed agent takes: the longest waiting of all, or of his innermost ring first."""

    LONGEST = "longest"
    INNERMOST = "innermost"


@dataclass(frozen=True, slots=True)
class Disciplines:
    """The site's discipline (None leaves it to the waitlist), and those of agents who have one of their own."""

    site: Discipline | None = None
    agents: Mapping[str, Discipline] = field(default_factory=dict)

    def of(self, agent_id: str) -> Discipline | None:
        """Whom this agent takes."""
        return self.agents.get(agent_id, self.site)


class TimerKind(StrEnum):
    """What a timer is about; the subject is an entry or a reservation."""

    RING = "ring"  # the entry's next ring opens
    LIMIT = "limit"  # the entry has waited as long as it may
    OVERFLOW = "overflow"  # the entry may go over to another queue
    HOLD = "hold"  # the reservation has rung long enough
    WRAP = "wrap"  # the reservation's wrap-up is over


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting entry; `hold` is how long a desk rings for it.

    Until the moment `alone` only the preferred agent is offered it, who must be able to serve the line.
    `floor` is a ring that is open however short the wait.
    """

    entry_id: str
    revision: int
    line: str
    place: int
    arrived: int
    hold: int
    preferred: str = ""
    alone: int = 0
    floor: int = 0


@dataclass(frozen=True, slots=True)
class Idle:
    """A free agent; `occupied` is his part of busy time in billionths, `discipline` his own, where he has one."""

    agent_id: str
    revision: int
    since: int
    occupied: int = 0
    discipline: Discipline | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """An agent held for an entry; `fence` grows with each hold."""

    token: str
    entry_id: str
    agent_id: str
    fence: int
    until: int
    slip: str = field(default="", compare=False)
    """Where the store keeps it; nobody else's business."""


@dataclass(frozen=True, slots=True)
class Due:
    """A timer that has run out; `lease` identifies this handing out."""

    kind: TimerKind
    subject: str
    lease: int


class LineUnknown(Exception):
    """The waitlist does not have that line. Not a failure but a question: open it, then place again."""


class Timers(Protocol):
    """What is due, handed out at least once."""

    def set(self, kind: TimerKind, subject: str, at: int) -> None:
        """Wake at that time; replaces the earlier one of the same kind and subject."""
        ...

    def due(self, now: int, *, limit: int = 100) -> list[Due]:
        """What has run out, oldest first; handed out again after `LEASE` unless `done`.

        Raises WaitlistLost when nothing was built: so a flush is noticed by the next tick, whoever else comes.
        """
        ...

    def done(self, due: Due) -> None:
        """It was dealt with. A timer set anew in the meantime stays."""
        ...


class OfferBox(Protocol):
    """Offers that SQL has yet to confirm or refuse."""

    def pending(self, *, limit: int = 100) -> list[Offer]:
        """The open offers, oldest first; several may read the same one, which is harmless."""
        ...

    def done(self, offer: Offer) -> None:
        """SQL has spoken."""
        ...


class Waitlist(Counted, Protocol):
    """Who waits and who is free. Every method raises WaitlistDown when its store cannot be reached."""

    @property
    def timers(self) -> Timers:
        """The timers of the present."""
        ...

    @property
    def offers(self) -> OfferBox:
        """The box of offers."""
        ...

    def open_line(self, line: Line, members: Mapping[str, int]) -> None:
        """Make the line with its members (agent → ring); an open one stays as it is."""
        ...

    def place(
        self, waiting: Waiting, *, now: int, token: str, settled: str = "", building: bool = False
    ) -> Offer | None:
        """The entry waits; hold the best free agent for it, if there is one.

        `settled` is the token of an offer SQL has refused; `building` places without matching.
        Raises WaitlistLost when nothing was built, LineUnknown when the line is not open.
        """
        ...

    def gone(self, entry_id: str, revision: int) -> None:
        """The entry no longer waits: it was reserved, answered, or left."""
        ...

    def free(self, idle: Idle, *, now: int, token: str, settled: str = "", building: bool = False) -> Offer | None:
        """The agent is free; hold him for the entry whose turn it is, if one waits. Raises WaitlistLost."""
        ...

    def busy(self, agent_id: str, revision: int) -> None:
        """The agent is not free."""
        ...

    def widen(self, entry_id: str, *, now: int, token: str) -> Offer | None:
        """Open the rings the entry has waited for; hold an agent of the new ones. Raises WaitlistLost."""
        ...

    def behind(self, entries: Mapping[str, int], agents: Mapping[str, int]) -> tuple[list[str], list[str]]:
        """Of these entries that wait and agents who are free (id → revision), those it has not been told of."""
        ...

    def reset(self, *, built: bool, fence: int = 0) -> None:
        """Forget everything (`built` false), or declare that everything is there again (true).

        From then on fences are above `fence`: a store that came back from an older copy never counts backwards.
        """
        ...
