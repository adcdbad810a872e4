"""The web app on real parts: SQLite, routing's service, the live stream; only what carries sound is a twin."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from callbacks.policy import DialPolicy
from callbacks.service import CallbackService
from console.app import create_app
from console.auth import browsers
from console.auth.passwords import Passwords
from console.auth.people import Newcomer, Role, add_person, find_person
from console.services import Services
from foundation.calls import Call
from foundation.clock import ManualClock
from foundation.db import Database
from foundation.events import Bus
from foundation.ids import CountingIds
from foundation.live import MemoryLive
from foundation.settings import load_settings
from ivr.sites import SiteShelf
from ivr.tables import CallEvent
from recordings.store import MemoryStore
from routing.agents import AgentSpec, seed
from routing.config import QueueConfig, WrapUp
from routing.match import Ring
from routing.service import RoutingService
from routing.waitlist_memory import MemoryWaitlist

PASSWORD = "a long enough sentence"
PEOPLE = (
    Newcomer("ada", "Ada Lovelace", Role.AGENT, "ada"),
    Newcomer("ben", "Ben Okri", Role.AGENT, "ben"),
    Newcomer("sue", "Sue Visor", Role.SUPERVISOR),
    Newcomer("dee", "Dee Signer", Role.DESIGNER),
    Newcomer("root", "Ruth Admin", Role.ADMIN),
)
LOGINS = {Role.AGENT: "ada", Role.SUPERVISOR: "sue", Role.DESIGNER: "dee", Role.ADMIN: "root"}


@dataclass
class OrderedCalls:
    """The twin of the door to live calls: notes what was ordered."""

    orders: list[tuple[str, ...]] = field(default_factory=list)

    def hold(self, reservation_id: str, agent_id: str) -> None:
        self.orders.append(("hold", reservation_id, agent_id))

    def unhold(self, reservation_id: str, agent_id: str) -> None:
        self.orders.append(("back", reservation_id, agent_id))

    def hang_up(self, reservation_id: str, agent_id: str) -> None:
        self.orders.append(("hang up", reservation_id, agent_id))


@dataclass(frozen=True)
class House:
    """The services and the app over them."""

    services: Services
    app: Flask
    clock: ManualClock
    routing: RoutingService
    calls: OrderedCalls
    sounds: MemoryStore
    live: MemoryLive


QUEUES = (
    QueueConfig("billing", rings=(Ring(needs={"billing": 1}),), wrap_up=WrapUp(dispositions=("resolved", "follow up"))),
    QueueConfig("technical", rings=(Ring(needs={"technical": 1}),)),
)


def build(tmp_path: Path, db: Database, clock: ManualClock, **environment: str) -> House:
    """A house with five people, two agents, two queues."""
    settings = load_settings({"CALLWRIGHT_HOME": str(tmp_path / "home"), **environment})
    ids, bus, live = CountingIds(), Bus(), MemoryLive(clock)
    routing = RoutingService(db, MemoryWaitlist(), clock, ids, bus, QUEUES)
    calls, sounds = OrderedCalls(), MemoryStore()
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    shelf = SiteShelf(db, clock)
    callbacks = CallbackService(db, clock, ids, bus, DialPolicy(countries=("US",)), routing)
    services = Services(
        settings, db, clock, ids, live, routing, calls, sounds, passwords, shelf=shelf, callbacks=callbacks
    )
    with db.begin() as session:
        specs = [AgentSpec("ada", "Ada Lovelace", {"billing": 3}), AgentSpec("ben", "Ben Okri", {"billing": 1})]
        seed(session, specs, now=clock.now())
        for person in PEOPLE:
            add_person(session, person, PASSWORD, clock=clock, ids=ids, passwords=passwords)
    return House(services, create_app(services), clock, routing, calls, sounds, live)


@pytest.fixture
def build_house(tmp_path: Path, db: Database, clock: ManualClock) -> Callable[..., House]:
    """Builds a house with other settings."""
    return lambda **environment: build(tmp_path, db, clock, **environment)


@pytest.fixture
def house(build_house: Callable[..., House]) -> House:
    return build_house()


class Browser:
    """One browser: keeps its cookies, and sends the forgery token of the page it is on."""

    def __init__(self, house: House, login: str = "") -> None:
        self.house = house
        self.client = house.app.test_client()
        self.token = ""
        if login:
            self._enter(login)

    def _enter(self, login: str) -> None:
        """Logged in already, without the form: what the form does has its own tests."""
        services, raw = self.house.services, "f" * 40
        with services.db.begin() as session:
            person = find_person(session, login)
            assert person is not None
            token = browsers.start(session, person, clock=services.clock, ids=services.ids)
        with self.client.session_transaction() as cookie:
            cookie.update({"_user_id": token, "_fresh": True, "csrf_token": raw})
        self.token = URLSafeTimedSerializer(services.settings.secret_key, salt="wtf-csrf-token").dumps(raw)

    def get(self, path: str, **headers: str) -> TestResponse:
        answer = self.client.get(path, headers={"Accept": "text/html", **headers})
        found = re.search(r'name="csrf" content="([^"]+)"', answer.text) if answer.mimetype == "text/html" else None
        self.token = found[1] if found else self.token
        return answer

    def post(self, path: str, **form: str) -> TestResponse:
        headers = {"X-CSRFToken": self.token, "HX-Request": "true"}
        return self.client.post(path, data=form, headers=headers)

    def log_in(self, login: str, password: str = PASSWORD, **form: str) -> TestResponse:
        self.get("/login")
        answer = self.client.post(
            "/login", data={"login": login, "password": password, "csrf_token": self.token, **form}
        )
        if answer.status_code == 302:
            self.get("/calls")
        return answer


@pytest.fixture
def browser(house: House) -> "type[Browser]":
    """Makes browsers of the house: `browser(house, "ada")` is logged in."""
    return Browser


class Story:
    """Makes calls happen, the way routing and the call's log record them."""

    def __init__(self, house: House) -> None:
        self.house = house

    def call(self, call_id: str = "CW1", **values: object) -> str:
        """A caller who has come through the menu."""
        now = self.house.clock.now()
        given = {
            "caller": "+12025550142",
            "dialled": "+12025550100",
            "caller_name": "Grace Hopper",
            "direction": "inbound",
            "status": "in-progress",
            "queue": "billing",
            "flow": "main_line",
            "consent": True,
            "started_at": now,
            **values,
        }
        notes = [
            {"kind": "node_entered", "flow": "main_line", "node": "welcome", "verb": "say"},
            {"kind": "node_entered", "flow": "main_line", "node": "front_menu", "verb": "menu"},
        ]
        chosen = [
            {
                "kind": "answered",
                "flow": "main_line",
                "node": "front_menu",
                "digits": "2",
                "speech": "",
                "understood": True,
            },
            {"kind": "slot_set", "slot": "account", "value": "•••"},
            {"kind": "slot_set", "slot": "topic", "value": "a charge"},
            {"kind": "node_entered", "flow": "main_line", "node": "to_billing", "verb": "queue"},
        ]
        with self.house.services.db.begin() as session:
            session.add(Call(id=call_id, tags=[], **given))
            session.flush()
            session.add(CallEvent(call_id=call_id, kind="arrived", at=now, payload={"notes": notes}))
            session.add(CallEvent(call_id=call_id, kind="collected", at=now, payload={"digits": "2", "notes": chosen}))
        return call_id

    def wait(self, call_id: str = "CW1", queue: str = "billing") -> None:
        """The caller waits in the queue."""
        with self.house.services.db.begin() as session:
            self.house.routing.enqueue(session, call_id=call_id, queue=queue)

    def ready(self, agent_id: str = "ada") -> None:
        """The agent takes calls."""
        self.house.routing.agents.sign_in(agent_id)
        self.house.routing.agents.set_available(agent_id)

    def ring(self, call_id: str = "CW1", agent_id: str = "ada") -> None:
        """A call rings at the agent's desk."""
        self.ready(agent_id)
        self.call(call_id)
        self.wait(call_id)


@pytest.fixture
def story(house: House) -> Story:
    return Story(house)
