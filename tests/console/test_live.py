"""Server-sent events: each page hears its own topics, from where it had heard, for as long as it is logged in."""

import json

import pytest

from console.live import Listener, cursor_of, positions_of, stream


def read(events, count):
    """So many events that tell something, without the beats between."""
    found = []
    while len(found) < count:
        block = next(events)
        fields = dict(line.split(": ", 1) for line in block.strip().splitlines() if not line.startswith(":"))
        if "id" in fields or fields.get("event") == "signed_out":
            found.append(fields)
    return found


def token_of(browser):
    with browser.client.session_transaction() as session:
        return session["_user_id"]


def test_a_page_hears_what_is_pushed_after_it_was_drawn(house, browser):
    """The cursor is taken before the page is drawn, so that nothing falls between the two."""
    sue = browser(house, "sue")
    house.live.push("wall", "old", {})
    cursor = sue.get("/wall").text.split('data-cursor="')[1].split('"')[0]
    house.live.push("wall", "changed", {"queue": "billing"})
    events = stream(house.services, Listener(token_of(sue), None, ("wall",)), positions_of(cursor))
    [event] = read(events, 1)
    assert event["event"] == "wall"
    assert json.loads(event["data"]) == {"topic": "wall", "kind": "changed", "data": {"queue": "billing"}}


def test_a_page_that_was_cut_off_hears_what_it_missed_once(house, browser):
    """Last-Event-ID: the browser sends back the last id it has seen."""
    sue = browser(house, "sue")
    listener = Listener(token_of(sue), None, ("wall",))
    events = stream(house.services, listener, {"wall": "0"})
    house.live.push("wall", "one", {})
    [first] = read(events, 1)
    house.live.push("wall", "two", {})
    again = stream(house.services, listener, positions_of(first["id"]))
    [second] = read(again, 1)
    assert json.loads(second["data"])["kind"] == "two"


def test_the_desk_follows_the_agents_call_without_coming_again(house, browser, story):
    """A call that is offered while the stream is open is heard on the same stream."""
    ada = browser(house, "ada")
    events = stream(
        house.services, Listener(token_of(ada), "ada", ("agent:ada",), follows_own_call=True), {"agent:ada": "0"}
    )
    story.ring()
    house.live.push("agent:ada", "offered", {})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("console.live.BLOCK_MS", 0)
        [offered] = read(events, 1)
        assert offered["event"] == "agent"
        assert next(events).startswith("event: beat"), "nothing to tell: the page is asked whether it is there"
        house.live.push("call:CW1", "partial", {"text": "hello"})
        [partial] = read(events, 1)
    assert json.loads(partial["data"])["data"]["text"] == "hello"


def test_the_stream_ends_with_the_session(house, browser):
    """Whoever is logged out hears no more, and is told so."""
    sue = browser(house, "sue")
    events = stream(house.services, Listener(token_of(sue), None, ("wall",)), {"wall": "0"})
    house.live.push("wall", "one", {})
    read(events, 1)
    sue.post("/logout")
    assert next(events).startswith("event: signed_out")
    assert list(events) == []


@pytest.mark.promise(26)
@pytest.mark.parametrize(
    ("login", "view", "status"),
    [
        ("ada", "view=desk", 200),
        ("ada", "view=wall", 404),
        ("ada", "view=call&call=CW1", 404),
        ("sue", "view=wall", 200),
        ("sue", "view=desk", 404),
        ("sue", "view=call&call=CW1", 200),
        ("dee", "view=wall", 200),
        ("dee", "view=call&call=CW1", 404),
        ("root", "view=call&call=CW1", 200),
        ("root", "view=call&call=CW9", 404),
        ("sue", "", 404),
    ],
)
def test_each_role_hears_only_its_own_topics(house, browser, story, login, view, status):
    """The words of a call are as private live as they are afterwards."""
    story.call("CW1")
    person = browser(house, login)
    answer = person.client.get(f"/events?{view}", buffered=False)
    answer.close()
    assert answer.status_code == status
    if status == 200:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        assert answer.headers["X-Accel-Buffering"] == "no"


def test_a_cursor_that_somebody_made_up_is_forgotten():
    """It comes from the address bar: only ids of streams are believed."""
    assert positions_of(cursor_of({"wall": "17-0", "call:CW1": "3-2"})) == {"wall": "17-0", "call:CW1": "3-2"}
    assert positions_of("wall=$;agent:x=1-0-0;=;junk;call:y=12") == {"call:y": "12"}
