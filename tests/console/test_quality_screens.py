"""Quality in a browser: a review by keys, a note at the moment the sound is at, the agent's word; in both themes."""

import os
from pathlib import Path

import pytest
from sqlalchemy import select

from console.review.quality.rows import CoachingNote, Review
from tests.console.quality_house import hire, publish

from .test_screens import (
    AXE,
    TwinLine,
    a_recorded_call,
    chromium,
    clock,
    folder,
    house,
    line,
    pytestmark,
    screen,
    served,
)

__all__ = ["TwinLine", "chromium", "clock", "folder", "house", "line", "pytestmark", "served"]
LIGHT, DARK = "light", "dark"
PICTURES = os.environ.get("CALLWRIGHT_PICTURES")
"""Where each page is also drawn, for people to look at."""


@pytest.fixture
def recorded(house, story, tmp_path):
    """A scorecard, and a recorded call of Ada's."""
    publish(house, tmp_path)
    a_recorded_call(house, story)
    return house


def row(house, kind):
    with house.services.db.begin() as session:
        return session.scalar(select(kind))


def begin(page, served):
    page.goto(f"{served}/calls/CW1")
    page.click(".begin-review >> text=Review this call")
    page.wait_for_selector("main.scoring[data-ready]")


def test_a_review_by_keyboard_alone(chromium, served, recorded):
    """J to the question, a digit for the answer: kept at once, the score follows; S submits."""
    with screen(chromium, served, "sue") as review:
        page = review.page
        page.goto(f"{served}/calls/CW1")
        page.focus(".begin-review button.primary")
        page.keyboard.press("Enter")
        page.wait_for_selector("main.scoring[data-ready]")
        page.wait_for_selector("text=3 questions to go.")
        page.keyboard.press("s")
        page.wait_for_selector(".toast.error >> text=Answer: Did the agent greet?")
        assert review.wrong == ["Failed to load resource: the server responded with a status of 409 (CONFLICT)"]
        review.wrong.clear()
        for key in ("j", "1", "j", "0", "j", "2"):
            page.keyboard.press(key)
        page.wait_for_selector("#score >> text=57.1")
        page.keyboard.press("c")
        page.keyboard.type("half an ear, 1 2 3")
        page.keyboard.press("Tab")
        page.wait_for_function("() => !document.querySelector('.htmx-request')")
        page.reload()
        assert page.input_value("#comment-listened") == "half an ear, 1 2 3"
        page.keyboard.press("?")
        assert page.is_visible("#keys")
        page.keyboard.press("Escape")
        page.wait_for_selector("#keys", state="hidden")
        page.keyboard.press("s")
        page.wait_for_selector("text=Take back and change")
    assert (row(recorded, Review).state, round(row(recorded, Review).score, 1)) == ("submitted", 57.1)


def test_a_note_is_tied_to_the_moment_the_sound_is_at_and_leads_the_agent_there(chromium, served, recorded):
    """Stop, “Now”, say it; the agent's link opens the call at that second, and says so without sound as well."""
    with screen(chromium, served, "sue") as review:
        page = review.page
        page.goto(f"{served}/calls/CW1")
        page.wait_for_function("() => document.querySelector('audio').readyState >= 2")
        page.wait_for_selector(".player[data-started]")
        page.evaluate("document.querySelector('audio').currentTime = 3.2")
        page.click("button[data-now]")
        assert page.input_value(".note-at") == "0:03"
        page.fill(".note-text", "A fine pause here.")
        page.click("text=Tell")
        page.wait_for_selector(".notes-list >> text=A fine pause here.")
        page.evaluate("document.querySelector('audio').currentTime = 0")
        page.click(".notes-list button.moment")
        page.wait_for_function("() => document.querySelector('audio').currentTime >= 3")
        page.wait_for_selector(".line.now:nth-child(3)")
    with screen(chromium, served, "ada") as desk:
        page = desk.page
        page.wait_for_selector("nav >> text=1 new")
        page.click("nav >> text=Feedback")
        page.click(".notes-list a.moment")
        page.wait_for_function("() => document.querySelector('audio')?.currentTime >= 3")
        page.wait_for_selector(".line.now:nth-child(3)")
        page.go_back()
        page.click("text=I have read it")
        page.wait_for_function("() => !document.querySelector('nav .flag')")
    assert row(recorded, CoachingNote).read_at is not None


def test_the_agent_reads_the_review_and_says_so(chromium, served, recorded):
    """Disabled answers, the moment that was found, one button."""
    with screen(chromium, served, "sue") as review:
        begin(review.page, served)
        for question, answer in (("greeting", "yes"), ("identified", "yes"), ("listened", "yes")):
            review.page.check(f"[name=answer-{question}][value={answer}]")
        review.page.wait_for_selector("#score >> text=90")
        review.page.fill("[name=summary]", "Calm and clear")
        review.page.click("text=Submit to")
        review.page.wait_for_selector("text=Take back and change")
    with screen(chromium, served, "ada") as desk:
        page = desk.page
        page.click("nav >> text=Feedback")
        page.click("table a")
        assert "Calm and clear" in page.inner_text("main")
        assert page.is_disabled("[name=answer-listened][value=yes]")
        page.fill("[name=reply]", "Thank you")
        page.click("text=I have read it")
        page.wait_for_selector("td:text-is('acknowledged')")
    assert row(recorded, Review).reply == "Thank you"


def a_house_full(chromium, served, house):
    """A note, a draft, a submitted review, an open calibration and a closed one. The addresses of its pages."""
    hire(house, "eve", "Eve Expert")
    found = {}
    for login, answer in (("sue", "yes"), ("eve", "partly")):
        with screen(chromium, served, login) as review:
            page = review.page
            if login == "sue":
                page.goto(f"{served}/calls/CW1")
                page.fill(".note-text", "A fine pause here.")
                page.click("text=Tell")
                page.wait_for_selector(".notes-list")
                page.click(".calibrate summary")
                for name in ("Sue Visor", "Eve Expert"):
                    page.check(f".tick >> text={name}")
                page.select_option("[name=expert]", "eve")
                page.click("text=Open the calibration")
                page.wait_for_selector("text=Who is ready")
                found["calibration"] = page.url.removeprefix(served)
            page.goto(served + found["calibration"])
            page.click("text=Score the call")
            page.wait_for_selector("main.scoring[data-ready]")
            for question in ("greeting", "identified"):
                page.check(f"[name=answer-{question}][value=yes]")
            page.check(f"[name=answer-listened][value={answer}]")
            page.wait_for_function("() => !document.querySelector('#score').textContent.includes('to go')")
            page.click(".finish >> text=Submit")
            page.wait_for_selector("text=Who is ready")
    with screen(chromium, served, "sue") as review:
        page = review.page
        begin(page, served)
        for question in ("greeting", "identified"):
            page.check(f"[name=answer-{question}][value=yes]")
        page.check("[name=answer-listened][value=partly]")
        page.fill("#comment-listened", "She was interrupted twice.")
        page.keyboard.press("Tab")
        page.wait_for_function("() => !document.querySelector('#score').textContent.includes('to go')")
        page.click("text=Submit to")
        page.wait_for_selector("text=Take back and change")
        found["submitted"] = page.url.removeprefix(served)
        begin(page, served)
        found["draft"] = page.url.removeprefix(served)
    return found


def close(chromium, served, address):
    with screen(chromium, served, "sue") as review:
        review.page.goto(served + address)
        review.page.click("text=Close and compare")
        review.page.wait_for_selector("text=Cohen’s kappa")


@pytest.mark.promise(28)
def test_every_page_of_quality_can_be_used_by_everybody(chromium, served, recorded):
    """No serious finding of axe in both themes, no console error, nothing off the machine, no scrolling sideways."""
    pages = a_house_full(chromium, served, recorded)
    looked = {
        "sue": ["/quality", "/calls/CW1", pages["draft"], pages["submitted"], pages["calibration"], "/quality?agent=x"],
        "ada": ["/quality/mine", pages["submitted"], "/calls/CW1"],
        "ben": ["/quality/mine"],
    }
    for closed in (False, True):
        for theme in (LIGHT, DARK):
            for login, paths in looked.items():
                with screen(chromium, served, login, theme) as one:
                    one.context.new_cdp_session(one.page).send("Page.setBypassCSP", {"enabled": True})
                    for path in [pages["calibration"]] if closed and login == "sue" else [] if closed else paths:
                        one.page.goto(served + path)
                        is_usable(one.page, f"{theme}-{login}-{'closed' if closed else 'open'}{path.replace('/', '-')}")
        if not closed:
            close(chromium, served, pages["calibration"])


def is_usable(page, name):
    """What axe says, and whether the page fits a phone."""
    page.wait_for_selector("main")
    page.wait_for_function("() => !document.querySelector('.htmx-request')")
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name[:80]}.png", full_page=True)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in {"serious", "critical"}] == [], name
    page.set_viewport_size({"width": 390, "height": 840})
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name[:80]}-phone.png", full_page=True)
    assert not wide, f"{name} scrolls sideways on a phone"
    page.set_viewport_size({"width": 1360, "height": 840})
