"""Matches with reservation a second at 100, 1,000 and 10,000 agents, over those of a script that scans all agents.

`python -m benchmarks.match` prints what it did and, last, `ratio N`; it leaves with 1 when a goal is missed.

Eight processes drive the waitlist of the house (`routing.waitlist_redis`, its Lua as it runs) in a Redis server of
their own that appends to its file. 50 queues ask for one skill each, an agent has four of them, three agents in ten are
idle. Two things are measured, one after the other:

- a burst: callers arrive at once, and each `place` is a whole match in one script: the longest idle agent found, agent
  and caller held, lease, fence and offer written. *Server side* is what the server itself says: matches made, over the
  seconds that `INFO commandstats` has counted in `evalsha` during the burst. That is the rate at which one Redis could
  match if nobody had to carry questions and answers; clients, sockets and Python are not in it.
- cycles: match, both sides told that SQL has confirmed, the offer done, the agent free again, as fast as eight clients
  can. Latency is that of `place` as the client sees it, redis-py included, with all eight at it.

A reservation is double when a token, a fence, a caller or an agent of a burst comes twice, or when in the cycles an
agent is held whom another client holds. The baseline reads state and skill of every agent and holds the longest idle.
"""

import itertools
import multiprocessing
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import cast

import redis

from foundation.clock import SystemClock
from foundation.redis import EmbeddedRedis, Keys
from routing.match import Line
from routing.waitlist import Idle, Offer, Waiting
from routing.waitlist_redis import RedisWaitlist

SIZES = (100, 1_000, 10_000)
CLIENTS = 8
SKILLS, EACH, IDLE = 50, 4, 0.3
BURST_MATCHES = 4_000
SECONDS = 3.0
SCANS = 40
GOAL_RATE, GOAL_P99, GOAL_FLAT = 20_000.0, 5.0, 2.0
HOLD = 20_000_000
NOW = 1_772_463_600_000_000
NAIVE = """
local found, best
for number = 0, tonumber(ARGV[1]) - 1 do
  local row = redis.call('HMGET', KEYS[1] .. number, 'state', 'since', 'skill' .. ARGV[2])
  if row[1] == 'idle' and row[3] and (not best or tonumber(row[2]) < best) then
    found, best = number, tonumber(row[2])
  end
end
if not found then return false end
redis.call('HSET', KEYS[1] .. found, 'state', 'held', 'token', ARGV[3])
redis.call('ZADD', KEYS[1] .. 'due', ARGV[4], ARGV[3])
return found
"""


def skills_of(agent: int) -> list[int]:
    """Four of the fifty, spread evenly."""
    return [(agent * 7 + place * 13) % SKILLS for place in range(EACH)]


def lines() -> list[Line]:
    """A line for each skill."""
    return [Line(f"q{skill}", f"q{skill}", (0,)) for skill in range(SKILLS)]


@dataclass(slots=True)
class Told:
    """What one client has to tell."""

    offers: list[tuple[str, str, str, int]] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    cycles: int = 0
    seconds: float = 0.0
    doubles: int = 0


class Client:
    """One process: arrivals, and the word that SQL has confirmed."""

    def __init__(self, socket: str, number: int, idle: list[int]) -> None:
        self._redis = redis.Redis(unix_socket_path=socket)
        self._waitlist = RedisWaitlist(self._redis, Keys("bench"))
        self._number = number
        self._count = itertools.count()
        self._idle = idle
        self._revisions: dict[str, int] = {}
        self.told = Told()

    def arrive(self) -> Offer | None:
        """A caller with the skill of one agent or another; the offer, if an agent was idle."""
        count = next(self._count)
        agent = self._idle[(count * CLIENTS + self._number) % len(self._idle)]
        line = f"q{skills_of(agent)[count % EACH]}"
        entry = Waiting(f"QE{self._number}-{count}", 1, line, NOW + count, NOW, HOLD)
        began = time.perf_counter()
        offer = self._waitlist.place(entry, now=NOW, token=f"RV{self._number}-{count}")
        self.told.latencies.append(time.perf_counter() - began)
        if offer is None:
            self._waitlist.gone(entry.entry_id, 2)
        return offer

    def confirm(self, offer: Offer) -> int:
        """SQL has confirmed: neither waits; the agent's revision from now on (SQL would know it)."""
        revision = 2 * offer.fence
        self._waitlist.gone(offer.entry_id, 2)
        self._waitlist.busy(offer.agent_id, revision)
        self._waitlist.offers.done(offer)
        return revision

    def free(self, offer: Offer, revision: int) -> None:
        """The call is over."""
        self._waitlist.free(Idle(offer.agent_id, revision + 1, NOW + offer.fence), now=NOW, token=f"RVf{offer.token}")

    def burst(self, number: int, arrivals: int, barrier: Barrier) -> None:
        """Arrivals while the others arrive too; then everybody is free again."""
        barrier.wait()
        offers = [offer for _ in range(arrivals) if (offer := self.arrive())]
        barrier.wait()
        self.told.offers += [
            (offer.token, offer.entry_id, f"{offer.agent_id} in {number}", offer.fence) for offer in offers
        ]
        for offer, revision in [(offer, self.confirm(offer)) for offer in offers]:
            self.free(offer, revision)
        barrier.wait()

    def cycles(self, barrier: Barrier) -> None:
        """Whole cycles for some seconds; an agent whom somebody else holds is counted."""
        self.told.latencies.clear()
        barrier.wait()
        began = time.perf_counter()
        while time.perf_counter() < began + SECONDS:
            offer = self.arrive()
            if offer is None:
                continue
            self.told.doubles += not self._redis.set(f"held:{offer.agent_id}", offer.token, nx=True)
            revision = self.confirm(offer)
            self._redis.delete(f"held:{offer.agent_id}")
            self.free(offer, revision)
            self.told.cycles += 1
        self.told.seconds = time.perf_counter() - began


def run_client(
    socket: str, number: int, size: int, plan: tuple[int, int], barrier: Barrier, told: "Queue[Told]"
) -> None:
    """What a client process does."""
    client = Client(socket, number, [agent for agent in range(size) if is_idle(agent)])
    bursts, arrivals = plan
    for burst in range(bursts):
        client.burst(burst, arrivals, barrier)
    client.cycles(barrier)
    told.put(client.told)


def is_idle(agent: int) -> bool:
    """Three of ten."""
    return agent % 10 < IDLE * 10


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found at one number of agents; rates a second, times in milliseconds."""

    size: int
    matches: int
    rate: float
    cycles: float
    p50: float
    p99: float
    doubles: int
    naive: float


def measure(server: EmbeddedRedis, size: int) -> Measured:
    """Fill, burst, cycle, scan."""
    client = redis.Redis(unix_socket_path=str(server.socket))
    client.flushall()
    fill(client, size)
    arrivals = max(1, round(size * IDLE / 2 / CLIENTS))
    bursts = max(2, round(BURST_MATCHES / (arrivals * CLIENTS)))
    barrier, told = multiprocessing.Barrier(CLIENTS + 1), cast("Queue[Told]", multiprocessing.Queue())
    clients = [
        multiprocessing.Process(
            target=run_client, args=(str(server.socket), number, size, (bursts, arrivals), barrier, told)
        )
        for number in range(CLIENTS)
    ]
    for process in clients:
        process.start()
    spent = 0.0
    for _ in range(bursts):
        before = seconds_in_scripts(client)
        barrier.wait()
        barrier.wait()
        spent += seconds_in_scripts(client) - before
        barrier.wait()
    barrier.wait()
    found = [told.get() for _ in clients]
    for process in clients:
        process.join()
    matches = sum(len(one.offers) for one in found)
    latencies = statistics.quantiles([ms * 1000 for one in found for ms in one.latencies], n=100)
    cycles = sum(one.cycles / one.seconds for one in found)
    doubles = count_doubles(found)
    naive = scan(client, size)
    client.close()
    return Measured(size, matches, matches / spent, cycles, latencies[49], latencies[98], doubles, naive)


def fill(client: "redis.Redis", size: int) -> None:
    """The house of that size: lines with their members, agents idle or busy; the same for the baseline."""
    waitlist = RedisWaitlist(client, Keys("bench"))
    members: dict[int, dict[str, int]] = {skill: {} for skill in range(SKILLS)}
    for agent in range(size):
        for skill in skills_of(agent):
            members[skill][f"a{agent}"] = 0
    for skill, line in enumerate(lines()):
        waitlist.open_line(line, members[skill])
    pipeline = client.pipeline(transaction=False)
    for agent in range(size):
        if is_idle(agent):
            waitlist.free(Idle(f"a{agent}", 0, NOW - agent), now=NOW, token="", building=True)
        else:
            waitlist.busy(f"a{agent}", 0)
        row: dict[str, str | int] = {"state": "idle" if is_idle(agent) else "busy", "since": NOW - agent}
        pipeline.hset(f"naive:{agent}", mapping=row | {f"skill{skill}": 1 for skill in skills_of(agent)})  # type: ignore[arg-type]
    pipeline.execute()
    waitlist.reset(built=True)


def seconds_in_scripts(client: "redis.Redis") -> float:
    """What the server has counted so far."""
    stats = client.info("commandstats")
    return float(stats.get("cmdstat_evalsha", {"usec": 0})["usec"]) / 1e6


def scan(client: "redis.Redis", size: int) -> float:
    """Matches a second of the script that reads every agent; server side, too."""
    script = client.register_script(NAIVE)
    script(keys=["naive:"], args=[0, 0, "", 0])
    before = seconds_in_scripts(client)
    for number in range(SCANS):
        held = script(keys=["naive:"], args=[size, number % SKILLS, f"RV{number}", NOW + HOLD])
        if held is not None:
            client.hset(f"naive:{int(held)}", "state", "idle")
    return SCANS / (seconds_in_scripts(client) - before)


def count_doubles(found: Sequence[Told]) -> int:
    """Tokens, callers, agents and fences that came twice in a burst, and agents held by two in the cycles."""
    offers = [offer for one in found for offer in one.offers]
    repeated = sum(len(offers) - len({offer[place] for offer in offers}) for place in range(4))
    return repeated + sum(one.doubles for one in found)


@contextmanager
def server() -> Iterator[EmbeddedRedis]:
    """A Redis of our own."""
    folder = Path(tempfile.mkdtemp(prefix="cw"))
    embedded = EmbeddedRedis(folder)
    embedded.start(SystemClock())
    try:
        yield embedded
    finally:
        embedded.stop()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Measure, print, and say whether it is good enough."""
    print(f"{CLIENTS} clients, {SKILLS} skills, {EACH} an agent, {IDLE:.0%} idle; {os.cpu_count()} cores")
    with server() as embedded:
        found = [measure(embedded, size) for size in SIZES]
    for one in found:
        print(
            f"{one.size:6,} agents: {one.rate:7,.0f} matches/s server side ({1e6 / one.rate:.0f} µs, "
            f"{one.matches:,} made), {one.cycles:6,.0f} cycles/s, place p50 {one.p50:.2f} ms p99 {one.p99:.2f} ms, "
            f"double {one.doubles}, scan {one.naive:,.0f}/s"
        )
    largest = found[-1]
    flat = max(one.rate for one in found) / min(one.rate for one in found)
    doubles = sum(one.doubles for one in found)
    print(
        f"from {SIZES[0]} to {SIZES[-1]:,} agents the fastest is {flat:.2f} times the slowest, "
        f"double reservations {doubles}"
    )
    print(f"ratio {largest.rate / largest.naive:.0f}")
    good = largest.rate >= GOAL_RATE and largest.p99 < GOAL_P99 and flat <= GOAL_FLAT and not doubles
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
