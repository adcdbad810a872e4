"""The desk: what it shows is the server's truth, and its orders go through routing's one door."""

import re


def reservation_on(page: str) -> str:
    found = re.search(r'data-reservation="([^"]+)"', page)
    assert found, page
    return found[1]


def test_the_desk_of_an_agent_who_is_offline_says_how_to_begin(house, browser):
    """An empty screen that says nothing makes people call a colleague."""
    page = browser(house, "ada").get("/desk").text
    assert "You are offline" in page
    assert "Start taking calls" in page


def test_starting_signs_in_and_makes_available_in_one_press(house, browser):
    """Routing has two steps there; the person has one wish."""
    ada = browser(house, "ada")
    assert "Waiting for the next call" in ada.post("/desk/state", state="available").text


def test_a_ringing_call_shows_who_calls_and_the_way_they_came(house, browser, story):
    """The agent greets by name and does not ask again what the menu has asked."""
    story.ring()
    page = browser(house, "ada").get("/desk").text
    for shown in ("Grace Hopper", "+1 202-555-0142", "Billing", "front menu", "pressed 2", "a charge", "Accept"):
        assert shown in page, shown


def test_a_private_slot_is_shown_as_given_never_as_what_it_is(house, browser, story):
    """The log has masked it; the page says so in words, too."""
    story.ring()
    page = browser(house, "ada").get("/desk").text
    assert "given, kept private" in page
    assert "account" in page


def test_accepting_connects_and_a_reload_draws_the_same_desk(house, browser, story):
    """The server is the truth: nothing of the call lives in the page."""
    story.ring()
    ada = browser(house, "ada")
    held = reservation_on(ada.get("/desk").text)
    assert 'data-stage="connecting"' in ada.post(f"/desk/reservations/{held}/accept").text
    house.routing.connected(held)
    page = ada.get("/desk").text
    assert 'data-stage="talking"' in page
    assert reservation_on(page) == held


def test_another_agents_reservation_does_not_exist_for_me(house, browser, story):
    """Ids of others answer as if they were not there (promise 27)."""
    story.ring()
    held = reservation_on(browser(house, "ada").get("/desk").text)
    ben = browser(house, "ben")
    for order in ("accept", "reject", "hold", "hang-up", "notes", "wrap-up"):
        assert ben.post(f"/desk/reservations/{held}/{order}").status_code == 404, order


def test_hold_and_hang_up_are_ordered_of_the_call(house, browser, story):
    """The desk orders, the telephone side does."""
    story.ring()
    ada = browser(house, "ada")
    held = reservation_on(ada.get("/desk").text)
    ada.post(f"/desk/reservations/{held}/accept")
    assert ada.post(f"/desk/reservations/{held}/hold", on="1").status_code == 409, "nobody is there to be held yet"
    house.routing.connected(held)
    ada.post(f"/desk/reservations/{held}/hold", on="1")
    ada.post(f"/desk/reservations/{held}/hold", on="0")
    ada.post(f"/desk/reservations/{held}/hang-up")
    assert house.calls.orders == [("hold", held, "ada"), ("back", held, "ada"), ("hang up", held, "ada")]


def test_wrap_up_takes_a_disposition_by_key_and_keeps_the_notes(house, browser, story):
    """Notes survive everything: they are kept while typed, and again with the disposition."""
    story.ring()
    ada = browser(house, "ada")
    held = reservation_on(ada.get("/desk").text)
    ada.post(f"/desk/reservations/{held}/accept")
    house.routing.connected(held)
    assert ada.post(f"/desk/reservations/{held}/notes", notes="asked about <b>fees</b>").status_code == 204
    house.routing.ended(held)
    page = ada.get("/desk").text
    assert "asked about &lt;b&gt;fees&lt;/b&gt;" in page
    assert 'data-key="1"><kbd>1</kbd> Resolved' in page
    done = ada.post(f"/desk/reservations/{held}/wrap-up", disposition="resolved", notes="fees explained").text
    assert "Waiting for the next call" in done
    page = ada.get("/calls/CW1").text
    assert "fees explained" in page
    assert "resolved" in page


def test_a_call_that_was_not_answered_leaves_a_way_back(house, browser, story):
    """RONA: the agent is not ready and reads why; one click returns."""
    story.ring()
    house.clock.advance(21)
    house.routing.tick()
    ada = browser(house, "ada")
    page = ada.get("/desk").text
    assert "You did not answer" in page
    assert "Return to available" in page
    assert 'data-stage="ringing"' in ada.post("/desk/state", state="available").text, "the caller kept the place"


def test_accepting_too_late_is_one_sentence_and_changes_nothing(house, browser, story):
    """Of those who accept, one wins; the page of the others says so and shows how things stand."""
    story.ring()
    ada = browser(house, "ada")
    held = reservation_on(ada.get("/desk").text)
    house.clock.advance(21)
    house.routing.tick()
    answer = ada.post(f"/desk/reservations/{held}/accept")
    assert answer.status_code in {404, 409}
    assert "toast" in answer.headers["HX-Trigger"]
    assert answer.headers["HX-Reswap"] == "none"


def test_the_softphone_gets_a_pass_for_this_agent_only(house, browser):
    """The identity in the token is the agent's; the page cannot ask for another."""
    answer = browser(house, "ada").post("/desk/token").get_json()
    assert answer["identity"] == "ada"
    assert answer["url"] == "ws://127.0.0.1:8090/lines/client"
    assert answer["token"].count(".") == 2
