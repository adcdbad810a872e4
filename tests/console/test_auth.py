"""Coming in: argon2id, throttled, generic, with a session of its own that ends (promise 25)."""

import random

import pytest
from sqlalchemy import select

from console.auth.browsers import BrowserSession
from console.auth.passwords import PasswordRefused, Passwords, generate
from console.auth.people import (
    Newcomer,
    PersonRefused,
    Role,
    User,
    add_person,
    change_password,
    demo_people,
    seed_people,
)

pytestmark = pytest.mark.promise(25)
PASSWORD = "a long enough sentence"


def cookie(answer):
    return next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith(("callwright=", "__Host-")))


def test_the_right_password_opens_the_desk(house, browser):
    """An agent begins at the desk, everybody else at the wall."""
    ada = browser(house)
    assert ada.log_in("ada").headers["Location"] == "/"
    assert ada.get("/").headers["Location"] == "/desk"
    assert browser(house, "sue").get("/").headers["Location"] == "/wall"


def test_a_login_is_read_as_it_is_meant(house, browser):
    """Phones begin words with a capital letter and end them with a space."""
    assert browser(house).log_in(" Ada ").status_code == 302


@pytest.mark.parametrize(
    ("login", "password"),
    [("ada", "the wrong sentence"), ("nobody", PASSWORD), ("", ""), ("ada", ""), ("' or 1=1 --", PASSWORD)],
    ids=["wrong password", "no such person", "nothing", "no password", "not a login"],
)
def test_every_refusal_reads_the_same(house, browser, login, password):
    """Whoever guesses learns nothing about which half was right."""
    answer = browser(house).log_in(login, password)
    assert answer.status_code == 401
    assert "Login and password do not match." in answer.text


def test_a_person_who_does_not_exist_costs_as_much_as_one_who_does(house):
    """The time of an answer must not tell who is there: a hash is checked in either case."""
    checked = []

    class Hasher:
        def hash(self, password):
            return f"hash of {password}"

        def verify(self, hashed, _password):
            checked.append(hashed)
            return True

    assert not Passwords(Hasher()).matches(None, "whatever")
    assert len(checked) == 1


def test_somebody_who_was_deactivated_stays_out_at_once(house, browser):
    """The open browser of a person who has left is closed with the next request."""
    ada = browser(house, "ada")
    with house.services.db.begin() as session:
        session.scalars(select(User).where(User.login == "ada")).one().active = False
    assert ada.get("/desk").status_code == 302
    assert browser(house).log_in("ada").status_code == 401


def test_passwords_are_kept_as_argon2id(house):
    """And nothing of them is anywhere else in the row."""
    with house.services.db.begin() as session:
        user = session.scalars(select(User).where(User.login == "ada")).one()
    assert user.password_hash.startswith("$argon2id$")
    assert PASSWORD not in repr(vars(user))


@pytest.mark.parametrize(
    "password",
    ["elevenchars", "passwordpassword", "aaaaaaaaaaaaaa", "my name is carol", "x" * 257],
    ids=["short", "well known", "one letter", "says the login", "endless"],
)
def test_a_weak_password_is_refused_with_what_to_do(house, password):
    """Twelve characters or more, not one of those tried first, not the login."""
    with house.services.db.begin() as session, pytest.raises(PasswordRefused) as refused:
        add_person(
            session,
            Newcomer("carol", "Carol", Role.AGENT),
            password,
            clock=house.clock,
            ids=house.services.ids,
            passwords=house.services.passwords,
        )
    assert refused.value.problem.todo


def test_log_in_makes_a_session_that_nobody_has_seen_before(house, browser):
    """A cookie planted before the log-in is worth nothing after it."""
    ada = browser(house)
    before = cookie(ada.get("/login"))
    after = cookie(ada.log_in("ada"))
    assert before.split(";")[0] != after.split(";")[0]
    with house.services.db.begin() as session:
        assert len(session.scalars(select(BrowserSession)).all()) == 1
    ada.log_in("ada")


def test_a_log_out_ends_the_session_itself_not_only_the_cookie(house, browser):
    """Who has copied the cookie is out, too."""
    ada = browser(house, "ada")
    copied = ada.client.get_cookie("callwright")
    assert ada.post("/logout").status_code == 302
    thief = browser(house)
    thief.client.set_cookie("callwright", copied.value)
    assert thief.get("/desk").status_code == 302


def test_half_an_hour_without_a_touch_is_the_end(house, browser):
    """What the page asks by itself (streams, panels, heartbeats) does not count as somebody being there."""
    sue = browser(house, "sue")
    for _minute in range(29):
        house.clock.advance(60)
        assert sue.get("/wall/board", **{"HX-Request": "true"}).status_code == 200
    house.clock.advance(61)
    assert sue.get("/wall").status_code == 302


def test_somebody_who_works_stays_until_twelve_hours_are_over(house, browser):
    """Activity moves the idle limit, never the absolute one."""
    sue = browser(house, "sue")
    for _quarter in range(47):
        house.clock.advance(15 * 60)
        assert sue.get("/calls").status_code == 200
    house.clock.advance(15 * 60)
    assert sue.get("/calls").status_code == 302


def test_an_agent_in_a_long_call_is_not_logged_out(house, browser, story):
    """The desk's heartbeat counts while a call is on."""
    story.ring()
    ada = browser(house, "ada")
    held = ada.get("/desk").text.split('data-reservation="')[1].split('"')[0]
    ada.post(f"/desk/reservations/{held}/accept")
    house.routing.connected(held)
    for _minute in range(50):
        house.clock.advance(60)
        assert ada.post("/desk/heartbeat", touched="0").status_code == 204
    assert ada.get("/desk").status_code == 200


def test_guessing_is_slowed_down_and_says_when_to_come_again(house, browser):
    """Five failures a minute for a login, then 429; the right password does not help before the time is over."""
    guesser = browser(house)
    for _guess in range(5):
        assert guesser.log_in("ada", "not this one either").status_code == 401
    answer = guesser.log_in("ada")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert browser(house).log_in("ben").status_code == 302, "other people still come in"


def test_the_cookie_is_for_us_alone(house, browser):
    """HttpOnly and SameSite always; Secure and bound to the host where the address is https."""
    written = cookie(browser(house).log_in("ada"))
    assert "HttpOnly" in written
    assert "SameSite=Lax" in written
    assert "Secure" not in written


def test_the_cookie_is_secure_where_the_address_is(build_house):
    """A development machine has no certificate; everybody else has."""
    secure = build_house(PUBLIC_BASE_URL="https://calls.example.org")
    client = secure.app.test_client()
    page = client.get("/login", base_url="https://calls.example.org")
    written = cookie(page)
    assert written.startswith("__Host-callwright=")
    assert "Secure" in written
    assert page.headers["Strict-Transport-Security"]


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/calls?q=card", "/calls?q=card"),
        ("//evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_log_in_leads_only_to_pages_of_ours(house, browser, wanted, reached):
    """An address in a mail must not lead through our log-in to somebody else's."""
    assert browser(house).log_in("sue", next=wanted).headers["Location"] == reached


def test_the_first_people_get_passwords_that_are_shown_once(house, db):
    """A second start adds nobody."""
    chance, services = random.Random(7), house.services
    with db.begin() as session:
        assert seed_people(session, demo_people([("ada", "Ada")]), chance=chance, clock=house.clock, ids=services.ids,
                           passwords=services.passwords) == []  # fmt: skip
    assert [person.login for person in demo_people([("eve", "Eve")])] == ["eve", "supervisor", "designer", "admin"]
    assert len(generate(chance)) == 17


def test_a_login_is_given_once(house):
    """And a new password is for somebody who is there."""
    services = house.services
    with services.db.begin() as session:
        with pytest.raises(PersonRefused):
            add_person(session, Newcomer("ADA", "Ada", Role.AGENT), PASSWORD, clock=house.clock, ids=services.ids,
                       passwords=services.passwords)  # fmt: skip
        with pytest.raises(PersonRefused):
            change_password(session, "nobody", PASSWORD, passwords=services.passwords)
        change_password(session, "ada", "another long sentence", passwords=services.passwords)
