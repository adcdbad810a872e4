"""An agent owes a customer a call; and whoever is to make it reads the whole story before the telephone rings."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from call_flows.library import NORTHWIND
from call_flows.loader import load_site
from callbacks.promises import DialAttempt, Promise
from console.desk.reading import read_desk

WISH = {"number": "(202) 555-0142", "queue": "billing", "day": "2026-03-04", "time": "15:30"}


def owed(house):
    with house.services.db.begin() as session:
        return list(session.scalars(select(Promise)))


@pytest.fixture(autouse=True)
def site(house):
    """The bank."""
    house.services.shelf.publish(load_site(NORTHWIND), NORTHWIND)


@pytest.fixture
def ada(house, browser):
    return browser(house, "ada")


@pytest.fixture
def tomorrow(house):
    return (house.clock.now() + timedelta(days=1)).date().isoformat()


def test_the_time_is_the_customers_own(house, ada, tomorrow):
    """Chicago is an hour behind New York."""
    answer = ada.post(
        "/desk/callbacks", **{**WISH, "number": "+13125550123", "day": tomorrow, "owner": "me", "note": "a loan"}
    )
    assert answer.status_code == 201, answer.text
    (promise,) = owed(house)
    assert promise.due_at.strftime("%H:%M") in {"20:30", "21:30"}  # summer time or not
    assert (promise.zone, promise.why, promise.note) == ("America/Chicago", "agent", "a loan")
    assert (promise.owner, promise.asked_by) == ("ada", "ada")


def test_anyone_may_call_when_nobody_is_named(house, ada, tomorrow):
    assert ada.post("/desk/callbacks", **{**WISH, "day": tomorrow}).status_code == 201
    assert owed(house)[0].owner == ""


def test_a_number_of_two_zones_needs_to_be_told_which(house, ada, tomorrow):
    wish = {**WISH, "number": "+12085551234", "day": tomorrow}
    answer = ada.post("/desk/callbacks", **wish)
    assert answer.status_code == 400
    assert "America/Boise" in answer.text
    assert ada.post("/desk/callbacks", **wish, zone="America/Boise").status_code == 201


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"number": "12"}, "not_a_number"),
        ({"number": "+442071234567"}, "country"),
        ({"queue": "nobody"}, "queue"),
        ({"day": "soon"}, "time"),
        ({"day": "2020-01-01"}, "time_past"),
        ({"day": "2036-01-01"}, "time_too_far"),
        ({"zone": "Europe/Rome"}, "zone"),
    ],
)
def test_what_cannot_be_owed_is_refused_with_its_reason(house, ada, tomorrow, change, code):
    answer = ada.post("/desk/callbacks", **{**WISH, "day": tomorrow, **change})
    assert answer.status_code in {400, 409}
    assert f'data-code="{code}"' in answer.text
    assert owed(house) == []


def test_the_whole_story_is_read_before_the_telephone_rings(house, ada, story):
    here = house.services
    call_id = story.call()
    with here.db.begin() as session:
        promise = here.callbacks.promise(
            session,
            call_id=call_id,
            number="+12025550142",
            queue="billing",
            why="waiting",
            waited=312.0,
            note="asked about <b>the</b> loan",
        )
        session.add(
            DialAttempt(
                id=f"{promise.id}-1",
                promise_id=promise.id,
                attempt=1,
                number=promise.number,
                reservation_id="RE0",
                recorded_at=datetime(2026, 3, 2, 14, tzinfo=UTC),
                result="no_answer",
            )
        )
    house.clock.advance(30)
    here.callbacks.due()
    ada.post("/desk/state", state="available")
    panel = ada.get("/desk/panel").text
    card = read_desk(here, "ada").current.card
    assert card.is_callback
    assert [attempt.result for attempt in card.story.attempts] == ["no_answer"]
    assert "Waited in line" in panel
    assert "5 min 12 s" in panel
    assert "no answer" in panel.lower()
    assert "asked about &lt;b&gt;the&lt;/b&gt; loan" in panel
    assert "Front menu" in panel or "front menu" in panel.lower(), "the way through the menus"


def test_the_form_lies_beside_the_notes_of_a_talk(house, ada, story):
    """With the customer's number and the queue of the call; what it is answered with stands below it."""
    story.ring()
    reservation = read_desk(house.services, "ada").current.reservation_id
    house.routing.accept(reservation, "ada")
    house.routing.connected(reservation)
    panel = ada.get("/desk/panel").text
    form = panel.split("Call back later")[1].split("</details>")[0]
    assert 'name="number" value="+12025550142"' in form
    assert 'name="queue" value="billing"' in form
    assert 'hx-post="/desk/callbacks"' in form
