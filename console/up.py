"""`callwright up`: a whole contact centre on one machine, started, watched, and told where to click."""

import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import httpx
from redis.exceptions import RedisError
from rich.console import Console

from call_flows.demos import demos_of
from call_flows.library import SHIPPED
from call_flows.loader import SERVICE_VARIABLE, load_site
from console.seeding import Welcome, seed
from console.supervisor import Program, Supervisor
from foundation import migrations
from foundation.clock import Clock, SystemClock
from foundation.db import Database
from foundation.errors import Problem, ServiceUnavailable
from foundation.logs import configure
from foundation.redis import connect, server_binary
from foundation.settings import Settings, load_settings

START_SECONDS = 60.0


def up(site: Path | None = None, *, watch: bool = False, out: Console | None = None) -> int:
    """Start everything and stay until interrupted; 0 when it ended as asked. `watch`: what is saved goes live.

    Raises CallwrightError, one sentence, when a port is taken or a part cannot be used.
    """
    out = out or Console(highlight=False)
    environment = dict(os.environ)
    if site is not None:
        environment["SITE_DIR"] = str(_folder(site).absolute())
    if watch:
        environment["SITE_WATCH"] = "1"
    settings = load_settings(environment)
    configure(json=settings.log_json, level=settings.log_level)
    with _only_one(settings, out) as first:
        return _run(settings, SystemClock(), out) if first else 0


def programs(settings: Settings) -> list[Program]:
    """Every process of the house, in the order in which they are started."""
    demos = _demos(settings)
    shared = {"CALLWRIGHT_HOME": str(settings.home), "SITE_DIR": str(settings.site_dir)}
    shared |= {_service(demo): f"http://{place}" for demo, place in demos.items()}
    if watch := settings.environment.get("SITE_WATCH"):
        shared["SITE_WATCH"] = watch
    ours = (sys.executable, "-m", "console.cli.main")
    house = [Program(name, (*ours, name), shared) for name in ("web", "media", "worker", "ticker")]
    if settings.uses_exchange and "CARRIER_API_URL" not in settings.environment:
        house.append(Program("exchange", (*ours, "exchange"), shared))
    for demo, place in demos.items():
        command = (sys.executable, "-m", "call_flows.demos", demo, "--port", place.rpartition(":")[2])
        house.append(Program(demo, command, shared))
    if settings.redis_url is None:
        places = (str(settings.home / "redis"), str(settings.redis_socket))
        house.insert(0, Program("redis", (sys.executable, "-m", "foundation.embedded", *places), outlives=True))
    return house


def _folder(site: Path) -> Path:
    """The folder of a site; a shipped one may be named by its kind, such as clinic."""
    shipped = SHIPPED.get(str(site))
    return shipped if shipped is not None and not site.exists() else site


def _demos(settings: Settings) -> dict[str, str]:
    """The demonstration services that this site asks, each with where it listens (BANK_BIND and so on)."""
    env = settings.environment
    asked = demos_of(load_site(settings.site_dir, services={}).site.services)
    return {demo.name: env.get(_bind(demo.name)) or demo.place for demo in asked if not env.get(_service(demo.name))}


def _bind(demo: str) -> str:
    return f"{demo.upper()}_BIND"


def _service(demo: str) -> str:
    return f"{SERVICE_VARIABLE}{demo.upper()}"


def _run(settings: Settings, clock: Clock, out: Console) -> int:
    _check_parts(settings)
    house = Supervisor(settings.home / "logs", clock, on_fall=_teller(settings, out))
    _stop_on_signals(house)
    try:
        welcome = _prepare(settings, clock)
        house.start(programs(settings))
        with out.status("Starting the house …"):
            _await_answers(settings, house, clock)
        _print_welcome(settings, welcome, out)
        house.watch()
    finally:
        house.stop()
    return 0


def _prepare(settings: Settings, clock: Clock) -> Welcome:
    database = Database(settings.database_url)
    database.check()
    try:
        migrations.upgrade(database)
        return seed(settings, database, clock)
    finally:
        database.dispose()


def _check_parts(settings: Settings) -> None:
    ports = {"WEB_BIND": settings.web_bind, "MEDIA_BIND": settings.media_bind}
    if settings.uses_exchange and "CARRIER_API_URL" not in settings.environment:
        ports["EXCHANGE_URL"] = _host_and_port(settings.exchange_url)
    for demo, place in _demos(settings).items():
        ports[_bind(demo)] = _host_and_port(f"http://{place}")
    for name, address in ports.items():
        _check_port(name, address)
    if settings.redis_url is None:
        server_binary()
    else:
        _check_redis(settings)


def _check_port(name: str, address: tuple[str, int]) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            where = f"{address[0]}:{address[1]}"
            raise ServiceUnavailable(
                Problem(
                    "port_taken",
                    f"Callwright cannot listen there: {error.strerror}.",
                    where=where,
                    todo=f"Stop what uses that port, or set {name} to another one.",
                )
            ) from error


def _check_redis(settings: Settings) -> None:
    client = connect(settings)
    try:
        client.ping()
    except RedisError as error:
        raise ServiceUnavailable(
            Problem("redis_unreachable", "No Redis answers at REDIS_URL.", todo="Start it, or unset REDIS_URL.")
        ) from error
    finally:
        client.close()


def _host_and_port(url: str) -> tuple[str, int]:
    parsed = httpx.URL(url)
    return parsed.host, parsed.port or 80


def _teller(settings: Settings, out: Console) -> Callable[[Program, int], None]:
    def tell(program: Program, code: int) -> None:
        log = settings.home / "logs" / f"{program.name}.log"
        out.print(f"[yellow]The {program.name} process ended ({code}); starting it again. Its words: {log}[/]")

    return tell


def _stop_on_signals(house: Supervisor) -> None:
    def on_signal(_number: int, _frame: FrameType | None) -> None:
        house.ask_to_stop()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)


def _await_answers(settings: Settings, house: Supervisor, clock: Clock) -> None:
    wanted = ["http://{}:{}/readyz".format(*settings.web_bind)]
    if any(program.name == "exchange" for program in programs(settings)):
        wanted.append(f"{settings.exchange_url}/healthz")
    limit = clock.monotonic() + START_SECONDS
    for url in wanted:
        while not _answers(url):
            house.tend()
            if clock.monotonic() > limit or house.is_stopping:
                raise ServiceUnavailable(
                    Problem(
                        "slow_start",
                        "The house did not come up.",
                        where=url,
                        todo=f"Read the logs in {settings.home / 'logs'}.",
                    )
                )


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=1).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


@contextmanager
def _only_one(settings: Settings, out: Console) -> Iterator[bool]:
    """Hold the data folder for one house; a second `up` finds the first and says where it is."""
    import fcntl

    path = settings.home / "up.json"
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            _print_first(file.read(), out)
            yield False
            return
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "web": settings.public_base_url, "phone": settings.exchange_url}))
        file.flush()
        yield True
        file.truncate(0)


def _print_first(text: str, out: Console) -> None:
    told = json.loads(text or "{}")
    out.print(f"Callwright already runs here (process {told.get('pid', '?')}): {told.get('web', '')}/")
    out.print(f"The phone: {told.get('phone', '')}/phone   To stop it: kill {told.get('pid', '?')}")


def _print_welcome(settings: Settings, welcome: Welcome, out: Console) -> None:
    out.print()
    out.print(f"[bold]{welcome.site} is answering calls.[/]")
    if settings.uses_exchange:
        out.print(f"  The phone     {settings.exchange_url}/phone   ({', '.join(welcome.numbers)})")
    out.print(f"  The desk      {settings.public_base_url}/desk")
    out.print(f"  The wall      {settings.public_base_url}/wall")
    out.print(f"  The calls     {settings.public_base_url}/calls")
    if welcome.people:
        out.print("  Log-ins       " + f"(kept in {welcome.people_file})")
        for login, role, password in welcome.people:
            out.print(f"    {login:12} {password:20} {role}")
    out.print(f"  Listening     {welcome.model}")
    out.print(f"  Logs          {settings.home / 'logs'}")
    if settings.uses_exchange:
        out.print(f"\nOr call from a terminal:  callwright call {welcome.numbers[0]} --press 3")
    out.print("Stop with Ctrl-C.")
