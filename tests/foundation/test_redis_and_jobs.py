"""The embedded Redis keeps what it was given; jobs are named functions on both twins."""

import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest
import redis
from rq import Worker  # noqa: TID251 - the real one, to see that it can do what we ask

from foundation.clock import SystemClock
from foundation.errors import ServiceUnavailable
from foundation.jobs import QUEUE, MemoryJobs, RqJobs, resolve, tuned_worker, work
from foundation.redis import EmbeddedRedis, Keys

DONE: list[object] = []


def remember(value):
    DONE.append(value)


@pytest.fixture
def short_folder():
    """A unix socket's path is limited to about a hundred bytes, so not pytest's own folder."""
    folder = Path(tempfile.mkdtemp(prefix="cw"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_the_embedded_server_keeps_what_it_acknowledged_through_a_kill(short_folder):
    """Append-only: after kill -9 and a new start the keys are there (everysec, so after a moment)."""
    server = EmbeddedRedis(short_folder)
    server.start(SystemClock())
    client = redis.Redis(unix_socket_path=str(server.socket), decode_responses=True)
    client.config_set("appendfsync", "always")
    client.set("kept", "yes")
    os.kill(server.pid, signal.SIGKILL)
    server.stop()
    server.start(SystemClock())
    assert client.get("kept") == "yes"
    assert client.config_get("port")["port"] == "0"
    client.close()
    server.stop()
    assert server.pid is None


def test_a_server_that_cannot_start_says_where_its_log_is(short_folder):
    server = EmbeddedRedis(short_folder, binary=shutil.which("false") or "/bin/false")
    with pytest.raises(ServiceUnavailable, match=r"redis\.log"):
        server.start(SystemClock())


def test_keys_of_a_site_share_one_hash_tag():
    """A Redis Cluster then keeps them on one node, where a script may touch them together."""
    keys = Keys("northwind")
    assert keys.name("wait", "billing") == "cw:{northwind}:wait:billing"
    assert keys.live("wall").startswith("cw:{northwind}:")


def test_a_job_is_a_named_function_on_the_memory_twin():
    DONE.clear()
    jobs = MemoryJobs()
    jobs.enqueue(f"{__name__}:remember", 1, job_id="a")
    jobs.enqueue(f"{__name__}:remember", 2, job_id="a")
    assert jobs.run_all() == 1
    assert DONE == [2]


def test_rq_does_the_same_job(redis_server, redis_client):
    """In a worker of its own process, as it runs in a house; the job leaves its mark in Redis."""
    client = redis.Redis(unix_socket_path=str(redis_server.socket))
    mark = f"{redis_server.socket}"
    assert RqJobs(client).enqueue(f"{__name__}:leave_mark", mark, job_id="x")
    Worker([QUEUE], connection=client).work(burst=True, logging_level="ERROR")
    assert redis_client.get("mark") == "done"
    client.close()


def leave_mark(socket):
    with redis.Redis(unix_socket_path=socket) as client:
        client.set("mark", "done")


def test_a_job_queue_that_is_down_says_so_and_raises_nothing():
    gone = redis.Redis(unix_socket_path="/nowhere/redis.sock", retry=None)
    assert not RqJobs(gone).enqueue("builtins:len", [])


def test_a_job_that_names_nothing_is_refused():
    with pytest.raises(ValueError, match="no job"):
        resolve("foundation.jobs:nothing")
    assert callable(work)


@pytest.mark.parametrize("in_process", [False, True])
def test_a_worker_that_died_is_missed_in_half_a_minute(redis_server, in_process):
    """At RQ's own settings its jobs would lie for seven minutes, its place as scheduler for thirteen."""
    client = redis.Redis(unix_socket_path=str(redis_server.socket))
    worker = tuned_worker(client, in_process=in_process)
    assert (worker.worker_ttl, worker.maintenance_interval, worker.job_monitoring_interval) == (30, 15, 5)
    assert worker.dequeue_timeout <= 30, "it looks up from waiting for jobs, and does its maintenance"
    client.close()
