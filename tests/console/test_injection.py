"""What callers, carriers and agents write is data on every screen (promise 23, HTML)."""

import pytest

from transcription.store import add_segments
from transcription.stream import Final

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }}",
    "</textarea><svg onload=alert(1)>",
    "javascript:alert(1)",
    "\u202egnirts",
    "&lt;b&gt;",
)


@pytest.mark.promise(23)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_came_from_outside_is_escaped_on_every_page(house, browser, story, payload):
    """Name, tags, transcript and notes, on the desk, in the list, on the call's page."""
    story.ready()
    story.call(caller_name=payload, flow=payload[:60])
    story.wait()
    with house.services.db.begin() as session:
        final = Final(seq=0, text=payload, start_ms=0, end_ms=900, words=(), confidence=1.0)
        add_segments(session, [final], call_id="CW1", speaker="caller", model="model")
    ada, sue = browser(house, "ada"), browser(house, "sue")
    held = ada.get("/desk").text.split('data-reservation="')[1].split('"')[0]
    ada.post(f"/desk/reservations/{held}/accept")
    house.routing.connected(held)
    ada.post(f"/desk/reservations/{held}/notes", notes=payload)
    for page in (ada.get("/desk").text, sue.get("/calls?q=alert").text, sue.get("/calls/CW1").text):
        for live in ("<script>alert", "<img src=x", "<svg onload", "' onmouseover='alert", "}}49", ">49<"):
            assert live not in page
        assert 'href="javascript' not in page


@pytest.mark.promise(23)
def test_what_is_searched_for_is_escaped_and_kept_out_of_addresses(house, browser):
    """The words of a search come back in the page and in its links."""
    page = browser(house, "sue").get('/calls?q="><script>alert(1)</script>&number="><i>').text
    assert "<script>alert" not in page
    assert '"><i>' not in page
