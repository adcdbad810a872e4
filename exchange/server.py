"""The exchange as a server: one aiohttp application with phones, clients, REST and the browser phone, on one port."""

import asyncio
import errno
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import aiohttp
from aiohttp import web

from exchange.clock import Clock, RealClock
from exchange.config import ExchangeConfig
from exchange.exchange import Exchange, Senses
from exchange.fields import country
from exchange.lines.client import add_client_line
from exchange.lines.phone import add_phone_line
from exchange.log import ExchangeLog
from exchange.phone_page import add_phone_page
from exchange.rest.app import add_rest
from exchange.senses import Engines, FindModel, given_model, real_senses
from exchange.transports import HttpTransport
from exchange.twiml.document import verbs
from foundation.errors import Problem, ServiceUnavailable
from foundation.ids import IdSource, RandomIds
from foundation.logs import get_logger

log = get_logger(__name__)


def create_app(exchange: Exchange) -> web.Application:
    """The application of an exchange. Closing it closes the exchange."""
    app = web.Application(client_max_size=1024 * 1024)
    add_phone_line(app, exchange)
    add_client_line(app, exchange)
    add_rest(app, exchange)
    add_phone_page(app, numbers=exchange.config.numbers)

    async def healthy(_request: web.Request) -> web.Response:
        return web.json_response({"exchange": "ok", "calls": len(exchange.legs)})

    async def close(_app: web.Application) -> None:
        await exchange.close()

    app.router.add_get("/healthz", healthy)
    app.on_shutdown.append(close)
    return app


@asynccontextmanager
async def running(
    config: ExchangeConfig,
    *,
    clock: Clock | None = None,
    ids: IdSource | None = None,
    senses: Senses | None = None,
    find_model: FindModel | None = None,
) -> AsyncIterator[Exchange]:
    """An exchange that serves its port while inside; port 0 takes a free one and says so in `exchange.config`.

    `find_model` says which model hears a language; without it, the one at `config.engine`, else the starter model.
    """
    clock, ids = clock or RealClock(), ids or RandomIds()
    engines = Engines(find_model or given_model(config.engine))
    async with aiohttp.ClientSession() as session:
        entries = ExchangeLog(now=clock.now, new_sid=ids.new)
        exchange = Exchange(
            config=config,
            clock=clock,
            ids=ids,
            transport=HttpTransport(clock),
            senses=senses or real_senses(session, engines, entries),
            log=entries,
        )
        await asyncio.to_thread(_warm, engines if senses is None else None)
        runner = web.AppRunner(create_app(exchange), access_log=None, shutdown_timeout=2.0)
        await runner.setup()
        try:
            await _listen(runner, exchange)
            yield exchange
        finally:
            await runner.cleanup()


async def serve(config: ExchangeConfig, *, find_model: FindModel | None = None) -> None:
    """Serve until SIGINT or SIGTERM."""
    _writable(Path(config.data_dir))
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # a platform whose loop knows no signals
            loop.add_signal_handler(wanted, stop.set)
    async with running(config, find_model=find_model) as exchange:
        log.info("exchange listens", url=exchange.config.base_url, numbers=len(config.numbers))
        await stop.wait()


def _warm(engines: Engines | None) -> None:
    """Load what the first caller would have to wait for: verbs, tables of numbers, the speech model."""
    verbs()
    country("+12025550100")
    if engines is not None:
        engines.find("en-US")


async def _listen(runner: web.AppRunner, exchange: Exchange) -> None:
    config = exchange.config
    try:
        await web.TCPSite(runner, config.host, config.port).start()
    except OSError as problem:
        raise ServiceUnavailable(_port_problem(config, problem)) from problem
    if not config.port:
        exchange.config = replace(config, port=runner.addresses[0][1])


def _port_problem(config: ExchangeConfig, problem: OSError) -> Problem:
    where = f"{config.host}:{config.port}"
    if problem.errno == errno.EADDRINUSE:
        todo = "Stop what listens there, or give the exchange another port."
        return Problem("port-in-use", "the port is in use", where, todo)
    if problem.errno == errno.EACCES:
        return Problem("port-refused", "this user may not open the port", where, "Give one above 1023.")
    said = f"the address cannot be used: {problem.strerror}"
    return Problem("port-refused", said, where, "Give another host or port.")


def _writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as problem:
        todo = "Give the exchange another data_dir, or write permission there."
        said = f"recordings cannot be written: {problem.strerror}"
        raise ServiceUnavailable(Problem("data-dir", said, str(folder), todo)) from problem
