"""The timers and the box of offers of the waitlist in memory."""

from collections.abc import Callable
from threading import RLock

from routing.sorted_set import SortedSet
from routing.waitlist import LEASE, Due, Offer, TimerKind

_OF_ENTRIES = tuple(f"{kind}|" for kind in (TimerKind.RING, TimerKind.LIMIT, TimerKind.OVERFLOW))
_PREFIX = {kind: f"{kind}|" for kind in TimerKind}


class MemoryTimers:
    """Timers in memory."""

    def __init__(self, lock: RLock, check: Callable[[], None]) -> None:
        self._lock = lock
        self._check = check
        self._due = SortedSet()

    def set(self, kind: TimerKind, subject: str, at: int) -> None:
        """Wake at that time."""
        with self._lock:
            self._due.add(_PREFIX[kind] + subject, at)

    def cancel(self, kind: TimerKind, subject: str) -> None:
        """Do not wake."""
        with self._lock:
            self._due.remove(_PREFIX[kind] + subject)

    def cancel_entry(self, entry_id: str) -> None:
        """Do not wake for the entry, whatever the reason; whoever calls holds the lock."""
        for prefix in _OF_ENTRIES:
            self._due.remove(prefix + entry_id)

    def due(self, now: int, *, limit: int = 100) -> list[Due]:
        """What has run out, under a lease."""
        with self._lock:
            self._check()
            members = self._due.until(now, limit)
            for member in members:
                self._due.add(member, now + LEASE)
        split = (member.split("|", 1) for member in members)
        return [Due(TimerKind(kind), subject, now + LEASE) for kind, subject in split]

    def done(self, due: Due) -> None:
        """Dealt with."""
        with self._lock:
            member = _PREFIX[due.kind] + due.subject
            if self._due.score(member) == due.lease:
                self._due.remove(member)

    def clear(self) -> None:
        """Forget all."""
        self._due = SortedSet()


class MemoryOffers:
    """Offers in memory."""

    def __init__(self, lock: RLock) -> None:
        self._lock = lock
        self._open: dict[str, Offer] = {}
        self._fence = 0

    def write(self, token: str, entry_id: str, agent_id: str, until: int) -> Offer:
        """A new hold."""
        self._fence += 1
        offer = self._open[token] = Offer(token, entry_id, agent_id, self._fence, until)
        return offer

    def pending(self, *, limit: int = 100) -> list[Offer]:
        """The open offers, oldest first."""
        with self._lock:
            return list(self._open.values())[:limit]

    def done(self, offer: Offer) -> None:
        """SQL has spoken."""
        with self._lock:
            self._open.pop(offer.token, None)

    def clear(self) -> None:
        """Forget all, the fence too, as a flushed Redis does."""
        self._open, self._fence = {}, 0

    def above(self, fence: int) -> None:
        """Count on from there, at least."""
        self._fence = max(self._fence, fence)
