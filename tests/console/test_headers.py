"""What every answer carries, and what no page contains (promise 28)."""

import re

import pytest

pytestmark = pytest.mark.promise(28)

EVERYWHERE = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; "
    "connect-src 'self' ws://127.0.0.1:8090; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PAGES = ("/login", "/desk", "/desk/panel", "/calls", "/calls/CW1", "/nothing", "/static/mark.svg", "/wall")


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_same_headers(house, browser, story, path):
    """A snapshot: whoever loosens the policy changes this table, and is asked why."""
    story.ring()
    answer = browser(house, "root" if path in {"/wall", "/calls/CW1"} else "ada").get(path)
    answer.close()
    assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert not [name for name in answer.headers.keys() if name.startswith("Access-Control")], "no CORS"  # noqa: SIM118


@pytest.mark.parametrize("path", PAGES[:5])
def test_no_page_has_anything_inline_or_from_elsewhere(house, browser, story, path):
    """No script or style in the page, no handler in an attribute, no address of another machine."""
    story.ring()
    page = browser(house, "root" if path == "/calls/CW1" else "ada").get(path).text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", page)
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page)


def test_pages_are_not_kept_and_assets_are_asked_for_again(house, browser):
    """A shared machine must not show the last person's calls from its cache."""
    ada = browser(house, "ada")
    assert ada.get("/desk").headers["Cache-Control"] == "no-store"


def test_the_policy_names_the_exchange_that_is_used(build_house):
    """The softphone's socket is the one address beside our own."""
    house = build_house(EXCHANGE_URL="https://phones.example.org")
    policy = house.app.test_client().get("/login").headers["Content-Security-Policy"]
    assert "connect-src 'self' wss://phones.example.org;" in policy
