"""The screens in a browser: an agent's call by keyboard alone, a reload in the middle of it, every page in both themes.

The line of the softphone is a twin that speaks the exchange's protocol for clients; sound is not meant here.
"""

import io
import json
import os
import shutil
import threading
import wave
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import serve
from werkzeug.serving import make_server

from call_flows.loader import load_site
from console.rendering import BUILD
from foundation.calls import Call
from foundation.clock import SystemClock
from ivr.releases import By
from ivr.tables import CallEvent
from recordings.recording import Recording
from transcription.store import add_segments
from transcription.stream import Final

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
AXE = Path(__file__).parents[2] / "console" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine: set CHROMIUM to one"),
    pytest.mark.skipif(not (BUILD / "manifest.json").exists(), reason="the screens are not built: run make setup"),
]
LIGHT, DARK = "light", "dark"
SITE = Path(__file__).parents[1] / "ivr" / "site"


class TwinLine:
    """The exchange's door for clients: registers whoever comes, rings them, notes what they answer."""

    def __init__(self):
        self.connections = []
        self.told = []
        self.came = threading.Event()
        self.server = serve(self._meet, "127.0.0.1", 0)
        self.port = self.server.socket.getsockname()[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def _meet(self, connection):
        self.connections.append(connection)
        connection.send(json.dumps({"type": "registered", "identity": "ada"}))
        self.came.set()
        try:
            for message in connection:
                if isinstance(message, str):
                    self._hear(connection, json.loads(message))
        except ConnectionClosed:
            return

    def _hear(self, connection, message):
        self.told.append(message["type"])
        if message["type"] == "accept":
            connection.send(json.dumps({"type": "answered"}))

    def ring(self, reservation):
        leg = {"type": "incoming", "callSid": "CA1", "from": "+12025550100", "parameters": {"reservation": reservation}}
        self.connections[-1].send(json.dumps(leg))


@pytest.fixture(scope="module")
def chromium():
    switches = ["--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=[*switches, "--mute-audio"])
        yield browser
        browser.close()


class Screen:
    """A page that is logged in, with everything that went wrong on it."""

    def __init__(self, chromium, url, theme=LIGHT):
        self.url = url
        self.context = chromium.new_context(color_scheme=theme, viewport={"width": 1360, "height": 840})
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.wrong, self.asked = [], []
        self.page.on(
            "console", lambda said: self.wrong.append(said.text) if said.type in {"error", "warning"} else None
        )
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def log_in(self, login):
        self.page.goto(f"{self.url}/login")
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", "a long enough sentence")
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("header.top")
        if self.page.url.endswith("/desk"):
            self.page.wait_for_selector("main[data-ready]")
        return self

    def went_well(self):
        assert self.wrong == []
        assert [url for url in self.asked if not url.startswith((self.url, "data:", "blob:"))] == []


@pytest.fixture
def line():
    twin = TwinLine()
    yield twin
    twin.server.shutdown()


@pytest.fixture
def clock():
    """A browser's clock cannot be stopped: here the house runs on the same one."""
    return SystemClock()


@pytest.fixture
def folder(tmp_path):
    """A site's files, to be edited."""
    return shutil.copytree(SITE, tmp_path / "files")


@pytest.fixture
def house(build_house, line, folder):
    return build_house(EXCHANGE_URL=f"http://127.0.0.1:{line.port}", SITE_DIR=str(folder))


@pytest.fixture
def served(house, monkeypatch):
    monkeypatch.setattr("console.live.BLOCK_MS", 300)
    server = make_server("127.0.0.1", 0, house.app, threaded=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@contextmanager
def screen(chromium, url, login, theme=LIGHT):
    opened = Screen(chromium, url, theme)
    try:
        yield opened.log_in(login)
        opened.went_well()
    finally:
        opened.context.close()


def hear(house, kind, seq, text, speaker="caller"):
    said = {"speaker": speaker, "leg": "", "seq": seq, "text": text, "start": 1.0 + seq, "end": 2.0 + seq, "model": "m"}
    house.live.push("call:CW1", kind, said)


def tell(house):
    house.live.push("agent:ada", "changed", {})


def accepted(page, house, line, story):
    """The agent is there, a call rings, is accepted by key, and both are connected."""
    page.keyboard.press("r")
    page.wait_for_selector(".pill.available")
    page.wait_for_selector(".phone-state.ready")
    story.call()
    story.wait()
    tell(house)
    page.wait_for_selector("#accept")
    page.keyboard.press("a")
    page.wait_for_selector("[data-stage=connecting]")
    held = page.get_attribute("#panel", "data-reservation")
    line.ring(held)
    page.wait_for_selector(".phone-state.talking")
    house.routing.connected(held)
    tell(house)
    page.wait_for_selector("[data-stage=talking]")
    return held


@pytest.mark.promise(28)
def test_a_whole_call_by_keyboard_alone(chromium, served, house, story, line):
    """Ready, accept, read along, mute, hold, note, hang up, disposition: no mouse."""
    with screen(chromium, served, "ada") as desk:
        page = desk.page
        held = accepted(page, house, line, story)
        assert line.told == ["accept"], "the softphone answers the accepted call's leg by itself"
        hear(house, "partial", 0, "i have a")
        page.wait_for_selector(".line.partial")
        hear(house, "partial", 0, "i have a question about")
        hear(house, "final", 0, "i have a question about a charge")
        page.wait_for_selector(".line:not(.partial)")
        hear(house, "partial", 1, "", "agent")
        assert page.locator("#talk .line p").all_inner_texts() == ["i have a question about a charge"]
        assert "Heard by m" in page.inner_text("#talk")
        page.keyboard.press("m")
        page.wait_for_selector("#mute[aria-pressed=true]")
        page.keyboard.press("h")
        house.live.push("call:CW1", "behind", {"speaker": "caller", "seconds": 4.2, "dropped": 0})
        page.wait_for_selector("text=The recogniser is 4.2 s behind")
        page.keyboard.press("n")
        page.keyboard.type("12 dollars, 3 March")
        page.wait_for_function("() => document.getElementById('saved').textContent === 'Kept'")
        page.keyboard.press("Escape")
        page.keyboard.press("e")
        page.wait_for_function("() => !document.querySelector('.htmx-request')")
        house.routing.ended(held)
        tell(house)
        page.wait_for_selector("[data-stage=wrapping]")
        page.keyboard.press("2")
        page.wait_for_selector(".pill.available")
    assert [order[0] for order in house.calls.orders] == ["hold", "hang up"]
    assert house.routing.board.reservation(held).disposition == "follow up"
    assert house.routing.board.reservation(held).notes == "12 dollars, 3 March"


def test_a_reload_in_the_middle_of_a_call_loses_nothing(chromium, served, house, story, line):
    """State, call, words and notes are the server's; the page only draws them."""
    with screen(chromium, served, "ada") as desk:
        page = desk.page
        accepted(page, house, line, story)
        with house.services.db.begin() as session:
            final = Final(seq=0, text="my card is lost", start_ms=900, end_ms=2000, words=(), confidence=0.9)
            add_segments(session, [final], call_id="CW1", speaker="caller", model="m")
        page.fill("textarea.notes", "lost card")
        page.wait_for_function("() => document.getElementById('saved').textContent === 'Kept'")
        page.reload()
        page.wait_for_selector("[data-stage=talking]")
        assert "Grace Hopper" in page.inner_text(".call h2")
        assert page.locator("#talk .line p").all_inner_texts() == ["my card is lost"]
        assert page.input_value("textarea.notes") == "lost card"


def test_another_leg_than_the_accepted_one_is_not_answered(chromium, served, house, line):
    """A microphone must not open for a call that nobody at the desk has accepted."""
    with screen(chromium, served, "ada") as desk:
        desk.page.keyboard.press("r")
        desk.page.wait_for_selector(".phone-state.ready")
        line.ring("somebody else's")
        desk.page.wait_for_function("() => document.querySelector('.phone-state').classList.contains('incoming')")
        desk.page.wait_for_timeout(300)
    assert line.told == []


def test_keys_do_nothing_while_somebody_types(chromium, served, house, story, line):
    """A note with an e in it must not hang up."""
    with screen(chromium, served, "ada") as desk:
        accepted(desk.page, house, line, story)
        desk.page.focus("textarea.notes")
        desk.page.keyboard.type("he has met her 123 ?")
        assert desk.page.input_value("textarea.notes") == "he has met her 123 ?"
    assert house.calls.orders == []


def test_a_call_is_announced_to_who_cannot_see_it(chromium, served, house, story):
    """A live region says who calls, and the focus is on Accept."""
    story.ready()
    with screen(chromium, served, "ada") as desk:
        desk.page.wait_for_selector(".pill.available")
        story.call()
        story.wait()
        tell(house)
        desk.page.wait_for_selector("#accept")
        assert "Incoming call from Grace Hopper, billing" in desk.page.inner_text("#announce")
        assert desk.page.evaluate("document.activeElement.id") == "accept"
        desk.page.keyboard.press("?")
        assert desk.page.is_visible("#keys")


def test_an_order_that_comes_too_late_is_told_in_a_sentence(chromium, served, house, story):
    """What to do stands with it, and the desk shows how things stand now."""
    story.ring()
    with screen(chromium, served, "ada") as desk:
        page = desk.page
        page.wait_for_selector("#accept")
        house.routing.rescind(page.get_attribute("#panel", "data-reservation"), "line failed")
        page.click("#accept")
        page.wait_for_selector(".toast.error")
        page.wait_for_selector("text=Your line failed")
        assert desk.wrong == ["Failed to load resource: the server responded with a status of 404 (NOT FOUND)"]
        desk.wrong.clear()


def a_recorded_call(house, story):
    """A call that is over, with words and four seconds of sound."""
    now = house.clock.now()
    story.call(status="completed", answered_at=now, ended_at=now + timedelta(seconds=4), agent_id="ada")
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\0\0\0" * 8000 * 4)
    house.services.sounds.put("RC1.wav", [made.getvalue()])
    known = {"kind": "call", "state": "stored", "path": "RC1.wav", "seconds": 4.0, "channels": 2}
    with house.services.db.begin() as session:
        finals = [
            Final(seq=n, text=f"sentence {n}", start_ms=1500 * n, end_ms=1500 * n + 900, words=(), confidence=0.9)
            for n in range(3)
        ]
        add_segments(session, finals, call_id="CW1", speaker="caller", model="m")
        peaks = [[0.1, 0.5, 0.2], [0.3, 0.0, 0.6]]
        row = {"id": "RC1", "call_id": "CW1", "carrier_sid": "RE1", "peaks": peaks, "asked_at": now, "started_at": now}
        session.add(Recording(**row, **known))


def test_a_click_on_a_line_plays_from_there(chromium, served, house, story):
    """Words and sound are on one time line, in both directions."""
    a_recorded_call(house, story)
    with screen(chromium, served, "sue") as review:
        page = review.page
        page.goto(f"{served}/calls/CW1")
        page.wait_for_function("() => document.querySelector('audio').readyState >= 2")
        page.click(".line:nth-child(3) p")
        page.wait_for_function("() => document.querySelector('audio').currentTime >= 3")
        page.wait_for_selector(".line.now:nth-child(3)")
        page.click("canvas", position={"x": 5, "y": 40})
        page.wait_for_function("() => document.querySelector('audio').currentTime < 1")


def test_typing_searches_and_the_address_remembers(chromium, served, house, story):
    """A search can be sent to a colleague as an address."""
    a_recorded_call(house, story)
    with screen(chromium, served, "sue") as review:
        page = review.page
        page.goto(f"{served}/calls")
        page.fill("#words", "sentence")
        page.wait_for_selector("mark")
        page.wait_for_function("() => location.search.includes('q=sentence')")
        page.reload()
        assert page.locator("mark").count() == 3


def test_the_wall_follows_within_a_second(chromium, served, house, story):
    """Pushed, not polled."""
    with screen(chromium, served, "sue") as wall:
        story.call()
        story.wait()
        house.live.push("wall", "joined", {"queue": "billing"})
        wall.page.wait_for_selector("#queue-billing .big:text-is('1')", timeout=2000)


def published(house, folder):
    """One version is live, another on trial, and the files hold a third with a change and a warning or two."""
    shelf = house.services.shelf
    shelf.publish(load_site(folder), folder, By("dee", "opening day"))
    front = folder / "flows" / "front.yaml"
    front.write_text(front.read_text().replace("For billing, press 1.", "For bills, press 1."))
    shelf.publish(load_site(folder), folder, By("dee", "shorter words"), share=1000)
    front.write_text(front.read_text().replace("wait: 3s", "wait: 5s"))


def came_through(house, call_id, *, hangs_up_at="menu"):
    """A caller of the front flow who heard the menu and hung up."""
    now, entered = house.clock.now(), {"kind": "node_entered", "flow": "front"}
    notes = [
        {**entered, "node": "notice", "verb": "consent"},
        {"kind": "exit_taken", "flow": "front", "node": "notice", "exit": "next"},
        {**entered, "node": hangs_up_at, "verb": "menu"},
    ]
    with house.services.db.begin() as session:
        known = {"direction": "inbound", "status": "completed", "started_at": now, "flow_version": "v"}
        session.add(Call(id=call_id, tags=[], **known))
        session.flush()
        session.add(CallEvent(call_id=call_id, kind="arrived", at=now, payload={"notes": notes}))
        session.add(CallEvent(call_id=call_id, kind="hung_up", at=now, payload={"notes": []}))


def test_a_designer_sees_what_the_files_change_publishes_them_and_goes_back(chromium, served, house, folder):
    """From an edit in the editor to live, and back, without leaving the page."""
    published(house, folder)
    house.services.shelf.releases.finish(By("dee"))
    with screen(chromium, served, "dee") as designer:
        page = designer.page
        assert page.url.endswith("/designer")
        page.click("text=See it")
        page.wait_for_selector("ins:text-is('5s')")
        page.go_back()
        page.fill("[name=why]", "a longer pause")
        page.click("text=Test and publish")
        page.wait_for_selector("text=What is in the files is what answers")
        page.wait_for_selector("td:text-is('a longer pause')")
        page.click(".versions tbody tr:nth-child(2) button")
        page.wait_for_selector(".versions td:text-is('rolled back')")
        page.wait_for_selector("text=1 change")


def test_the_map_counts_while_one_looks(chromium, served, house, folder):
    """Calls go on: the counts follow by themselves, and the map stays where it was."""
    published(house, folder)
    came_through(house, "CW1")
    with screen(chromium, served, "dee") as designer:
        page = designer.page
        page.click("#flow-front a")
        page.wait_for_selector(".gave-up text:text-is('1 gave up')")
        came_through(house, "CW2")
        house.live.push("wall", "call_ended", {"call_id": "CW2"})
        page.wait_for_selector(".gave-up text:text-is('2 gave up')")
        assert page.locator("[data-node=menu]").count() == 1


@pytest.mark.promise(28)
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_every_page_can_be_used_by_everybody(chromium, served, house, story, folder, theme):
    """No serious finding of axe, no console error, no request off the machine, in both themes, on a phone as well."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run make setup")
    a_recorded_call(house, story)
    story.call("CW2")
    story.wait("CW2")
    published(house, folder)
    for login, paths in {
        "ada": ("/desk", "/calls"),
        "sue": ("/wall", "/calls", "/calls/CW1", "/calls?q=none"),
        "dee": ("/designer", "/designer/flows/front", "/designer/diff?after=files"),
    }.items():
        if login == "ada":
            story.ready()
        with screen(chromium, served, login, theme) as one:
            one.context.new_cdp_session(one.page).send("Page.setBypassCSP", {"enabled": True})
            for path in paths:
                one.page.goto(served + path)
                one.page.wait_for_selector("main")
                one.page.evaluate(AXE.read_text(encoding="utf-8"))
                found = one.page.evaluate("axe.run()")["violations"]
                serious = [
                    (path, v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in {"serious", "critical"}
                ]
                assert serious == []
                one.page.set_viewport_size({"width": 390, "height": 840})
                wide = one.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
                assert not wide, f"{path} scrolls sideways on a phone"
                one.page.set_viewport_size({"width": 1360, "height": 840})
