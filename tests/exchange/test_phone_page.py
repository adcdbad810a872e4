"""The browser phone: its page's policy, and in a real browser that sound, keys and calls go both ways."""

import asyncio
import os
import re
import shutil
import socket
import threading
import wave
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from aiohttp import ClientSession, web

from exchange.calls import Outgoing
from exchange.config import ExchangeConfig, Number
from exchange.exchange import Exchange
from exchange.legs import Leg
from exchange.phone_page import add_phone_page
from exchange.server import running
from exchange.status import Direction
from exchange.twiml.verb import Inline
from transcription.codec import ulaw_power

NUMBER, PHONE = "+12025550100", "+12025550142"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""


def got(path: str, numbers: tuple[str, ...] = (NUMBER,)) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of a page."""

    async def whole() -> tuple[int, dict[str, str], str]:
        app = web.Application()
        add_phone_page(app, numbers=numbers)
        runner = web.AppRunner(app)
        await runner.setup()
        listening = socket.create_server(("127.0.0.1", 0))
        await web.SockSite(runner, listening).start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}{path}"
        async with ClientSession() as session, session.get(url) as answer:
            found = answer.status, dict(answer.headers), await answer.text()
        await runner.cleanup()
        return found

    return asyncio.run(whole())


@pytest.mark.promise(28)
def test_nothing_on_the_page_is_inline_or_from_elsewhere() -> None:
    """A strict policy, and a page that can live under it."""
    status, headers, body = got("/phone")
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert status == 200
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "microphone=(self)" in headers["Permissions-Policy"]
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|https?://(?!www\.w3\.org)", body)


def test_the_page_offers_the_exchanges_numbers() -> None:
    """One click is a number dialled; an application's own address is not a number."""
    body = got("/phone", (NUMBER, "+12025550101", "app:AP1"))[2]
    assert body.count(f'data-number="{NUMBER}"') == 1
    assert "app:AP1" not in body


@pytest.mark.promise(23)
def test_a_number_is_text_on_the_page() -> None:
    """Numbers come from a configuration somebody writes."""
    assert "<script>alert" not in got("/phone", ('+1"><script>alert(1)</script>',))[2]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/static/softphone.js", "text/javascript"),
        ("/static/softphone-worklet.js", "text/javascript"),
        ("/static/phone.css", "text/css"),
        ("/static/mark.svg", "image/svg+xml"),
    ],
)
def test_the_files_are_served_with_their_type(path: str, kind: str) -> None:
    """A module with another type is refused by the browser."""
    status, headers, _ = got(path)
    assert (status, headers["Content-Type"].partition(";")[0]) == (200, kind)
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/static/__init__.py", "/static/..%2f__init__.py", "/static/nothing.js", "/static/%2fetc%2fhosts.js"]
)
def test_nothing_else_is_served(path: str) -> None:
    """Only what a browser is meant to load."""
    assert got(path)[0] == 404


class House:
    """A running exchange with an app behind it, on a thread with a loop of its own."""

    def __init__(self, exchange: Exchange, loop: asyncio.AbstractEventLoop, asked: list[dict[str, str]]) -> None:
        self.exchange = exchange
        self.loop = loop
        self.asked = asked

    def do(self, what: Callable[[], Any]) -> Any:
        """Do it on the exchange's loop."""
        done: Future[Any] = Future()
        self.loop.call_soon_threadsafe(lambda: done.set_result(what()))
        return done.result(10)

    def leg(self) -> Leg:
        """The one call there is."""
        return next(leg for leg in self.exchange.legs.values() if not leg.status.final)


class Ear:
    """Keeps the power of each frame a leg's party says."""

    def __init__(self) -> None:
        self.powers: list[float] = []

    def frames(self, tick: int, inbound: bytes, outbound: bytes) -> None:
        self.powers.append(ulaw_power(inbound))


@contextmanager
def house(folder: Path) -> Iterator[House]:
    made: list[House] = []
    ready, loop, stop = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    async def whole() -> None:
        asked: list[dict[str, str]] = []

        async def answer(request: web.Request) -> web.Response:
            form = {key: str(value) for key, value in (await request.post()).items()}
            asked.append(form)
            said = f"You pressed {form['Digits']}." if "Digits" in form else "Thank you for calling. Press a key."
            gather = (
                '<Gather numDigits="1" timeout="30" action="/voice">'
                if "Digits" not in form
                else "<Gather timeout='30'>"
            )
            return web.Response(
                text=f"<Response>{gather}<Say>{said}</Say></Gather></Response>", content_type="text/xml"
            )

        app = web.Application()
        app.router.add_post("/voice", answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        listening = socket.create_server(("127.0.0.1", 0))
        await web.SockSite(runner, listening).start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/voice"
        config = ExchangeConfig(port=0, data_dir=str(folder), numbers={NUMBER: Number(voice_url=url)})
        async with running(config) as exchange:
            made.append(House(exchange, loop, asked))
            ready.set()
            await stop.wait()
        await runner.cleanup()

    thread = threading.Thread(target=lambda: loop.run_until_complete(whole()), daemon=True)
    thread.start()
    assert ready.wait(20), "the exchange did not start"
    yield made[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join(20)
    loop.close()


@contextmanager
def browser_page(folder: Path, url: str, *, microphone: bool = True, dark: bool = False) -> Iterator[Any]:
    """Chromium on the phone's page, its microphone a 440 Hz tone (or refused); an error on the page fails the test."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if not CHROMIUM:
        required = os.environ.get("CALLWRIGHT_REQUIRE_E2E")
        (pytest.fail if required else pytest.skip)("no Chromium here: set CHROMIUM to its path")
    tone = folder / "tone.wav"
    with wave.open(str(tone), "wb") as file:
        file.setparams((1, 2, 48000, 0, "NONE", "not compressed"))
        file.writeframes((np.sin(np.arange(48000) * 2 * np.pi * 440 / 48000) * 9000).astype("<i2").tobytes())
    arguments = ["--no-sandbox", "--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={tone}"]
    arguments += ["--use-fake-ui-for-media-stream"] if microphone else ["--deny-permission-prompts"]
    wrong: list[str] = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        page = browser.new_context(color_scheme="dark" if dark else "light").new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.goto(url)
        page.wait_for_selector("#display[data-state=ready]")
        yield page
        browser.close()
    assert wrong == []


@pytest.fixture
def open_house(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path / "exchange") as one:
        yield one


WATCH = """() => { window.loudest = 0; callwrightPhone.addEventListener("level", (event) => {
    window.loudest = Math.max(window.loudest, event.detail.output); window.underruns = event.detail.underruns; }); }"""


def wait_until_loud(page: Any) -> None:
    """Until the speaker has been given speech; the page's policy forbids Playwright's own way of waiting."""
    for _ in range(100):
        if page.evaluate("window.loudest") > 0.02:
            return
        page.wait_for_timeout(50)
    pytest.fail("the page heard nothing")


@pytest.mark.e2e
@pytest.mark.promise(28)
def test_sound_goes_both_ways_and_a_key_is_heard(open_house: House, tmp_path: Path) -> None:
    """The page hears the prompt, the exchange hears the microphone, and the keypad chooses."""
    ear = Ear()
    with browser_page(tmp_path, f"{open_house.exchange.config.base_url}/phone") as page:
        page.evaluate(WATCH)
        page.click("#call")
        page.wait_for_selector("#script .said >> text=Thank you for calling")
        open_house.do(lambda: open_house.leg().taps.append(ear))
        wait_until_loud(page)
        page.wait_for_timeout(1000)  # a second of the tone
        page.click("[data-key='5']")
        page.wait_for_selector("#script .said >> text=You pressed 5.")
        page.keyboard.press("7")
        assert page.inner_text("#pressed") == "57"
        page.click("#call")
        page.wait_for_selector("#display[data-state=ready]")
        assert "Call ended" in page.inner_text("#script")
    loud = [power for power in ear.powers if power > 1e6]
    assert len(loud) > 0.8 * len(ear.powers) > 20
    assert any(form.get("Digits") == "5" for form in open_house.asked)


@pytest.mark.e2e
def test_a_phone_may_be_called(open_house: House, tmp_path: Path) -> None:
    """Callbacks ring here; accepting connects."""
    with browser_page(tmp_path, f"{open_house.exchange.config.base_url}/phone", dark=True) as page:
        page.wait_for_timeout(200)
        document = Inline("<Response><Say>This is your call back.</Say></Response>")
        outgoing = Outgoing(to=PHONE, from_=NUMBER, direction=Direction.OUTBOUND_API, source=document)
        open_house.do(lambda: open_house.exchange.dial(outgoing))
        page.wait_for_selector("#display[data-state=incoming]")
        assert page.inner_text("#who") == "+1 202 555 0100"
        page.click("#call")
        page.wait_for_selector("#script .said >> text=This is your call back.")
        page.wait_for_selector("#display[data-state=ready]")


@pytest.mark.e2e
def test_without_a_microphone_one_still_listens_and_is_told(open_house: House, tmp_path: Path) -> None:
    """A refused microphone costs the voice, not the call."""
    with browser_page(tmp_path, f"{open_house.exchange.config.base_url}/phone", microphone=False) as page:
        page.evaluate(WATCH)
        page.click("#call")
        page.wait_for_selector("#script .said >> text=Thank you for calling")
        wait_until_loud(page)
        assert "You can listen and press keys" in page.inner_text("#notice")
        page.click("[data-key='1']")
        page.wait_for_selector("#script .said >> text=You pressed 1.")


@pytest.mark.e2e
def test_a_lost_line_comes_back_unless_another_page_took_it(open_house: House, tmp_path: Path) -> None:
    """An agent's softphone must not stay deaf after the exchange restarts, nor fight with a second tab."""
    with browser_page(tmp_path, f"{open_house.exchange.config.base_url}/phone") as page:
        page.evaluate("callwrightPhone.socket.close()")
        page.wait_for_selector("#display[data-state=offline]")
        page.wait_for_selector("#display[data-state=ready]")
        page.wait_for_timeout(100)
        assert open_house.do(lambda: open_house.exchange.directory.find(PHONE)) is not None
        page.evaluate("callwrightPhone.received(JSON.stringify({type: 'replaced'})); callwrightPhone.socket.close()")
        page.wait_for_selector("#display[data-state=offline]")
        page.wait_for_timeout(1500)
        assert page.get_attribute("#display", "data-state") == "offline"
