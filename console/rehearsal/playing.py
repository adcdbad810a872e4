"""Dialogues played over the real exchange: a house, an exchange and a caller for each, under a virtual clock."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, cast

import aiohttp
from aiohttp import web

from call_flows.loaded import LoadedSite
from call_flows.scenario.conversation import Conversation
from call_flows.scenario.failure import Failure, Unmet
from call_flows.scenario.outside import Outside
from call_flows.scenario.playing import Outcome, stands
from call_flows.scenario.reading import Scenario
from call_flows.scenario.world import Scene, scene_of, world_of
from call_flows.state import CallState, Position
from console.rehearsal.acting import Acting
from console.rehearsal.given import NotOverAudio, prepared, refuse, write_customer
from console.rehearsal.house import BASE, TOKEN, House, build
from console.rehearsal.prompts import SitePrompts
from console.rehearsal.seen import Seen
from exchange.clock import VirtualClock
from exchange.config import ExchangeConfig, Number
from exchange.exchange import Exchange
from exchange.lines.scripted import NotHeard
from exchange.log import ExchangeLog
from exchange.senses import Engines, given_model, real_senses
from exchange.server import create_app
from exchange.transports import WsgiTransport
from foundation.ids import RandomIds
from foundation.logs import configure

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

TICK = 1.0


def player(site: LoadedSite, scenarios: Iterable[Scenario]) -> Iterable[Outcome]:
    """Play dialogues over audio, one after the other; the speech model is loaded once."""
    configure(level="ERROR")
    engines = Engines(given_model(""))
    return [asyncio.run(_play(site, scenario, engines)) for scenario in scenarios]


async def _play(site: LoadedSite, scenario: Scenario, engines: Engines) -> Outcome:
    scene = scene_of(world_of(site), scenario.flow, scenario.given)
    try:
        refuse(scenario)
        with tempfile.TemporaryDirectory(prefix="callwright-") as folder:
            return await _converse(site, scenario, scene, engines, Path(folder))
    except NotOverAudio as why:
        return Outcome(scenario, None, 0.0, (), skipped=f"not over audio: {why}")


@dataclass(frozen=True, slots=True)
class _Take:
    """One dialogue about to be played, with the site as it is given."""

    scenario: Scenario
    scene: Scene
    site: LoadedSite
    dialled: str
    outside: Outside
    listens: Callable[[str], bool]
    """Whether a model listens to a language."""


async def _converse(site: LoadedSite, scenario: Scenario, scene: Scene, engines: Engines, folder: Path) -> Outcome:
    clock = VirtualClock(scene.start.astimezone(UTC))
    made, dialled = prepared(site, scenario, scene)
    take = _Take(
        scenario, scene, made, dialled, Outside(scenario.mocks, scene), lambda one: engines.find(one) is not None
    )
    apps: dict[str, WSGIApplication] = {}
    house: House | None = None
    try:
        async with _exchange(take, clock, engines, folder, apps) as exchange:
            with clock.working():
                house = await asyncio.to_thread(
                    build,
                    made,
                    folder,
                    clock=clock,
                    carrier_url=exchange.config.base_url,
                    outside=take.outside,
                    scene=scene,
                )
                await asyncio.to_thread(write_customer, house.deps, scene)
            apps[BASE] = house.app
            over = asyncio.Event()
            ticking = asyncio.create_task(_tick(house, clock, over))
            try:
                return await _call(exchange, house, take)
            finally:
                over.set()
                await ticking
    finally:
        if house is not None:
            house.deps.db.dispose()


@asynccontextmanager
async def _exchange(
    take: _Take, clock: VirtualClock, engines: Engines, folder: Path, apps: dict[str, "WSGIApplication"]
) -> AsyncIterator[Exchange]:
    """The real exchange: its voice, its ears and its REST; webhooks go straight into the app of this process."""
    number = Number(
        voice_url=f"{BASE}/voice/incoming",
        fallback_url=f"{BASE}/voice/fallback",
        status_callback=f"{BASE}/voice/status",
    )
    config = ExchangeConfig(
        port=0,
        auth_token=TOKEN,
        numbers={take.dialled: number},
        data_dir=str(folder / "exchange"),
    )
    ids = RandomIds()
    log = ExchangeLog(now=clock.now, new_sid=ids.new)
    async with aiohttp.ClientSession() as session:
        senses = replace(real_senses(session, engines, log), prompts=SitePrompts(session, take.site.root))
        transport = WsgiTransport(apps, clock=clock)
        exchange = Exchange(config=config, clock=clock, ids=ids, transport=transport, senses=senses, log=log)
        runner = web.AppRunner(create_app(exchange), access_log=None, shutdown_timeout=2.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            exchange.config = replace(config, port=runner.addresses[0][1])
            yield exchange
        finally:
            await runner.cleanup()
            await transport.close()


async def _call(exchange: Exchange, house: House, take: _Take) -> Outcome:
    scenario, clock = take.scenario, exchange.clock
    seen = Seen(house, take.site, take.outside, CallState(Position(scenario.flow, ""), ""))
    caller = exchange.call(to=take.dialled, from_=take.scene.caller.number or "anonymous")
    acting = Acting(exchange, house, seen, caller, listens=take.listens)
    began, place = clock.monotonic(), scenario.place
    failure: Failure | None = None
    try:
        for step, at in scenario.steps:
            place = at
            await acting.act(step)
            if house.fetcher.unmet is not None:
                raise house.fetcher.unmet
    except (Unmet, NotHeard) as problem:
        unmet = problem if isinstance(problem, Unmet) else Unmet(str(problem))
        await acting.look()
        failure = Failure(place, unmet.what, unmet.instead, stands(cast("Conversation", seen)), unmet.todo)
    finally:
        seconds = clock.monotonic() - began
        await acting.close()
    await acting.look()
    return Outcome(scenario, failure, seconds, tuple(seen.record.notes))


async def _tick(house: House, clock: VirtualClock, over: asyncio.Event) -> None:
    """The ticker of the house, second by second of the virtual clock."""
    while not over.is_set():
        await clock.sleep(TICK)
        with clock.working():
            await asyncio.to_thread(house.tick)
