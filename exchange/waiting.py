"""Who waits in the queues of <Enqueue>, and who has come to fetch the next one (<Dial><Queue>)."""

import asyncio
from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from exchange import queues
from exchange.legs import Leg
from exchange.queues import DEFAULT_SIZE, Line
from exchange.twiml.verb import Ask

if TYPE_CHECKING:
    from datetime import datetime

    from exchange.exchange import Exchange


@dataclass(slots=True, eq=False)
class Fetch:
    """Somebody who takes the next one: his leg, and what the one fetched is to hear first."""

    leg: Leg
    greeting: Ask | None
    found: "asyncio.Future[Waiter]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


@dataclass(slots=True, eq=False)
class Waiter:
    """A leg in a queue. `fetched` is done when somebody has come for it; `over` when their talk has ended."""

    leg: Leg
    line_sid: str
    since: float
    fetched: "asyncio.Future[Fetch]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    ready: asyncio.Event = field(default_factory=asyncio.Event)  # the greeting has been heard
    over: asyncio.Event = field(default_factory=asyncio.Event)


class Queues:
    """All queues of an exchange. A queue begins when first named and stays."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self.lines: dict[str, Line] = {}
        self.dates: dict[str, tuple[datetime, datetime]] = {}
        self._waiters: dict[str, Waiter] = {}
        self._fetchers: dict[str, deque[Fetch]] = {}

    async def close(self) -> None:
        """Nothing to give back: the legs are the exchange's."""

    def named(self, name: str) -> Line | None:
        """The queue by its name or SID."""
        return next((one for one in self.lines.values() if name in {one.sid, one.name}), None)

    def open(self, name: str, *, max_size: int | None = None) -> Line:
        """The queue of that name, begun now if need be; a size given changes it."""
        found = self.named(name)
        if found is None:
            found = Line(sid=self._exchange.ids.new("QU"), name=name, max_size=max_size or DEFAULT_SIZE)
            now = self._exchange.clock.now()
            self.dates[found.sid] = (now, now)
        elif max_size is not None:
            found = replace(found, max_size=max_size)
        self.keep(found)
        return found

    def keep(self, line: Line) -> None:
        """The queue as it is now."""
        if self.lines.get(line.sid) is not line:
            self.lines[line.sid] = line
            self.dates[line.sid] = (self.dates[line.sid][0], self._exchange.clock.now())

    def join(self, line: Line, leg: Leg) -> Waiter | None:
        """Put a leg at the end; None when the queue is full. Who has come to fetch somebody gets the first at once."""
        now = self._exchange.clock.monotonic()
        longer = queues.join(line, leg.sid, now)
        if longer is None:
            return None
        self.keep(longer)
        waiter = self._waiters[leg.sid] = Waiter(leg, line.sid, now)
        self._match(line.sid)
        return waiter

    def leave(self, waiter: Waiter) -> int:
        """Take a leg out; whole seconds it has waited."""
        self.keep(queues.leave(self.lines[waiter.line_sid], waiter.leg.sid))
        if self._waiters.get(waiter.leg.sid) is waiter:
            del self._waiters[waiter.leg.sid]
        return max(0, int(self._exchange.clock.monotonic() - waiter.since))

    def waiter(self, call_sid: str) -> Waiter | None:
        """The waiting leg of that call."""
        return self._waiters.get(call_sid)

    def fetch(self, line: Line, leg: Leg, greeting: Ask | None) -> Fetch:
        """Come for the next one of a queue; `found` is done when there is one."""
        fetch = Fetch(leg, greeting)
        self._fetchers.setdefault(line.sid, deque()).append(fetch)
        self._match(line.sid)
        return fetch

    def _match(self, line_sid: str) -> None:
        fetchers = self._fetchers.get(line_sid, deque())
        while fetchers:
            if fetchers[0].found.done():  # given up
                fetchers.popleft()
                continue
            first = next((one for one in self.lines[line_sid].members if not self._taken(one.call_sid)), None)
            if first is None:
                return
            waiter, fetch = self._waiters[first.call_sid], fetchers.popleft()
            waiter.fetched.set_result(fetch)
            fetch.found.set_result(waiter)

    def _taken(self, call_sid: str) -> bool:
        waiter = self._waiters.get(call_sid)
        return waiter is None or waiter.fetched.done()
