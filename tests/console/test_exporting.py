"""Found calls taken away as a file, and searches kept under a name."""

import csv
import io
import json
from datetime import timedelta

import pytest

from console.review.exporting import HEAD
from foundation.audit import AuditRow
from foundation.calls import Call
from tests.console.test_calls import said
from transcription.store import add_segments
from transcription.stream import Final


def rows(answer):
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))


@pytest.mark.promise(24)
@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =cmd|' /C calc'!A0", "\r=1"])
def test_no_cell_of_an_export_is_a_formula(house, browser, story, name):
    """A caller's name and a caller's words are whatever the caller wants: a spreadsheet must not compute them."""
    story.call("CW1", caller_name=name)
    said(house, "CW1", "=2+5 equals seven")
    answer = browser(house, "sue").get("/calls/export?as=csv&q=seven")
    for row in csv.reader(io.StringIO(answer.get_data(as_text=True))):
        assert not [cell for cell in row if cell.lstrip()[:1] in {"=", "+", "-", "@"} or cell[:1] in {"\t", "\r"}]


def test_an_export_holds_what_the_list_finds(house, browser, story):
    """With the same filter: whose call, how it ended, and where the words were said."""
    story.call("CW1", status="completed", ended_at=house.clock.now() + timedelta(seconds=75), outcome="answered")
    story.call("CW2", queue="technical")
    said(house, "CW1", "good morning", "there is a charge on my bill")
    said(house, "CW2", "a charge, too")
    answer = browser(house, "sue").get("/calls/export?as=csv&q=charge&queue=billing")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="calls.csv"'
    (row,) = rows(answer)
    assert set(row) == set(HEAD)
    assert (row["id"], row["seconds"], row["outcome"], row["queue"]) == ("CW1", "75.0", "answered", "billing")
    assert row["said"] == "4.0 caller: there is a charge on my bill"
    assert row["began_utc"].endswith("+00:00")


def test_an_export_as_lines_keeps_values_as_they_are(house, browser, story):
    """For programs: one object a line, lists are lists, unknown is null."""
    story.call("CW1", caller_name="=1+1")
    (line,) = browser(house, "sue").get("/calls/export?as=jsonl").get_data(as_text=True).splitlines()
    row = json.loads(line)
    assert (row["name"], row["topics"], row["caller_mood"], row["seconds"]) == ("=1+1", [], None, None)


def test_an_agent_exports_own_calls_alone(house, browser, story):
    """What the list does not show, the file does not hold."""
    story.call("CW1", agent_id="ada")
    story.call("CW2", agent_id="ben")
    assert [row["id"] for row in rows(browser(house, "ada").get("/calls/export?as=csv"))] == ["CW1"]


def test_an_export_is_noted(house, browser, story):
    """Who took calls away is in the audit."""
    browser(house, "sue").get("/calls/export?as=csv")
    with house.services.db.begin() as session:
        (row,) = session.query(AuditRow).filter_by(what="calls.exported")
    assert row.who == "sue"


def test_an_unknown_kind_of_file_is_no_page(house, browser):
    """Nothing is guessed."""
    assert browser(house, "sue").get("/calls/export?as=xls").status_code == 404


def test_a_search_is_kept_under_a_name_and_opens_again(house, browser):
    """Without the page and the reader's clock; kept again, the name has the new search."""
    sue = browser(house, "sue")
    sue.get("/calls")
    part = sue.post("/calls/searches", name="  Lost   cards ", q="lost card", queue="billing", zone="UTC", offset="50")
    assert part.status_code == 200
    assert 'href="/calls?q=lost+card&amp;queue=billing"' in part.text
    assert ">Lost cards</a>" in part.text
    sue.post("/calls/searches", name="Lost cards", q="stolen card")
    page = sue.get("/calls").text
    assert "q=stolen+card" in page
    assert page.count("Lost cards</a>") == 1


def test_a_kept_search_is_its_owners_alone(house, browser):
    """Nobody else sees it, or can delete it."""
    sue, root = browser(house, "sue"), browser(house, "root")
    sue.get("/calls")
    sue.post("/calls/searches", name="Mine", q="x")
    assert "Mine</a>" not in root.get("/calls").text
    assert root.post("/calls/searches/1/forget").status_code == 404
    assert "Mine</a>" not in sue.post("/calls/searches/1/forget").text
    assert sue.post("/calls/searches/1/forget").status_code == 404


def test_a_search_without_a_name_is_not_kept(house, browser):
    """Nor is one of spaces."""
    sue = browser(house, "sue")
    sue.get("/calls")
    assert sue.post("/calls/searches", name="   ", q="x").status_code == 400


def test_words_said_before_five_hundred_other_calls_are_found_with_a_filter(house, browser, story):
    """The filters are part of the question, not of what its newest answers leave."""
    story.call("CW0", queue="technical", started_at=house.clock.now() - timedelta(days=1))
    said(house, "CW0", "a charge")
    with house.services.db.begin() as session:
        for number in range(1, 505):
            call_id = f"CW{number}"
            now = house.clock.now()
            session.add(Call(id=call_id, direction="inbound", status="completed", queue="billing", started_at=now))
            session.flush()
            final = Final(0, "a charge", 0, 900, (), 0.9)
            add_segments(session, [final], call_id=call_id, speaker="caller", model="starter-en-8k")
    page = browser(house, "sue").get("/calls?q=charge&number=0142&outcome=in-progress&queue=technical").text
    assert 'id="row-CW0"' in page
    assert "505 calls" in browser(house, "sue").get("/calls?q=charge").text


def test_more_of_the_form_narrows_the_list(house, browser, story):
    """Who said it, and how long the call was: minutes in the form."""
    story.call("CW1", status="completed", ended_at=house.clock.now() + timedelta(seconds=120))
    story.call("CW2", status="completed", ended_at=house.clock.now() + timedelta(seconds=60))
    said(house, "CW1", "a charge")
    said(house, "CW2", "a charge", speaker="agent")
    sue = browser(house, "sue")
    for query, found in (
        ("q=charge&speaker=caller", {"CW1"}),
        ("longer=1.5", {"CW1"}),
        ("shorter=1", {"CW2"}),
        ("shorter=rubbish&mood=odd&speaker=nobody", {"CW1", "CW2"}),
        ("silence=1", set()),
        ("mood=low", set()),
        ("topic=lost", set()),
        ("q=***", set()),
    ):
        page = sue.get(f"/calls?{query}").text
        assert {name for name in ("CW1", "CW2") if f'id="row-{name}"' in page} == found, query


def test_a_place_leads_to_its_second(house, browser, story):
    """The list names the second, the call's page begins there."""
    story.call()
    said(house, "CW1", "good morning", "there is a charge")
    sue = browser(house, "sue")
    assert 'href="/calls/CW1?q=charge&amp;at=4.0"' in sue.get("/calls?q=charge").text
    assert 'data-at="4.0"' in sue.get("/calls/CW1?q=charge&at=4.0").text
