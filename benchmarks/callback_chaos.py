"""Callbacks while every process of the house is killed with -9, again and again: none lost, none dialled twice.

`python -m benchmarks.callback_chaos [--short]` prints what it did and, last, `lost 0 doubled 0 late_p99 1.2s`; it
leaves with 1 when a promise is broken, with 2 when all are kept but the latest of a hundred is later than 5 s.

A whole house runs as `callwright` runs it: two web apps at one port, two workers, two tickers, a Redis that appends to
its file, SQLite (or PostgreSQL, `--postgres`, at CALLWRIGHT_TEST_POSTGRES). Beside it runs our exchange, which nobody
kills: it is the carrier, and counts. Callers are owed callbacks all the time, half of them in line, half at a chosen
time. Agents take them over the desk's own addresses; customers pick up, press 1, talk and hang up. Meanwhile one
process after the other, chosen by chance, is killed, and once, with callers waiting, Redis is flushed.

What is counted stands in `benchmarks.callback_chaos_count`.
"""

import argparse
import asyncio
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import aiohttp
from redis.exceptions import RedisError
from sqlalchemy import select, text

from benchmarks.callback_chaos_carrier import DialBook, customer_at, reachable
from benchmarks.callback_chaos_count import Counted, Owed, open_promises, print_count
from benchmarks.callback_chaos_desk import Floor
from benchmarks.callback_chaos_house import House, free_port, settings_of, write_site
from callbacks.promises import Promise
from console.wiring import Runtime, build
from exchange.config import ExchangeConfig
from exchange.exchange import Exchange, Senses
from exchange.server import running
from exchange.twins import TwinEars, TwinPrompts, TwinVoice
from foundation.calls import Call
from foundation.clock import SystemClock
from foundation.db import Database
from foundation.ids import RandomIds
from foundation.logs import configure
from routing.entries import EntryState, QueueEntry

LATEST = 5.0
LATE = 2  # what we leave with when nothing is lost, doubled or early, but late
QUEUE = "callbacks"
IN_THE_FLUSH = 20
CALM = 15.0
"""Seconds of load before the first process is killed: what the machine can do."""
TAIL = 20.0
"""Seconds for which callbacks fall due after the last was promised."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how hard."""

    callbacks: int
    kills: int
    rate: float
    agents: int
    drain: float


SHORT = Plan(callbacks=80, kills=24, rate=2.0, agents=10, drain=35.0)
LONG = Plan(callbacks=10_000, kills=200, rate=3.0, agents=24, drain=120.0)


class Run:
    """One run: promises, kills, the flush, the count."""

    def __init__(self, plan: Plan, house: House, runtime: Runtime, exchange: Exchange, chance: random.Random) -> None:
        self.plan, self.house, self.runtime, self.exchange = plan, house, runtime, exchange
        self.book, self.owed = DialBook(), Owed()
        self._chance = chance
        self._clock = SystemClock()

    async def whole(self, floor: Floor) -> None:
        """Make promises and kill until all is made, then wait until all is kept."""
        flush_at = self.plan.callbacks // 2
        kills = asyncio.create_task(self._kill())
        for number in range(self.plan.callbacks):
            await asyncio.to_thread(self._promise, number)
            if number == flush_at:
                kills.cancel()
                await self._flush(floor)
                kills = asyncio.create_task(self._kill())
            await asyncio.sleep(self._chance.expovariate(self.plan.rate))
        await kills
        await self._drain()

    def _promise(self, place: int) -> None:
        number = _number(place)
        customer_at(self.exchange, self.book, number)
        parts, now = self.runtime.parts, self._clock.now()
        chosen = now + timedelta(seconds=self._chance.uniform(2, 20)) if self._chance.random() < 0.5 else None
        with parts.db.begin() as session:
            promise = parts.callbacks.promise(session, call_id="CWchaos", number=number, queue=QUEUE, due_at=chosen)
        if not isinstance(promise, Promise):
            raise TypeError(f"no promise for {number}: {promise.reason}")
        self.owed.due[number] = promise.due_at

    async def _kill(self) -> None:
        gap = (self.plan.callbacks / self.plan.rate - CALM + TAIL) / (self.plan.kills + 1)
        await asyncio.sleep(0 if self.owed.first_kill else CALM)
        self.owed.first_kill = self.owed.first_kill or self._clock.now()
        while self.house.kills.total < self.plan.kills:
            if self.house.kill_one():
                await asyncio.sleep(gap * self._chance.uniform(0.5, 1.5))
            else:
                await asyncio.sleep(0.1)

    async def _flush(self, floor: Floor) -> None:
        """Let callers wait, flush Redis, and see whether everybody stands where he stood."""
        began = self._clock.now()
        await asyncio.wait_for(floor.all_rest(), 60)
        await self._until(lambda: len(self._line()) >= min(IN_THE_FLUSH, self.plan.callbacks // 10), seconds=25)
        await self._until(lambda: set(self._order()) >= set(self._line()))
        before = await asyncio.to_thread(self._order)
        await asyncio.to_thread(self.runtime.redis.flushall)
        await self._until(lambda: set(self._order()) >= set(before))
        after = await asyncio.to_thread(self._order)
        self.owed.order_kept = [entry for entry in after if entry in set(before)] == before
        print(f"flushed Redis with {len(before)} in line: the same order {self.owed.order_kept}")
        floor.at_work = True
        self.owed.rests.append((began, self._clock.now()))

    async def _until(self, condition: Callable[[], bool], *, seconds: float = LATEST) -> None:
        """Wait for something that is asked of the database or of Redis; at most so many seconds."""
        limit = self._clock.monotonic() + seconds
        while self._clock.monotonic() < limit and not await asyncio.to_thread(condition):  # noqa: ASYNC110
            await asyncio.sleep(0.1)

    def _order(self) -> list[str]:
        """The line as Redis has it."""
        try:
            prefix = self.runtime.keys.name("routing", "wait")
            keys = sorted(self.runtime.redis.scan_iter(match=f"{prefix}:*"))
            return [str(entry) for key in keys for entry in self.runtime.redis.zrange(key, 0, -1)]
        except RedisError:
            return []

    def _line(self) -> list[str]:
        with self.runtime.parts.db.begin() as session:
            rows = select(QueueEntry.id).where(QueueEntry.state == EntryState.WAITING)
            return list(session.scalars(rows.order_by(QueueEntry.place)))

    async def _drain(self) -> None:
        """Until all is kept, or until so long after the last was due."""
        last = max(0.0, (max(self.owed.due.values()) - self._clock.now()).total_seconds())
        await self._until(lambda: not open_promises(self.runtime.parts.db), seconds=last + self.plan.drain)


def _number(place: int) -> str:
    """A number of the range reserved for stories, of one area code after the other."""
    areas = [202, 212, 213, 214, 215, 216, 217, 218, 219, 224, 225, 228, 229, 231, 234, 239, 240, 248, 251, 252]
    areas += [253, 254, 256, 260, 262, 267, 269, 270, 276, 281, 301, 302, 303, 304, 305, 307, 308, 309, 310, 312]
    areas += [313, 314, 315, 316, 317, 318, 319, 320, 321, 323, 325, 330, 334, 336, 337, 339, 347, 351, 352, 360]
    areas += [361, 386, 401, 402, 404, 405, 406, 407, 408, 409, 410, 412, 413, 414, 415, 417, 419, 423, 424, 425]
    areas += [432, 434, 435, 440, 443, 458, 469, 478, 479, 480, 484, 501, 502, 503, 504, 505, 507, 508, 509]
    return f"+1{areas[place // 100]}55501{place % 100:02d}"


@contextmanager
def tended(house: House) -> Iterator[None]:
    """The house with somebody who starts again what falls."""
    over = threading.Event()

    def tend() -> None:
        while not over.is_set():
            house.tend()

    thread = threading.Thread(target=tend, name="supervisor")
    house.start()
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        house.stop()


async def chaos(plan: Plan, folder: Path, database_url: str | None, seed: int) -> Counted:
    """One run on a house of its own in the folder."""
    chance, clock = random.Random(seed), SystemClock()
    home, site, port = folder / "home", folder / "site", free_port()
    agents = write_site(site, plan.agents)
    settings = settings_of(home, site, exchange_port=port, database_url=database_url)
    house = House(settings, clock, chance)
    database = house.prepare()
    config = ExchangeConfig(
        port=port,
        account_sid=settings.account_sid,
        auth_token=settings.auth_tokens[0],
        data_dir=str(folder / "exchange"),
    )
    senses = Senses(voice=TwinVoice(), prompts=TwinPrompts(), ears=TwinEars())
    with tended(house):
        async with running(config, senses=senses) as exchange:
            runtime = build(settings)
            try:
                run = Run(plan, house, runtime, exchange, chance)
                _asked_on(database)
                reachable(exchange, run.book, agents=agents)
                floor = Floor(settings.public_base_url, database, house.people)
                await _answers(runtime, floor)
                work = asyncio.create_task(floor.work())
                await run.whole(floor)
                work.cancel()
                await asyncio.gather(work, return_exceptions=True)
                return print_count(run.owed, run.book, house.kills, database)
            finally:
                (folder.parent / "callback_chaos.log").write_text(house.words(), encoding="utf-8")
                runtime.close()
                database.dispose()


def _asked_on(db: Database) -> None:
    """The call on which all the callbacks were asked for."""
    with db.begin() as session:
        session.add(
            Call(id="CWchaos", direction="inbound", status="completed", dialled="+12025550100", site="chaos",
                 flow="front", started_at=SystemClock().now())
        )  # fmt: skip


async def _answers(runtime: Runtime, floor: Floor) -> None:
    """Wait for Redis and the web app, then log everybody in."""
    for _ in range(300):
        try:
            await asyncio.to_thread(runtime.redis.ping)
            await floor.open()
        except (RedisError, OSError, aiohttp.ClientError):
            await asyncio.sleep(0.2)
        else:
            return
    raise RuntimeError("the house did not come up")


@contextmanager
def postgresql() -> Iterator[str]:
    """A schema of this run's own in the PostgreSQL at CALLWRIGHT_TEST_POSTGRES."""
    url, schema = os.environ["CALLWRIGHT_TEST_POSTGRES"], RandomIds().new("cw_chaos_")
    outside = Database(url)
    with outside.engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    try:
        yield f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{schema}"
    finally:
        with outside.engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        outside.dispose()


def main() -> int:
    """A house of its own in a folder of its own, tormented, counted, and gone."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.callback_chaos")
    parser.add_argument("--short", action="store_true", help="a minute, for CI")
    parser.add_argument("--callbacks", type=int)
    parser.add_argument("--kills", type=int)
    parser.add_argument("--rate", type=float, help="promises a second")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", action="store_true", help="on CALLWRIGHT_TEST_POSTGRES instead of SQLite")
    given = parser.parse_args()
    plan = SHORT if given.short else LONG
    asked = {"callbacks": given.callbacks, "kills": given.kills, "rate": given.rate}
    plan = replace(plan, **{name: value for name, value in asked.items() if value})
    configure(level="ERROR")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever stops us stops the house too
    folder = Path(tempfile.mkdtemp(prefix="cw"))
    try:
        with postgresql() if given.postgres else nullcontext() as url:
            counted = asyncio.run(chaos(plan, folder, url, given.seed))
        return (0 if counted.in_time else LATE) if counted.kept else 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
