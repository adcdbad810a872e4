"""The exchange's time, to be waited for as well as read: real, or virtual, where an hour of hold takes milliseconds."""

import asyncio
import heapq
import itertools
from collections.abc import Coroutine, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol, TypeVar

from foundation.clock import SystemClock

T = TypeVar("T")

START: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_PATIENCE: Final = 40  # turns of the loop that count as "nothing more happens" where its ready queue is not shown


class Clock(Protocol):
    """Time as a parameter: read it, wait for it, and say what must be finished before it may go on."""

    def now(self) -> datetime:
        """The moment, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds since some fixed moment; never goes back."""
        ...

    async def sleep_until(self, moment: float) -> None:
        """Wait until `monotonic()` has reached the moment."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds of this clock."""
        ...

    def working(self) -> AbstractContextManager[None]:
        """While inside, time that is virtual stands still: for a webhook on its way, synthesis, recognition, files."""
        ...


class RealClock:
    """The machine's time."""

    def __init__(self) -> None:
        self._system = SystemClock()

    def now(self) -> datetime:
        """The moment, in UTC."""
        return self._system.now()

    def monotonic(self) -> float:
        """Seconds since some fixed moment; never goes back."""
        return self._system.monotonic()

    async def sleep_until(self, moment: float) -> None:
        """Wait until `monotonic()` has reached the moment."""
        await asyncio.sleep(max(0.0, moment - self.monotonic()))

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds."""
        await asyncio.sleep(max(0.0, seconds))

    @contextmanager
    def working(self) -> Iterator[None]:
        """Real time waits for nobody: does nothing."""
        yield


class VirtualClock:
    """Time that leaps to the next thing awaited, as soon as nobody has anything left to do in the present moment.

    "Nothing left to do" means: no `working()` block is open and no callback of the event loop is ready to run.
    The loop itself is left as it is: a task of the clock's own, alive while somebody sleeps, does the leaping.
    """

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._elapsed = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._outstanding = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._driver: asyncio.Task[None] | None = None

    def now(self) -> datetime:
        """The virtual moment, in UTC."""
        return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        """Virtual seconds since the clock was made."""
        return self._elapsed

    async def sleep_until(self, moment: float) -> None:
        """Wait until virtual time has reached the moment; at once when it is past."""
        if moment <= self._elapsed:
            await asyncio.sleep(0)
            return
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (moment, next(self._order), woken))
        if self._driver is None or self._driver.done():
            self._driver = asyncio.create_task(self._drive(), name="virtual clock")
        await woken

    async def sleep(self, seconds: float) -> None:
        """Wait so many virtual seconds."""
        await self.sleep_until(self._elapsed + seconds)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Hold time still until this block is left."""
        self._outstanding += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._outstanding -= 1
            if not self._outstanding:
                self._idle.set()

    async def _drive(self) -> None:
        while self._sleepers:
            await self._settled()
            moment = self._earliest()
            if moment is None:
                return
            self._elapsed = max(self._elapsed, moment)
            while self._sleepers and self._sleepers[0][0] <= self._elapsed:
                woken = heapq.heappop(self._sleepers)[2]
                if not woken.done():
                    woken.set_result(None)

    def _earliest(self) -> float | None:
        while self._sleepers and self._sleepers[0][2].done():  # cancelled: time need not go there
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None

    async def _settled(self) -> None:
        """Return when no work is outstanding and the loop has nothing ready but us."""
        ready = getattr(asyncio.get_running_loop(), "_ready", None)  # read only; uvloop does not show its own
        quiet = 0
        while quiet < (1 if ready is not None else _PATIENCE):
            await asyncio.sleep(0)
            if self._outstanding:
                await self._idle.wait()
                quiet = 0
            elif ready:
                quiet = 0
            else:
                quiet += 1


async def within(clock: Clock, seconds: float, work: Coroutine[object, object, T]) -> T:
    """The result of the work, or TimeoutError (and the work cancelled) once the clock shows so many seconds more."""
    task = asyncio.ensure_future(work)
    limit = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait({task, limit}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise TimeoutError
        return task.result()
    finally:
        task.cancel()
        limit.cancel()
        await asyncio.gather(task, limit, return_exceptions=True)
