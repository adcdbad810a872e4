"""The wall's list of who waits, in a browser: a click says why, and stays open while the board draws itself anew."""

import pytest

from routing.agents import Agent

from .test_screens import AXE, TwinLine, chromium, clock, folder, house, line, pytestmark, screen, served

__all__ = ["TwinLine", "chromium", "clock", "folder", "house", "line", "pytestmark", "served"]
LIGHT, DARK = "light", "dark"


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_click_on_somebody_in_line_says_why_and_stays_open(chromium, served, house, story, theme):
    """By keyboard as by mouse; nothing serious for who reads with other means; no scrolling sideways on a phone."""
    story.call()
    story.wait()
    with screen(chromium, served, "sue", theme) as wall:
        page = wall.page
        page.focus(".waiting button")
        page.keyboard.press("Enter")
        page.wait_for_selector("#why.card")
        assert "Those who would do are not signed in." in page.inner_text("#why")
        house.routing.agents.sign_in("ada")
        house.live.push("wall", "agent", {"agent_id": "ada"})
        page.wait_for_selector("#why >> text=Those who would do are not ready.")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run()")["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in {"serious", "critical"}] == []
        page.set_viewport_size({"width": 390, "height": 840})
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        page.set_viewport_size({"width": 1360, "height": 840})
        page.click("#why >> text=Close")
        page.wait_for_selector("#why.card", state="detached")


@pytest.mark.promise(15)
def test_the_desk_is_heard_as_soon_as_it_takes_calls(chromium, served, house):
    """The page beats; when it was lost and is open again, the agent is available without a click."""
    with screen(chromium, served, "ada") as desk:
        page = desk.page
        page.keyboard.press("r")
        page.wait_for_selector(".pill.available")
        with house.services.db.begin() as session:
            agent = session.get(Agent, "ada")
            assert agent.heartbeat_at is not None
            agent.heartbeat_at = agent.heartbeat_at.replace(year=2020)
        house.routing.contact.sweep()
        house.live.push("agent:ada", "state", {})
        page.wait_for_selector("text=This page was not heard for a while")
        page.reload()
        page.wait_for_selector(".pill.available")
