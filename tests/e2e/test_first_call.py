"""The first call, on real parts: from a ringing line to a searchable transcript.

Nothing here is a twin: `callwright up` runs the exchange, gunicorn, Redis, the worker, the ticker and the media process
with the recogniser; the caller speaks recorded human speech, the agent sits in Chromium with another human voice.
"""

import io
import os
import re
from pathlib import Path

import pytest
import soundfile
from sqlalchemy import select

from foundation.calls import Call
from foundation.db import Database
from recordings.recording import Recording
from transcription.recognizer import VoskEngine

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
NUMBER = "+12025550100"
CALLER = "+12025550142"
STARTER = Path(__file__).resolve().parents[2] / "transcription" / "starter_en_8k"


def services() -> dict[str, str]:
    wanted = {"DATABASE_URL": "CALLWRIGHT_TEST_POSTGRES", "REDIS_URL": "CALLWRIGHT_TEST_REDIS"}
    return {name: os.environ[source] for name, source in wanted.items() if os.environ.get(source)}


def available(page, house, log_in, login="ana"):
    log_in(page, login)
    page.goto(f"{house.web}/desk")
    page.click("#be-available")
    page.wait_for_selector("#panel[data-state=available]")
    page.locator("#phone-state", has_text=re.compile("ready|registered", re.IGNORECASE)).wait_for(state="attached")


def talk(house, line, page):
    """The caller comes through the menu by voice, waits, and is answered."""
    line.calls(NUMBER, CALLER)
    line.hears("Northwind")
    line.hears("recorded")
    line.hears("technical help")
    line.plays("digit_three.wav")
    line.meets("enqueue")
    page.wait_for_selector("#accept", timeout=30000)


def heard(page):
    """The live transcript as it stands on the desk."""
    return page.inner_text("#talk").lower()


def recorded_span(house):
    """From the first recorded moment to the caller's hanging up, as the house noted them."""
    database = Database(house.environment.get("DATABASE_URL") or f"sqlite:///{house.home / 'callwright.db'}")
    with database.begin() as session:
        recording = session.scalars(select(Recording)).one()
        ended = session.get_one(Call, recording.call_id).ended_at
    database.dispose()
    return recording.started_at, ended


def words_of(channel):
    """What the starter model hears on one channel of the recording."""
    recognizer = VoskEngine(STARTER, name="starter").listen(sample_rate=8000)
    heard_parts = [*recognizer.feed(channel.tobytes()), *recognizer.finish()]
    return " ".join(part.text for part in heard_parts if part.final)


def search(page, house, words):
    page.goto(f"{house.web}/calls?q={words}")
    return page.inner_text("main")


def the_first_call(house, line, open_browser, microphone, log_in, wait_until):
    page = open_browser(microphone("agent_families.wav"))
    available(page, house, log_in)
    talk(house, line, page)
    assert "front_menu" in page.inner_text("#panel") or re.search("technical", page.inner_text("#panel"), re.IGNORECASE)
    page.reload()
    page.wait_for_selector("#panel[data-stage=ringing] #accept", timeout=10000)
    page.keyboard.press("a")
    page.wait_for_selector("#panel[data-stage=talking]", timeout=30000)

    line.plays("caller_sunday.wav")
    for words in ("sunday", "permitted to live"):
        assert wait_until(lambda words=words: words in heard(page), 40), f"“{words}” is not in:\n{heard(page)}"

    line.hangs_up()
    page.wait_for_selector("#panel[data-stage=wrapping]", timeout=20000)
    page.keyboard.press("1")
    page.wait_for_selector("#panel[data-state=available]", timeout=10000)
    assert page.complaints == []
    return line.caller.sid


def look_back(house, open_browser, log_in, wait_until):
    """Afterwards the supervisor finds the words and the sound."""
    page = open_browser()
    log_in(page, "supervisor")
    assert wait_until(lambda: "sunday" in search(page, house, "sunday").lower(), 20)
    assert "permitted" in search(page, house, "%22permitted+to+live%22").lower()
    assert "permitted" not in search(page, house, "zebra").lower()
    page.goto(f"{house.web}/calls?q=sunday")
    page.click("main a[href*='/calls/CW']")
    page.wait_for_url(re.compile(r"/calls/CW"))
    call_url = page.url.partition("?")[0].partition("#")[0]

    def sound_is_there():
        page.goto(call_url)
        return page.query_selector("audio, [data-sound]")

    assert wait_until(sound_is_there, 45), page.inner_text("main")
    source = page.eval_on_selector(
        "audio, [data-sound]", "e => e.currentSrc || e.src || e.dataset.sound || e.querySelector('source')?.src"
    )
    whole = page.request.get(source)
    assert whole.ok
    part = page.request.get(source, headers={"Range": "bytes=0-99"})
    assert part.status == 206
    assert len(part.body()) == 100
    assert page.complaints == []
    return soundfile.read(io.BytesIO(whole.body()), dtype="int16")


@pytest.mark.promise(28)
def test_the_first_call(house, line, open_browser, microphone, log_in, wait_until):
    """Menu by voice, queue, agent, live words of both, wrap-up; then the phrase and the recording are found."""
    sid = the_first_call(house, line, open_browser, microphone, log_in, wait_until)
    assert sid.startswith("CA")
    sound, rate = look_back(house, open_browser, log_in, wait_until)
    assert sound.shape[1] == 2
    assert rate == 8000
    began, ended = recorded_span(house)
    assert len(sound) / rate == pytest.approx((ended - began).total_seconds(), abs=1.5), "as long as it was recorded"
    caller, heard_by_him = (words_of(sound[:, channel]) for channel in (0, 1))
    assert "sunday" in caller
    assert "permitted" not in caller, "the agent is not on the caller's channel"
    assert "permitted" in heard_by_him


@pytest.mark.services
@pytest.mark.parametrize("house", [services()], indirect=True, ids=["postgres and redis"])
def test_the_first_call_on_postgres_and_redis(house, line, open_browser, microphone, log_in, wait_until):
    """The same with the embedded parts replaced one by one by the real ones."""
    wanted = services()
    if len(wanted) < 2:
        if os.environ.get("CALLWRIGHT_REQUIRE_SERVICES"):
            pytest.fail("CALLWRIGHT_TEST_POSTGRES and CALLWRIGHT_TEST_REDIS are needed here")
        pytest.skip("set CALLWRIGHT_TEST_POSTGRES and CALLWRIGHT_TEST_REDIS")
    the_first_call(house, line, open_browser, microphone, log_in, wait_until)
    look_back(house, open_browser, log_in, wait_until)
