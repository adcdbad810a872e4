"""Promise 10: a Redis that is killed with -9 twenty times under load has lost no job that it took."""

import os
import signal
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from console.supervisor import Program, Supervisor
from foundation.clock import SystemClock
from foundation.jobs import RqJobs
from foundation.redis import connect
from foundation.settings import load_settings

pytestmark = [pytest.mark.promise(10), pytest.mark.slow, pytest.mark.timeout(600)]
KILLS = 20
GAP = 0.5
A_LIFE = 40
"""So many jobs are taken between two kills."""
DRAIN = 240.0
"""Longer than it takes until a job is seen to have died with the connection of its worker."""
ROOT = Path(__file__).resolve().parents[2]
WORKER = """
from foundation.jobs import work
from foundation.redis import connect
from foundation.settings import load_settings
work(connect(load_settings(), as_bytes=True), in_process=True)
"""


@pytest.fixture
def house():
    """Redis and two workers, each started again when it falls."""
    folder = Path(tempfile.mkdtemp(prefix="cw"))
    settings = load_settings({**os.environ, "CALLWRIGHT_HOME": str(folder), "REDIS_URL": ""})
    environment = {**settings.environment, "PYTHONPATH": str(ROOT)}
    places = (str(folder / "redis"), str(settings.redis_socket))
    programs = [Program("redis", (sys.executable, "-m", "foundation.embedded", *places), environment, outlives=True)]
    programs += [Program(f"worker{number}", (sys.executable, "-c", WORKER), environment) for number in (1, 2)]
    supervisor, over = Supervisor(folder / "logs", SystemClock(), on_fall=lambda *_: None), threading.Event()

    def tend():
        while not over.is_set():
            supervisor.tend()

    thread = threading.Thread(target=tend)
    supervisor.start(programs)
    thread.start()
    yield supervisor, settings, folder
    over.set()
    thread.join()
    supervisor.stop()


def test_no_acknowledged_job_is_lost_while_redis_is_killed_twenty_times(house):
    """What `enqueue` has said yes to is done, once at least; what it said no to is for the ticker to ask again."""
    supervisor, settings, folder = house
    jobs, clock, pause = RqJobs(connect(settings, as_bytes=True)), SystemClock(), threading.Event()
    notes, acknowledged, refused = folder / "notes", set(), 0
    began, taken, kills, number = clock.monotonic(), 0, 0, 0
    while kills < KILLS:
        number += 1
        if jobs.enqueue("tests.chaos.noting:note", str(notes), number):
            acknowledged.add(number)
            taken += 1
        else:
            refused += 1
        pause.wait(0.01)
        if taken >= A_LIFE and clock.monotonic() > began + GAP:
            os.kill(supervisor.pid_of("redis"), signal.SIGKILL)
            kills, taken, began = kills + 1, 0, clock.monotonic()
    limit = clock.monotonic() + DRAIN
    while clock.monotonic() < limit and not acknowledged <= done(notes):
        pause.wait(0.5)
    assert acknowledged - done(notes) == set(), f"of {len(acknowledged)} taken, {refused} refused"
    assert len(acknowledged) >= KILLS * A_LIFE


def done(notes):
    return {int(line) for line in notes.read_text().split()} if notes.exists() else set()
