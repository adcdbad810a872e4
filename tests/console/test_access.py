"""Who may do what: a table, and nothing outside it."""

from dataclasses import replace

import pytest
from flask import Blueprint

from console.access import OPEN, POLICY, endpoints, may
from console.app import create_app
from console.auth.people import Role

LOGIN_OF = {Role.AGENT: "ada", Role.SUPERVISOR: "sue", Role.DESIGNER: "dee", Role.ADMIN: "root"}


def addresses(app):
    """Every (endpoint, method, path) of the app, with an id that nobody has where one is needed."""
    for rule in app.url_map.iter_rules():
        path = rule.rule.replace("<path:filename>", "mark.svg")
        for argument in rule.arguments:
            path = path.replace(f"<{argument}>", "nobody")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, path


@pytest.mark.promise(26)
def test_every_endpoint_has_a_policy_and_every_policy_an_endpoint(house):
    """A new route without a policy fails here, before anybody can find it."""
    assert endpoints(house.app) - OPEN == set(POLICY)


@pytest.mark.promise(26)
@pytest.mark.parametrize("role", Role, ids=str)
def test_a_role_gets_into_exactly_what_the_table_gives_it(house, browser, role):
    """Role by endpoint, made from the map of routes: what the table does not give is refused, the rest is not."""
    person = browser(house, LOGIN_OF[role])
    for endpoint, method, path in addresses(house.app):
        if endpoint in {"auth.log_out", "live.events"}:
            continue  # one ends the session this test goes on with; the other never ends: see test_live
        send = person.get if method == "GET" else person.post
        answer = send(path)
        status = answer.status_code
        answer.close()
        assert (status == 403) is not may(role, endpoint), f"{role} {method} {path}: {status}"


@pytest.mark.promise(26)
def test_a_stranger_is_shown_the_log_in_and_nothing_else(house, browser):
    """A page leads to the log-in; an order or a part of a page is refused."""
    stranger = browser(house)
    for endpoint, method, path in addresses(house.app):
        if endpoint in OPEN:
            continue
        if method == "GET":
            answer = stranger.get(path)
            assert answer.status_code == 302, path
            assert answer.headers["Location"].startswith("/login?next="), path
            assert stranger.get(path, **{"HX-Request": "true"}).status_code == 401, path
        else:
            stranger.get("/login")
            assert stranger.post(path).status_code == 401, path


@pytest.mark.promise(26)
def test_a_route_that_nobody_thought_of_is_refused_to_everybody(house, browser):
    """Default deny: forgetting a line in the table locks the door, it does not open it."""
    house.app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    for login in LOGIN_OF.values():
        assert browser(house, login).get("/forgotten").status_code == 403


def test_a_blueprint_that_checks_its_callers_itself_needs_no_log_in(house):
    """The carrier's webhooks carry a signature, not a cookie."""
    voice = Blueprint("voice", __name__, url_prefix="/voice")
    voice.add_url_rule("/incoming", "incoming", lambda: "<Response/>", methods=["POST"])
    app = create_app(replace(house.services, blueprints=(voice,)))
    assert app.test_client().post("/voice/incoming").text == "<Response/>"


@pytest.mark.promise(28)
def test_no_order_is_obeyed_without_the_forgery_token(house, browser):
    """Every unsafe method, of every route, from somebody who is logged in."""
    person = browser(house, "root")
    for _endpoint, method, path in addresses(house.app):
        if method != "GET":
            assert person.client.open(path, method=method, headers={"HX-Request": "1"}).status_code == 400, path


def test_an_agent_sees_only_their_own_calls(house, browser, story):
    """Ids of other people's calls answer as if there were no such call, in every view of one."""
    story.ring("CW1", "ada")
    held = house.routing.board.open_entry_of("CW1")
    assert held is not None
    ada, ben = browser(house, "ada"), browser(house, "ben")
    reservation = ada.get("/desk").text.split('data-reservation="')[1].split('"')[0]
    ada.post(f"/desk/reservations/{reservation}/accept")
    assert "Grace Hopper" in ada.get("/calls").text
    assert ada.get("/calls/CW1").status_code == 200
    assert "Grace Hopper" not in ben.get("/calls").text
    for part in ("", "/transcript", "/audio", "/peaks"):
        assert ben.get(f"/calls/CW1{part}").status_code == 404, part
    assert ben.get("/events?view=call&call=CW1").status_code == 404
    assert browser(house, "sue").get("/calls/CW1").status_code == 200
