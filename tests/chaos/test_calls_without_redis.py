"""Promise 8: Redis is stopped while fifty people call: nobody is cut off, nothing answers 500, all keep their place."""

import asyncio
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from console.seeding import seed
from console.web import web_app
from console.wiring import build
from exchange.clock import VirtualClock
from exchange.config import ExchangeConfig, Number
from exchange.exchange import Exchange, Senses
from exchange.transports import WsgiTransport
from exchange.twins import TwinEars, TwinPrompts, TwinVoice
from foundation import migrations
from foundation.clock import SystemClock
from foundation.db import Database
from foundation.ids import CountingIds
from foundation.redis import EmbeddedRedis
from foundation.settings import load_settings
from routing.entries import QueueEntry
from routing.reservations import Reservation

pytestmark = [pytest.mark.promise(8), pytest.mark.slow, pytest.mark.timeout(300)]
BASE, NUMBER, CALLS = "http://app.test", "+12025550100", 50


class Watched:
    """Carries webhooks and keeps what was answered."""

    def __init__(self, inside):
        self._inside = inside
        self.answers = []

    async def send(self, request):
        response = await self._inside.send(request)
        self.answers.append((urlsplit(request.url).path, response.status, response.body.decode()))
        return response

    async def close(self):
        await self._inside.close()


@pytest.fixture
def away():
    """The whole house on the shipped bank, with a Redis that can be stopped."""
    home, clock = Path(tempfile.mkdtemp(prefix="cw")), VirtualClock()
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    settings = load_settings({**kept, "CALLWRIGHT_HOME": str(home), "PUBLIC_BASE_URL": BASE})
    server = EmbeddedRedis(settings.redis_socket.parent)
    server.start(SystemClock())
    database = Database(settings.database_url)
    migrations.upgrade(database)
    seed(settings, database, clock)
    runtime = build(settings, clock=clock)
    runtime.parts.routing.rebuild()
    yield runtime, server, clock
    runtime.close()
    database.dispose()
    server.stop()
    shutil.rmtree(home, ignore_errors=True)


def test_fifty_calls_go_on_while_redis_is_stopped(away):
    runtime, server, clock = away
    answers, line = asyncio.run(play(runtime, server, clock))
    assert [answer for answer in answers if answer[1] >= 300] == []
    assert [path for path, _, _ in answers if path == "/voice/fallback"] == [], "a document was missing or broken"
    assert len(line) == CALLS
    with runtime.parts.db.begin() as session:
        first = session.scalars(select(QueueEntry).order_by(QueueEntry.place, QueueEntry.id)).first()
        offered = session.scalars(select(Reservation.entry_id)).all()
    assert offered == [first.id], "back again, Redis knows who is first"


async def play(runtime, server, clock):
    """Half call before Redis stops, half while it is away; all wait; it comes back, and an agent is ready."""
    watched = Watched(WsgiTransport({BASE: web_app(runtime)}, clock=clock))
    settings = runtime.parts.settings
    number = Number(
        voice_url=f"{BASE}/voice/incoming",
        fallback_url=f"{BASE}/voice/fallback",
        status_callback=f"{BASE}/voice/status",
    )
    exchange = Exchange(
        config=ExchangeConfig(
            account_sid=settings.account_sid, auth_token=settings.auth_tokens[0], numbers={NUMBER: number}, data_dir=""
        ),
        clock=clock,
        ids=CountingIds(),
        transport=watched,
        senses=Senses(voice=TwinVoice(), prompts=TwinPrompts(), ears=TwinEars()),
    )
    try:
        before = [await into_the_queue(exchange, place) for place in range(CALLS // 2)]
        server.stop()
        after = [await into_the_queue(exchange, place) for place in range(CALLS // 2, CALLS)]
        await clock.sleep(90)  # some turns of what a waiting caller hears
        waiting = [caller for caller in (*before, *after) if not caller.status]
        server.start(SystemClock())
        runtime.parts.routing.tick()
        runtime.parts.routing.agents.sign_in("ben")
        runtime.parts.routing.agents.set_available("ben")
        for caller in waiting[1:]:
            caller.hangs_up()
        await clock.sleep(5)
        return watched.answers, waiting
    finally:
        await exchange.close()


async def into_the_queue(exchange, place):
    """One caller for technical help."""
    caller = exchange.call(to=NUMBER, from_=f"+1202555{100 + place:04d}")
    await caller.hears("technical help")
    await caller.presses("3")
    await caller.meets("enqueue")
    return caller
