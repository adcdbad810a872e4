"""The whole house, started as its user starts it, and a browser to look at it."""

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import redis
import soundfile
from sqlalchemy import text

from exchange.lines.remote import remote_phone
from foundation.clock import SystemClock
from foundation.db import Database

ROOT = Path(__file__).resolve().parents[2]
SPEECH = ROOT / "tests" / "data" / "speech"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
START_SECONDS = 90
WHEEL = os.environ.get("CALLWRIGHT_E2E_PYTHON")  # another environment's Python, where the wheel is installed
PYTHON = [WHEEL] if WHEEL else [sys.executable]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class House:
    """A running `callwright up`: its addresses, log-ins and what it printed."""

    home: Path
    web: str
    exchange: str
    process: subprocess.Popen[bytes]
    environment: dict[str, str]
    output: Path
    people: dict[str, tuple[str, str]] = field(default_factory=dict)

    def printed(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    def story(self) -> str:
        """What every process wrote, for the report of a failing test."""
        logs = sorted((self.home / "logs").glob("*.log"))
        return "\n".join([self.printed(), *(f"== {p.name}\n{p.read_text(errors='replace')[-3000:]}" for p in logs)])

    def run(self, *words: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run `callwright …` in this house's environment."""
        return subprocess.run(
            [*PYTHON, "-m", "console.cli.main", *words],
            env=self.environment,
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )


def environment_of(home: Path, extra: dict[str, str]) -> dict[str, str]:
    web, media, exchange, bank = (free_port() for _ in range(4))
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TWILIO_", "CALLWRIGHT_HOME"))}
    for name in ("DATABASE_URL", "REDIS_URL"):
        kept.pop(name, None)
    return {
        **kept,
        **({} if WHEEL else {"PYTHONPATH": str(ROOT)}),
        "CALLWRIGHT_HOME": str(home),
        "WEB_BIND": f"127.0.0.1:{web}",
        "MEDIA_BIND": f"127.0.0.1:{media}",
        "BANK_BIND": f"127.0.0.1:{bank}",
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{web}",
        "MEDIA_BASE_URL": f"ws://127.0.0.1:{media}",
        "EXCHANGE_URL": f"http://127.0.0.1:{exchange}",
        "COLUMNS": "200",
        **extra,
    }


def start_house(home: Path, extra: dict[str, str] | None = None) -> House:
    environment = environment_of(home, extra or {})
    output = home / "up.txt"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [*PYTHON, "-m", "console.cli.main", "up"],
            env=environment,
            cwd=home,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    house = House(home, environment["PUBLIC_BASE_URL"], environment["EXCHANGE_URL"], process, environment, output)
    if not until(lambda: "is answering calls" in house.printed() or process.poll() is not None, START_SECONDS):
        stop_house(house)
        pytest.fail(f"the house did not start:\n{house.story()}")
    if process.poll() is not None:
        pytest.fail(f"the house ended at its start:\n{house.story()}")
    rows = json.loads((home / "secrets" / "first_logins.json").read_text())
    house.people = {login: (role, password) for login, role, password in rows}
    return house


def empty_services(extra: dict[str, str]) -> None:
    """A test database and a test Redis begin empty, whatever was there before."""
    if "DATABASE_URL" in extra:
        database = Database(extra["DATABASE_URL"])
        with database.engine.begin() as connection:
            connection.execute(text("drop schema public cascade"))
            connection.execute(text("create schema public"))
        database.dispose()
    if "REDIS_URL" in extra:
        with redis.Redis.from_url(extra["REDIS_URL"]) as client:
            client.flushdb()


def stop_house(house: House) -> None:
    if house.process.poll() is None:
        house.process.send_signal(signal.SIGTERM)
        try:
            house.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(house.process.pid, signal.SIGKILL)
            house.process.wait()


def until(condition: Callable[[], object], seconds: float = 30) -> bool:
    """Whether the condition came true in that time; looked at twenty times a second."""
    clock, pause = SystemClock(), threading.Event()
    limit = clock.monotonic() + seconds
    while clock.monotonic() < limit:
        if condition():
            return True
        pause.wait(0.05)
    return False


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="cw-house-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def house(home: Path, request: pytest.FixtureRequest) -> Iterator[House]:
    """The embedded house by default; a test may ask for other parts by `@pytest.mark.parametrize(…, indirect=True)`."""
    extra = getattr(request, "param", None) or {}
    empty_services(extra)
    running = start_house(home, extra)
    failures_before = request.session.testsfailed
    yield running
    stop_house(running)
    if request.session.testsfailed > failures_before:
        sys.stderr.write(running.story())


@pytest.fixture(scope="session")
def chromium() -> str:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        if os.environ.get("CALLWRIGHT_REQUIRE_E2E"):
            pytest.fail("Chromium is needed here and is not installed")
        pytest.skip("Chromium is not installed")
    return path


@pytest.fixture
def open_browser(chromium: str) -> Iterator[Callable[..., object]]:
    """Open a browser whose microphone speaks the given file; console errors are collected on `page.complaints`."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = []

        def open_one(microphone: Path | None = None):
            flags = list(CHROMIUM_FLAGS)
            if microphone:
                flags.append(f"--use-file-for-fake-audio-capture={microphone}")
            browser = playwright.chromium.launch(executable_path=chromium, args=flags)
            opened.append(browser)
            page = browser.new_context(viewport={"width": 1280, "height": 860}).new_page()
            complaints: list[str] = []
            page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.complaints = complaints
            return page

        yield open_one
        for browser in opened:
            browser.close()


class Line:
    """A scripted caller on the running exchange, in a thread of his own, told step by step by the test."""

    def __init__(self, exchange: str) -> None:
        self._url = exchange.replace("http", "ws", 1) + "/lines/phone"
        self._manager = None
        self.caller = None
        self.opens()

    def opens(self) -> None:
        """Take the phone in hand."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def do(self, coroutine, seconds: float = 90):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(seconds)

    def calls(self, to: str, from_: str = "+12025550142"):
        async def begin():
            self._manager = remote_phone(self._url)
            phone = await self._manager.__aenter__()
            self.caller = phone.calls(to=to, from_=from_)

        self.do(begin())
        return self

    def waits_for_a_call(self, number: str):
        """Let this number be reachable; returns at once, `self.caller` comes with the call."""

        async def begin():
            self._manager = remote_phone(self._url)
            phone = await self._manager.__aenter__()
            return asyncio.ensure_future(phone.waits(number, within_seconds=90))

        return self.do(begin())

    def hears(self, pattern: str, seconds: float = 60):
        return self.do(self.caller.hears(pattern, within_seconds=seconds), seconds + 10)

    def meets(self, kind: str, seconds: float = 60):
        return self.do(self.caller.meets(kind, within_seconds=seconds), seconds + 10)

    def presses(self, keys: str):
        self.do(self.caller.presses(keys))

    def plays(self, name: str):
        self.do(self.caller.plays(SPEECH / name))

    def hangs_up(self):
        self._loop.call_soon_threadsafe(self.caller.hangs_up)

    def result_of(self, task):
        """What the task comes to, waited for on the line's own thread."""

        async def wait():
            return await task

        return self.do(wait())

    def close(self):
        if self._loop.is_closed():
            return
        if self._manager is not None:
            self.do(self._manager.__aexit__(None, None, None))
            self._manager = None
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@pytest.fixture
def line(house: House) -> Iterator[Line]:
    one = Line(house.exchange)
    yield one
    one.close()


@pytest.fixture(scope="session")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A recording as a browser's microphone takes it: 48 kHz, with a second of rest, over and over."""
    import numpy as np
    import soxr

    folder = tmp_path_factory.mktemp("microphones")

    def make(name: str) -> Path:
        sound, rate = soundfile.read(SPEECH / name, dtype="float32")
        wide = soxr.resample(sound, rate, 48000)
        path = folder / name
        soundfile.write(path, np.concatenate([np.zeros(24000), wide, np.zeros(24000)]), 48000, "PCM_16")
        return path

    return make


@pytest.fixture
def log_in(house: House) -> Callable[[object, str], None]:
    """Log in as one of the people the first start has made."""

    def act(page, login: str) -> None:
        page.goto(f"{house.web}/login")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", house.people[login][1])
        page.press("input[name=password]", "Enter")
        page.wait_for_url(re.compile(r"/(desk|wall|calls|designer)?$"))

    return act


@pytest.fixture
def wait_until() -> Callable[..., bool]:
    return until
