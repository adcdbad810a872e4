"""Why a caller waits, on the wall and in the terminal: the same sentences, and a number with two digits."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from call_flows.loader import load_site
from call_flows.site import Site
from console.cli.main import app
from console.looking import looking
from console.why import NoSuchCall, find_call, masked, why_call
from console.why_words import as_json, text
from foundation import migrations
from foundation.calls import Call
from foundation.clock import SystemClock
from foundation.db import Database
from foundation.events import Bus
from foundation.ids import RandomIds
from foundation.settings import load_settings
from ivr.emergency import switch_on
from ivr.sites import SiteShelf
from routing.config import Overflow, QueueConfig
from routing.match import Ring
from routing.reservations import Reservation
from routing.service import RoutingService
from routing.waitlist_memory import MemoryWaitlist

NORTHWIND = Path(__file__).resolve().parents[2] / "call_flows" / "library" / "northwind"

NUMBERS = [
    ("+12025550142", "+1••••••••42"),
    ("+442071838750", "+4•••••••••50"),
    ("", "withheld"),
    ("12345", "•••"),
]


@pytest.mark.parametrize(("number", "shown"), NUMBERS)
def test_a_number_on_the_wall_has_its_first_and_its_last_two_digits(number, shown):
    """The wall hangs where visitors pass."""
    assert masked(number) == shown


def told_of(house, named="CW1"):
    with looking(house.services.db) as session:
        call = find_call(session, named, region="US")
        return why_call(session, call, house.routing, None, house.clock.now())


def test_a_call_is_found_by_its_id_its_carriers_sid_and_its_number(house, story):
    """A supervisor has one of the three; of several calls of a number, the one that waits is meant."""
    story.call("CW1", carrier_sid="CA" + "7" * 32)
    story.wait("CW1")
    house.clock.advance(60)
    story.call("CW2", status="completed")
    for named in ("CW1", "CA" + "7" * 32, "+12025550142", "(202) 555-0142"):
        assert told_of(house, named).call_id == "CW1", named
    for nobody in ("CWnothing", "", "+12025559999"):
        with pytest.raises(NoSuchCall):
            told_of(house, nobody)


def test_the_text_says_what_holds_him_who_would_do_and_what_opens_next(house, story):
    """One screen of a terminal, no number in full."""
    house.routing.queues.replace([QueueConfig("billing", (Ring(0, {"billing": 3}), Ring(45, {"billing": 1})))])
    story.ring("CW0")
    story.ready("ben")
    story.call("CW1")
    story.wait("CW1")
    house.clock.advance(10)
    house.routing.agents.set_not_ready("ben", "Lunch")
    said = "\n".join(text(told_of(house)))
    assert "0142" not in said
    for sentence in (
        "Waits in billing for 0:10, place 2 of 2, no estimate.",
        "Everybody who would do is busy.",
        "Others are before this caller.",
        "Needs now: billing 3 (ring 1 of 2).",
        "Ada Lovelace  ringing (billing) for 0:10",
        "Ring 2 opens in 0:35, for billing 1: adds Ben Okri (not ready (Lunch) for 0:00).",
    ):
        assert sentence in said, said


SITE = Site.model_validate(
    {
        "site": "x",
        "skills": ["billing"],
        "hours": {"office": {"mon-fri": "08:00-09:00"}},
        "queues": {"billing": {"hours": "office", "rings": [{"after": "0s", "needs": {"billing": 1}}]}},
    }
)


def test_closed_hours_and_an_emergency_are_told_beside_what_routing_knows(house, story):
    """Three in the afternoon of a Monday, and the office closes at nine."""
    story.call("CW1")
    story.wait("CW1")

    def told():
        with house.services.db.begin() as session:
            call = find_call(session, "CW1")
            return why_call(session, call, house.routing, SITE, house.clock.now())

    assert "The hours “office” of this queue are closed." in "\n".join(text(told()))
    with house.services.db.begin() as session:
        switch_on(session, "office", who="sue", at=house.clock.now())
    assert told().gates == ("The hours “office” of this queue are in an emergency.",)


def test_one_agent_waited_for_alone_and_what_time_brings_are_told(house, story):
    """The known agent, then overflow, then the longest wait."""
    house.routing.queues.replace(
        [QueueConfig("billing", (Ring(0, {"billing": 1}),), max_wait=600, overflow=Overflow("technical", 120))]
    )
    story.ring("CW0")
    story.call("CW1")
    with house.services.db.begin() as session:
        house.routing.enqueue(session, call_id="CW1", queue="billing", preferred_agent="ada", alone=30)
    house.clock.advance(10)
    said = list(text(told_of(house)))
    for sentence in (
        "Waits for Ada Lovelace alone for 0:20 more.",
        "Goes on to technical in 1:50.",
        "The longest wait of the queue is over in 9:50.",
    ):
        assert sentence in said, said
    assert not any("Needs now" in sentence for sentence in said)


def test_the_same_as_json_for_programs(house, story):
    """Every fact of the text, times as ISO, lengths in seconds."""
    story.call("CW1")
    story.wait("CW1")
    facts = json.loads(json.dumps(as_json(told_of(house))))
    assert (facts["call"], facts["queue"], facts["position"], facts["holds"]) == (
        "CW1",
        "billing",
        1,
        ["those who would do are signed out"],
    )
    assert {agent["id"]: agent["would_do_now"] for agent in facts["agents"]} == {"ada": True, "ben": True}


@pytest.mark.parametrize(
    ("status", "where"), [("in-progress", "in the flow main_line"), ("completed", "The call is over (completed)")]
)
def test_a_call_that_does_not_wait_is_somewhere_else(house, story, status, where):
    """The answer is never nothing."""
    story.call("CW1", status=status)
    told = told_of(house)
    assert where in "\n".join(text(told))
    assert as_json(told)["waits"] is False


def test_a_call_that_talks_says_with_whom(house, story):
    """It waited, and was answered."""
    story.ring("CW1")
    with house.services.db.begin() as session:
        entry = house.routing.board.open_entry_of("CW1", session=session)
    told = house.routing.why.entry(entry.id)
    assert told.wait.ringing == "ada"
    with looking(house.services.db) as session:
        held = session.query(Reservation).one().id
    house.routing.accept(held, "ada")
    house.routing.connected(held)
    assert "with Ada Lovelace" in told_of(house).elsewhere


def test_the_wall_lists_who_is_in_line_and_a_click_says_why(house, browser, story):
    """Masked number, queue, place, wait; the answer stays open beside the board that draws itself anew."""
    story.call("CW1")
    story.wait("CW1")
    sue = browser(house, "sue")
    page = sue.get("/wall").text
    assert "+1••••••••42" in page
    assert "0142" not in page
    assert "202-555" not in page
    address = page.split('hx-get="/wall/why/')[1].split('"')[0]
    why = sue.get(f"/wall/why/{address}").text
    assert "Those who would do are not signed in." in why
    assert "<b>Ada Lovelace</b> offline for" in why
    assert 'hx-trigger="refresh"' in why
    house.routing.leave(address, "abandoned")
    assert "in no queue" in sue.get(f"/wall/why/{address}").text
    assert sue.get("/wall/why/none").text.strip().startswith('<section id="why"')
    assert "waiting-title" not in sue.get("/wall").text


def test_an_agent_does_not_see_who_waits(house, browser, story):
    """The wall is for those who watch it."""
    story.call("CW1")
    story.wait("CW1")
    assert browser(house, "ada").get("/wall/why/none").status_code in {302, 403}


def test_the_command_answers_without_redis_and_says_in_a_sentence_that_there_is_no_such_call(tmp_path, monkeypatch):
    """Asked from the terminal, with nothing of the house running: SQL knows."""
    monkeypatch.setenv("CALLWRIGHT_HOME", str(tmp_path / "home"))
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    settings, clock = load_settings(), SystemClock()
    db = Database(settings.database_url)
    migrations.upgrade(db)
    SiteShelf(db, clock).publish(load_site(NORTHWIND), NORTHWIND)
    routing = RoutingService(db, MemoryWaitlist(), clock, RandomIds(), Bus(), [QueueConfig("billing")])
    with db.begin() as session:
        session.add(
            Call(id="CW1", direction="inbound", status="in-progress", caller="+12025550142", started_at=clock.now())
        )
        session.flush()
        routing.enqueue(session, call_id="CW1", queue="billing")
    db.dispose()
    text_, facts = (CliRunner().invoke(app, ["why", "CW1", *more]) for more in ([], ["--format", "json"]))
    assert text_.exit_code == 0, text_.output
    assert "nobody is being matched" in text_.stdout
    assert "0142" not in text_.stdout
    assert json.loads(facts.stdout)["queue"] == "billing"
    nobody = CliRunner().invoke(app, ["why", "CW2"])
    assert isinstance(nobody.exception, NoSuchCall)
    assert "Give the call's id" in str(nobody.exception)
