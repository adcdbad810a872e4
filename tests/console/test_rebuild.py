"""`callwright rebuild`: what it counts, and the jobs that were lost with Redis."""

from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from call_flows.loader import load_site
from callbacks.promises import Promise, PromiseState
from console.cli.main import app
from console.rebuilding import rebuild
from console.seeding import agent_specs
from console.wiring import build
from foundation import migrations
from foundation.calls import Call
from foundation.clock import SystemClock
from foundation.db import Database
from foundation.jobs import QUEUE
from foundation.settings import load_settings
from ivr.sites import SiteShelf
from recordings.recording import Recording, RecordingState
from routing import agents

NORTHWIND = Path(__file__).resolve().parents[2] / "call_flows" / "library" / "northwind"


@pytest.fixture
def runtime(tmp_path, monkeypatch, redis_server, redis_client):
    """The house put together on the test's Redis, with callers, a promise for tonight and a recording to fetch."""
    monkeypatch.setenv("CALLWRIGHT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("REDIS_URL", f"unix://{redis_server.socket}")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    settings, clock = load_settings(), SystemClock()
    database = Database(settings.database_url)
    migrations.upgrade(database)
    site = load_site(NORTHWIND)
    SiteShelf(database, clock).publish(site, NORTHWIND)
    database.dispose()
    runtime = build(settings)
    with runtime.parts.db.begin() as session:
        agents.seed(session, agent_specs(site), now=clock.now())
    runtime.parts.routing.rebuild()
    waiting(runtime)
    yield runtime
    runtime.close()


def waiting(runtime):
    now = runtime.parts.clock.now()
    with runtime.parts.db.begin() as session:
        for number, queue in enumerate(("billing", "technical", "billing")):
            call = Call(id=f"CW{number}", direction="inbound", status="in-progress", started_at=now)
            session.add(call)
            session.flush()
            runtime.parts.routing.enqueue(session, call_id=call.id, queue=queue)
        session.add(
            Promise(
                id="PR1", call_id="CW0", number="+12025550142", queue="billing", state=PromiseState.SCHEDULED,
                chosen_time=True, place=now, asked_at=now, due_at=now + timedelta(hours=20),
            )
        )  # fmt: skip
        session.add(
            Recording(
                id="RE1", call_id="CW0", carrier_sid="RE" + "1" * 32, kind="call", state=RecordingState.ASKED,
                asked_at=now, retry_at=now + timedelta(seconds=30),
            )
        )  # fmt: skip


def jobs(redis_client):
    """The jobs that wait now, and those that wait for their time, as the job queue keeps them."""
    return {*redis_client.lrange(f"rq:queue:{QUEUE}", 0, -1), *redis_client.zrange(f"rq:scheduled:{QUEUE}", 0, -1)}


@pytest.mark.promise(12)
def test_a_flushed_redis_has_its_callers_and_its_jobs_again(runtime, redis_client):
    """A callback for tonight, and a recording somebody was fetching, are asked for again; SQL decides whether."""
    rebuild(runtime)
    before = jobs(redis_client)
    assert before == {"callback-PR1-0", "recording-RE1-0"}
    redis_client.flushall()
    done = rebuild(runtime)
    assert (done.waitlist.entries, done.by_queue) == (3, (("billing", 2), ("technical", 1)))
    assert (done.callbacks, done.recordings) == (1, 1)
    assert jobs(redis_client) == before
    again = rebuild(runtime)
    assert again.waitlist == done.waitlist
    assert jobs(redis_client) == before, "a second rebuild asks for nothing twice"


def test_the_command_prints_what_it_has_restored(runtime, redis_client):
    """Counts for whoever wonders whether everybody is still there."""
    redis_client.flushall()
    done = CliRunner().invoke(app, ["rebuild"])
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[1].split()[:3] == ["callers", "waiting", "3"]
    assert "(billing 2, technical 1)" in done.stdout
    assert runtime.parts.routing.mending.waitlist() == []
