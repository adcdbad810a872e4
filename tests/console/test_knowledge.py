"""What helps an agent on a call: articles for the caller's last words, and what was said before the call came."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from call_flows.loader import load_site
from console.desk.knowledge import read_cards
from console.desk.notes import keep
from ivr.tables import Meeting
from routing.reservations import Reservation
from tests.conftest import ROOT
from tests.console.test_calls import said
from transcription.store import add_segments
from transcription.stream import Final

NORTHWIND = ROOT / "call_flows" / "library" / "northwind"


@pytest.fixture
def bank(house):
    """A house whose site has articles."""
    house.services.shelf.publish(load_site(NORTHWIND), NORTHWIND)
    return house


def test_the_articles_are_about_the_callers_last_half_minute(bank, story):
    """The best first; what was said minutes ago counts no more."""
    story.call()
    said(bank, "CW1", "when are you open on saturday")
    (first, *_) = read_cards(bank.services, "CW1", "en-US")
    assert first.title == "Opening hours"
    with bank.services.db.begin() as session:
        final = Final(9, "i lost my card", 100_000, 102_000, (), 0.9)
        add_segments(session, [final], call_id="CW1", speaker="caller", model="m")
    (first, *_) = read_cards(bank.services, "CW1", "en-US")
    assert first.title == "A lost or stolen card"


def test_what_the_agent_says_asks_for_no_article(bank, story):
    """The caller's words are the question."""
    story.call()
    said(bank, "CW1", "i lost my card", speaker="agent")
    assert read_cards(bank.services, "CW1", "en-US") == ()


def test_the_desk_shows_articles_and_one_key_takes_the_best(bank, browser, story):
    """K puts it into the notes."""
    story.ring()
    agent = browser(bank, "ada")
    assert "May help" not in agent.get("/desk/knowledge").text
    said(bank, "CW1", "i lost my card")
    (row,) = reservations(bank)
    agent.post(f"/desk/reservations/{row}/accept")
    with bank.services.db.begin() as session:
        session.get_one(Reservation, row).connected_at = bank.clock.now()
    cards = agent.get("/desk/knowledge").text
    assert "May help" in cards
    assert cards.index('data-key="k"') > cards.index("A lost or stolen card")
    assert cards.count("data-key") == 1


def reservations(house):
    with house.services.db.begin() as session:
        return list(session.scalars(select(Reservation.id)))


def test_who_takes_a_call_over_reads_what_was_said_before(house, browser, story):
    """A summary, the notes, before the telephone is answered: the caller need not say it again."""
    story.ring()
    said(house, "CW1", "i lost my card yesterday and need a new card", "the weather is nice today here")
    with house.services.db.begin() as session:
        now = house.clock.now()
        given = {"entry_id": "QE0", "agent_id": "ben", "state": "over", "leg_id": "LG0", "reservation_id": "WR0"}
        session.add(
            Meeting(call_id="CW1", began_at=now, connected_at=now, ended_at=now + timedelta(seconds=9), **given)
        )
        keep(session, "WR0", call_id="CW1", agent_id="ben", text="New card promised.", now=now)
    panel = browser(house, "ada").get("/desk/panel").text
    assert "Said so far" in panel
    assert "i lost my card yesterday and need a new card" in panel
    assert "New card promised." in panel


def test_the_first_agent_has_nothing_to_read(house, browser, story):
    """Nobody has talked yet."""
    story.ring()
    assert "Said so far" not in browser(house, "ada").get("/desk/panel").text
