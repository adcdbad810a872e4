"""The waitlists a simulation may run on: the twin in memory, or the live scripts in a Redis server of its own."""

import itertools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

import redis

from foundation.clock import SystemClock
from foundation.redis import EmbeddedRedis, Keys
from routing.waitlist import Discipline, Waitlist
from routing.waitlist_memory import MemoryWaitlist
from routing.waitlist_redis import RedisWaitlist

NewWaitlist = Callable[[Discipline], Waitlist]


class Twin(StrEnum):
    """Which of the two."""

    MEMORY = "memory"
    REDIS = "redis"


def in_memory(discipline: Discipline) -> Waitlist:
    """An empty waitlist in memory."""
    return MemoryWaitlist(discipline=discipline)


@contextmanager
def waitlists(twin: Twin) -> Iterator[NewWaitlist]:
    """Makes empty waitlists. A Redis server is started for them and stopped again: never the one of a living house."""
    if twin is Twin.MEMORY:
        yield in_memory
        return
    with tempfile.TemporaryDirectory(prefix="cws") as folder:
        server = EmbeddedRedis(Path(folder))
        server.start(SystemClock())
        client = redis.Redis(unix_socket_path=str(server.socket), decode_responses=True)
        sites = itertools.count(1)

        def new(discipline: Discipline) -> Waitlist:
            client.flushall()
            return RedisWaitlist(client, Keys(f"simulated{next(sites)}"), discipline=discipline)

        try:
            yield new
        finally:
            client.close()
            server.stop()
