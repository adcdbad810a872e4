"""The house of the chaos run: two of every process as `callwright` runs them, one Redis, and a hand that kills them.

It kills by chance, but leaves of the web apps and of the tickers one that is up: with none of a kind the house stands
still until one has started, which is a matter of the machine and not of what is shown here.
"""

import os
import random
import secrets
import signal
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path

from console.seeding import seed
from console.supervisor import Program, Supervisor
from foundation import migrations
from foundation.clock import Clock
from foundation.db import Database
from foundation.settings import Settings, load_settings

TWICE = ("web", "worker", "ticker")
SITE = """\
site: chaos
timezone: UTC
languages: [en-US]
not_ready: [pause]
numbers: {{"+12025550100": front}}
skills: [talking]
queues:
  callbacks:
    rings: [{{after: 0s, needs: {{talking: 1}}}}]
    ring_time: 10s
    wrap_up: {{mode: none}}
    callback: {{attempts: 10, retry_after: [1s]}}
agents:
{agents}
dialing: {{countries: [US], max_per_number_per_day: 50, calls_per_second: 0}}
"""
FLOW = """\
flow: front
start: hello
nodes:
  hello: {say: "Hello.", next: bye}
  bye: {hang_up: "Goodbye."}
"""


def write_site(folder: Path, agents: int) -> list[str]:
    """A site with one queue and so many agents; their logins."""
    logins = [f"agent{number:02d}" for number in range(agents)]
    (folder / "flows").mkdir(parents=True)
    lines = "\n".join(f"  - {{name: {login}, login: {login}, skills: {{talking: 1}}}}" for login in logins)
    (folder / "site.yaml").write_text(SITE.format(agents=lines), encoding="utf-8")
    (folder / "flows" / "front.yaml").write_text(FLOW, encoding="utf-8")
    return logins


def settings_of(home: Path, site: Path, *, exchange_port: int, database_url: str | None) -> Settings:
    """The settings of every process of this house; nothing of another house's environment."""
    port = free_port()
    own = {
        "CALLWRIGHT_HOME": str(home),
        "SITE_DIR": str(site),
        "WEB_BIND": f"127.0.0.1:{port}",
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
        "EXCHANGE_URL": f"http://127.0.0.1:{exchange_port}",
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "WEB_WORKERS": "1",
        "LOG_LEVEL": "WARNING",
        **({"DATABASE_URL": database_url} if database_url else {}),
    }
    strange = ("TWILIO_", "DATABASE_URL", "REDIS_URL", "CARRIER_", "EXCHANGE_", "CALLWRIGHT_HOME")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
    return load_settings({**kept, **own})


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Kills:
    """How often each kind of process was killed."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str) -> None:
        """One more."""
        self.counts[kind] = self.counts.get(kind, 0) + 1

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts.values())

    def __str__(self) -> str:
        return ", ".join(f"{count} {kind}" for kind, count in sorted(self.counts.items()))


class House:
    """Runs the processes and kills them with -9, at random."""

    def __init__(self, settings: Settings, clock: Clock, chance: random.Random) -> None:
        self.settings = settings
        self.kills = Kills()
        self.people: dict[str, str] = {}
        self._chance = chance
        self._clock = clock
        self._supervisor = Supervisor(settings.home / "logs", clock, on_fall=lambda _program, _code: None)
        self._names = ["redis", *(f"{name}{number}" for name in TWICE for number in (1, 2))]

    def prepare(self) -> Database:
        """The tables, the site, the people; the database."""
        database = Database(self.settings.database_url)
        migrations.upgrade(database)
        welcome = seed(self.settings, database, self._clock)
        self.people = {login: password for login, role, password in welcome.people if role == "agent"}
        return database

    def start(self) -> None:
        """Every process."""
        self._supervisor.start([self._program(name) for name in self._names])

    def stop(self) -> None:
        """Every process."""
        self._supervisor.stop()

    def tend(self) -> None:
        """Wait a moment, then start again what has fallen."""
        self._supervisor.tend()

    def all_run(self) -> bool:
        """Whether every process runs."""
        return not self._supervisor.fallen()

    def kill_one(self) -> str:
        """Kill a process that runs, whichever; its name, empty when it may not be."""
        name = self._chance.choice(self._names)
        pid = self._supervisor.pid_of(name)
        if pid is None or not self._can_be_spared(name):
            return ""
        kind = name.rstrip("12")
        children = _children(pid)
        try:
            if kind == "web" and children and self._chance.random() < 0.5:
                os.kill(self._chance.choice(children), signal.SIGKILL)
                kind = "web worker"
            else:
                os.killpg(pid, signal.SIGKILL)
        except ProcessLookupError:
            return ""
        self.kills.add(kind)
        return name

    def _can_be_spared(self, name: str) -> bool:
        """Whether another of its kind is up, where the house stands on one."""
        if name.rstrip("12") not in {"web", "ticker"}:
            return True
        others = [other for other in self._names if other != name and other.rstrip("12") == name.rstrip("12")]
        return any(self._is_up(other) for other in others)

    def _is_up(self, name: str) -> bool:
        """A web app that has read itself has a child; a ticker that has, a connection."""
        pid = self._supervisor.pid_of(name)
        if pid is None:
            return False
        return bool(_children(pid)) if name.startswith("web") else _has_socket(pid)

    def words(self) -> str:
        """The last that every process wrote, for whoever must find out what went wrong."""
        logs = sorted((self.settings.home / "logs").glob("*.log"))
        return "\n".join(f"== {path.name}\n{path.read_text(errors='replace')[-4000:]}" for path in logs)

    def _program(self, name: str) -> Program:
        settings = self.settings
        if name == "redis":
            places = (str(settings.home / "redis"), str(settings.redis_socket))
            command: tuple[str, ...] = (sys.executable, "-m", "foundation.embedded", *places)
        else:
            command = (sys.executable, "-m", "console.cli.main", name.rstrip("12"))
        return Program(name, command, dict(settings.environment), outlives=name == "redis")


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _has_socket(pid: int) -> bool:
    try:
        return any("socket:" in str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False
