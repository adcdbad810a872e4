"""The page behind a message's link: no log-in, a signed link that ages, and nothing done without the forgery token."""

import re
from datetime import timedelta

import pytest

from call_flows.library import NORTHWIND
from call_flows.loader import load_site
from callbacks import links
from callbacks.promises import Promise

HOUR = timedelta(hours=1)
NUMBER = "+12025550142"


@pytest.fixture(autouse=True)
def site(house):
    """The bank."""
    house.services.shelf.publish(load_site(NORTHWIND), NORTHWIND)


@pytest.fixture
def owed(house):
    """A callback in three hours, and its link."""

    def owe(**options):
        here = house.services
        asked = {"call_id": None, "number": NUMBER, "queue": "billing", "due_at": house.clock.now() + 3 * HOUR}
        with here.db.begin() as session:
            return here.callbacks.promise(session, **{**asked, **options})

    return owe


def link(house, promise):
    return f"/callback/{links.sign(promise.id, promise.due_at, secret=house.services.settings.secret_key)}"


def row(house, promise):
    with house.services.db.begin() as session:
        return session.get(Promise, promise.id)


def press(browser, page, **form):
    """Press a button of the page."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).text)[1]
    return browser.client.post(page, data={"csrf_token": token, **form})


def test_a_stranger_with_the_link_sees_what_is_owed_and_no_more(house, browser, owed):
    promise = owed(zone="America/New_York", note="about the loan")
    answer = browser(house).get(link(house, promise))
    assert answer.status_code == 200
    assert "•••-0142" in answer.text
    assert "202" not in re.sub(r"20\d\d-|href=\"[^\"]+\"|action=\"[^\"]+\"", "", answer.text)
    assert "loan" not in answer.text
    assert "America/New York" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_another_free_time_is_chosen(house, browser, owed):
    promise = owed()
    visitor, page = browser(house), link(house, promise)
    times = re.findall(r'<option value="([^"]+)"', visitor.get(page).text)
    assert len(times) == 8
    answer = press(visitor, page, what="move", at=times[-1])
    assert answer.status_code == 303
    assert row(house, promise).due_at.isoformat() == times[-1]
    assert visitor.get(answer.headers["Location"]).status_code == 200


def test_a_time_that_will_not_do_changes_nothing_and_is_said(house, browser, owed):
    promise = owed()
    far = (house.clock.now() + timedelta(days=40)).isoformat()
    answer = press(browser(house), link(house, promise), what="move", at=far)
    assert answer.status_code == 409
    assert "That time is no longer free." in answer.text
    assert row(house, promise).due_at == promise.due_at
    for wrong in ({"what": "move", "at": "tomorrow"}, {"what": "move", "at": "2026-03-04T10:00"}, {"what": "explode"}):
        assert press(browser(house), link(house, promise), **wrong).status_code == 400


def test_cancelled_by_a_button_and_then_it_is_over(house, browser, owed):
    promise = owed()
    visitor, page = browser(house), link(house, promise)
    answer = press(visitor, page, what="cancel")
    assert row(house, promise).state == "cancelled"
    assert "is over" in visitor.get(answer.headers["Location"]).text


def test_called_now_by_a_button(house, browser, owed):
    promise = owed()
    press(browser(house), link(house, promise), what="now")
    assert row(house, promise).due_at == house.clock.now()


def test_the_page_speaks_the_customers_language(house, browser, owed):
    answer = browser(house).get(link(house, owed(language="es-US")))
    assert '<html lang="es">' in answer.text
    assert "Cancelar la llamada" in answer.text


@pytest.mark.promise(28)
def test_nothing_is_done_without_the_forgery_token(house, browser, owed):
    promise = owed()
    page = link(house, promise)
    assert house.app.test_client().post(page, data={"what": "cancel"}).status_code == 400
    assert row(house, promise).state == "scheduled"
    browser(house).get(page + "?what=cancel")
    assert row(house, promise).state == "scheduled", "looking changes nothing"


def test_a_link_that_was_made_up_is_unknown_and_an_old_one_says_so(house, browser, owed):
    promise = owed()
    page = link(house, promise)
    assert browser(house).get(page[:-2] + "xx").status_code == 404
    house.clock.advance(28 * 3600)
    answer = browser(house).get(page)
    assert answer.status_code == 410
    assert "holds no longer" in answer.text


@pytest.mark.promise(29)
def test_one_address_may_change_so_often_a_minute(house, browser, owed):
    """With the reason, and when to come again."""
    promise = owed()
    visitor, page = browser(house), link(house, promise)
    answers = [press(visitor, page, what="move", at="never") for _ in range(12)]
    assert [answer.status_code for answer in answers].count(429) == 2
    assert int(answers[-1].headers["Retry-After"]) > 0
