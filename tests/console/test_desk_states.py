"""The state menu of the desk: the site's reasons, what is chosen for after the call, wrap-ups, a page that is lost."""

from pathlib import Path

import pytest

import call_flows.resting
from call_flows.loader import load_site
from call_flows.site import Site, WrapUp
from routing import agents
from routing.config import QueueConfig, WrapUpMode
from routing.config import WrapUp as RoutedWrapUp

from .test_desk import reservation_on

NORTHWIND = Path(__file__).resolve().parents[2] / "call_flows" / "library" / "northwind"


def wrap_up(house, mode, *dispositions, limit=60.0):
    """Let the billing queue end its calls so."""
    [billing, *others] = house.routing.queues.all()
    changed = QueueConfig(billing.name, rings=billing.rings, wrap_up=RoutedWrapUp(mode, limit, dispositions))
    house.routing.queues.replace([changed, *others])


def talk(house, ada):
    held = reservation_on(ada.get("/desk").text)
    ada.post(f"/desk/reservations/{held}/accept")
    house.routing.connected(held)
    return held


def test_the_reasons_to_rest_are_the_sites_and_no_others(house, browser):
    """As they are written there; what the page does not offer, nobody may send."""
    site = load_site(NORTHWIND)
    house.services.shelf.publish(site, NORTHWIND)
    ada = browser(house, "ada")
    ada.post("/desk/state", state="available")
    page = ada.get("/desk").text
    for reason in site.site.not_ready:
        assert f'value="{reason}"' in page
    assert ada.post("/desk/state", reason="Gone fishing").status_code == 400
    assert "Not ready" in ada.post("/desk/state", reason=site.site.not_ready[0]).text


def test_a_rest_chosen_during_the_call_is_shown_and_can_be_taken_back(house, browser, story):
    """On the desk and on the wall, until it is applied or cancelled."""
    story.ring()
    ada, sue = browser(house, "ada"), browser(house, "sue")
    held = talk(house, ada)
    assert "then Lunch" in ada.post("/desk/state", reason="Lunch").text
    assert "then Lunch" in sue.get("/wall").text
    assert "then Lunch" not in ada.post("/desk/state", state="available").text
    ada.post("/desk/state", reason="Break")
    house.routing.ended(held)
    assert "then Break" in ada.get("/desk").text, "the wrap-up belongs to the call"
    page = ada.post(f"/desk/reservations/{held}/wrap-up", disposition="resolved").text
    assert "You are not ready (Break)" in page


@pytest.mark.parametrize("mode", [WrapUpMode.OPTIONAL, WrapUpMode.TIMED])
def test_a_wrap_up_that_is_not_mandatory_can_be_finished_without_a_disposition(house, browser, story, mode):
    """By hand, in both; a timed one says when it ends by itself."""
    wrap_up(house, mode, "resolved")
    story.ring()
    ada = browser(house, "ada")
    held = talk(house, ada)
    house.routing.ended(held)
    page = ada.get("/desk").text
    assert "Finish without one" in page
    assert ("ends by itself" in page) == (mode is WrapUpMode.TIMED)
    house.clock.advance(1200)
    house.routing.tick()
    assert ("Wrap-up" in ada.get("/desk").text) == (mode is WrapUpMode.OPTIONAL), "only the timed one has a limit"
    if mode is WrapUpMode.OPTIONAL:
        assert "Waiting for the next call" in ada.post(f"/desk/reservations/{held}/wrap-up", disposition="").text


def test_a_mandatory_wrap_up_ends_with_a_disposition_only(house, browser, story):
    """However long that takes."""
    wrap_up(house, WrapUpMode.MANDATORY, "resolved", "follow up")
    story.ring()
    ada = browser(house, "ada")
    held = talk(house, ada)
    house.routing.ended(held)
    page = ada.get("/desk").text
    assert "Finish without one" not in page
    assert "ends by itself" not in page
    house.clock.advance(1200)
    house.routing.tick()
    assert ada.post(f"/desk/reservations/{held}/wrap-up", disposition="").status_code == 409
    assert "Waiting for the next call" in ada.post(f"/desk/reservations/{held}/wrap-up", disposition="resolved").text


def test_without_a_wrap_up_the_next_call_rings_at_once(house, browser, story):
    """Nothing is asked."""
    wrap_up(house, WrapUpMode.NONE)
    story.ring()
    ada = browser(house, "ada")
    held = talk(house, ada)
    story.call("CW2")
    story.wait("CW2")
    house.routing.ended(held)
    assert 'data-stage="ringing"' in ada.get("/desk").text


def test_a_site_writes_all_four_modes_and_the_word_used_at_first_still_counts():
    """`manual` meant: until there is a disposition."""
    for mode in WrapUpMode:
        assert WrapUpMode(WrapUp.model_validate({"mode": mode.value}).mode) is mode
    assert WrapUp.model_validate({"mode": "manual"}).mode == "mandatory"


def test_no_reason_of_a_site_reads_like_one_of_the_houses_own():
    """The desk draws those differently: `no answer` chosen by hand would look like a missed call."""
    own = {agents.SIGNED_IN, agents.NO_ANSWER, agents.DECLINED, agents.LINE_FAILED, agents.NO_CONTACT}
    assert own | {agents.LOST_CONTACT} <= call_flows.resting.OWN
    for reason in sorted(call_flows.resting.OWN):
        with pytest.raises(ValueError, match="house itself"):
            Site.model_validate({"site": "x", "not_ready": ["Lunch", reason.title()]})


@pytest.mark.parametrize("reasons", [["Lunch", "lunch"], [" "], ["x" * 31], [f"r{n}" for n in range(21)]])
def test_reasons_that_no_desk_could_show_are_refused(reasons):
    """Twice the same, empty, too long, too many."""
    with pytest.raises(ValueError, match="not_ready"):
        Site.model_validate({"site": "x", "not_ready": reasons})


@pytest.mark.promise(15)
def test_a_page_that_is_no_longer_heard_gets_no_call_and_is_back_when_it_is(house, browser, story):
    """The state order is the first beat; from then on one is expected every ten seconds."""
    ada, sue = browser(house, "ada"), browser(house, "sue")
    ada.post("/desk/state", state="available")
    house.clock.advance(31)
    house.routing.tick()
    assert "no contact" in sue.get("/wall").text
    story.call()
    story.wait()
    assert 'data-stage="ringing"' not in ada.get("/desk").text, "a look at the page is not yet a beat"
    assert ada.post("/desk/heartbeat", touched="0").status_code == 204
    assert 'data-stage="ringing"' in ada.get("/desk").text


def test_a_length_that_cannot_tell_a_lost_desk_from_a_slow_one_is_refused():
    """Pages are heard every ten seconds."""
    for length in ("5s", "20m"):
        with pytest.raises(ValueError, match="no_contact_after"):
            Site.model_validate({"site": "x", "no_contact_after": length})
