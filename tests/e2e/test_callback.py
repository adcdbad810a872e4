"""A caller who would rather be called back keeps the place, and is called when an agent is there."""

import re
import shutil
import sqlite3
import tempfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
NUMBER = "+12025550100"
CALLER = "+12025550147"


def wakeful() -> dict[str, str]:
    """The bank without quiet hours: the test is run at any hour of the customer's day."""
    folder = Path(tempfile.mkdtemp(prefix="cw-site-")) / "northwind"
    shutil.copytree(Path(__file__).resolve().parents[2] / "call_flows" / "library" / "northwind", folder)
    site = folder / "site.yaml"
    site.write_text(re.sub(r"quiet: \"[^\"]*\", ", "", site.read_text(encoding="utf-8")), encoding="utf-8")
    return {"SITE_DIR": str(folder)}


def promise_state(house):
    with sqlite3.connect(house.home / "callwright.db") as connection:
        return connection.execute("select state, number from promises").fetchall()


@pytest.mark.parametrize("house", [wakeful()], indirect=True, ids=["at any hour"])
def test_a_caller_is_called_back_at_the_turn_that_was_kept(house, line, open_browser, microphone, log_in, wait_until):
    """By keys in the queue; then the agent's desk rings, the customer's phone rings, 1 connects them."""
    line.calls(NUMBER, CALLER)
    line.hears("technical help")
    line.presses("3")
    line.hears("called back, press 1", 60)
    line.presses("1")
    line.hears("If that is right, press 1")
    line.presses("1")
    line.hears("call you when it is your turn")
    line.close()
    assert promise_state(house) == [("due", CALLER)] or promise_state(house) == [("waiting", CALLER)]

    line.opens()
    coming = line.waits_for_a_call(CALLER)
    page = open_browser(microphone("agent_families.wav"))
    log_in(page, "ben")
    page.goto(f"{house.web}/desk")
    page.click("#be-available")
    page.wait_for_selector("#accept", timeout=30000)
    assert "callback" in page.inner_text("#panel").lower()
    page.locator("#phone-state", has_text=re.compile("ready|registered", re.IGNORECASE)).wait_for(state="attached")
    page.keyboard.press("a")

    line.caller = line.result_of(coming)
    line.caller.accepts()
    line.hears("press 1")
    line.presses("1")
    page.wait_for_selector("#panel[data-stage=talking]", timeout=30000)
    line.plays("caller_sunday.wav")
    assert wait_until(lambda: page.locator("#panel[data-stage=talking]").count() == 1, 5)
    line.hangs_up()
    page.wait_for_selector("#panel[data-stage=wrapping]", timeout=20000)
    assert wait_until(lambda: promise_state(house) == [("kept", CALLER)], 20), promise_state(house)
    assert page.complaints == []
