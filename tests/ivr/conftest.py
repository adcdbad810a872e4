"""A house with twins at its edges: the real engine, routing and SQL behind the real blueprint."""

import dataclasses
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from flask import Flask
from sqlalchemy import select
from twilio.request_validator import RequestValidator

from call_flows.loader import load_site
from callbacks.listening import listen
from callbacks.service import CallbackService
from callbacks.site_policy import policy_of
from foundation.clock import ManualClock
from foundation.db import Database
from foundation.events import Bus
from foundation.jobs import MemoryJobs
from foundation.live import MemoryLive
from foundation.logs import configure
from foundation.settings import load_settings
from ivr.callback_legs import CallbackLegs
from ivr.carrier_twin import RecordingCarrier
from ivr.connect import Connections
from ivr.deps import IvrDeps
from ivr.fetch import Fetcher
from ivr.sites import SiteShelf
from ivr.tables import Meeting
from ivr.take_out import QueueExit
from ivr.tokens import MemoryTokens
from ivr.webhooks import create_blueprint
from routing.agents import AgentSpec, seed
from routing.config import QueueConfig
from routing.match import Ring
from routing.news import EntryTakenOut, ReservationAccepted, ReservationEnded
from routing.reservations import Reservation
from routing.service import RoutingService
from routing.waitlist_memory import MemoryWaitlist

TOKEN = "12345"
BASE = "https://voice.example.com"
SITE = Path(__file__).parent / "site"
QUEUE = QueueConfig("billing", (Ring(0.0, {"billing": 3}),), max_wait=600.0)
CALLER, DIALLED = "+12025550142", "+12025550100"


class Line:
    """What the carrier does to us, signed as it signs."""

    def __init__(self, client, call_sid="CA" + "1" * 32, caller=CALLER, dialled=DIALLED):
        self.client = client
        self.sid = call_sid
        self.caller, self.dialled = caller, dialled
        self.status = "in-progress"

    def post(self, target, _headers=None, **fields):
        target = target.removeprefix(BASE)
        form = {"CallSid": self.sid, "From": self.caller, "To": self.dialled, "CallStatus": self.status, **fields}
        signature = RequestValidator(TOKEN).compute_signature(BASE + target, form)
        return self.client.post(target, data=form, headers={"X-Twilio-Signature": signature, **(_headers or {})})

    def arrive(self, **fields):
        return Document(self.post("/voice/incoming", **fields))

    def answer(self, document, **fields):
        """Do what the document's waiting verb asks for."""
        return Document(self.post(document.action, **fields))

    def wait(self, document, _headers=None, **fields):
        """Ask what the waiting caller hears."""
        return self.ask(document.one("Enqueue").get("waitUrl"), _headers, **fields)

    def ask(self, url, _headers=None, **fields):
        """Ask for a document."""
        return Document(self.post(url, _headers, **fields))


def rows(deps, model):
    with deps.db.begin() as session:
        return list(session.scalars(select(model)))


class Desk:
    """The agent's side: accepts what is offered, and is a leg of its own at the carrier."""

    def __init__(self, deps, line):
        self.deps, self.line = deps, line
        self.leg = type(line)(line.client, call_sid="")

    def ready(self):
        self.deps.routing.agents.sign_in("ana")
        self.deps.routing.agents.set_available("ana")

    def accept(self):
        (reservation,) = [row for row in rows(self.deps, Reservation) if row.state == "pending"]
        self.deps.routing.accept(reservation.id, "ana")
        self.reservation = reservation.id
        dials = [order for order in self.deps.carrier.orders if order.what == "dial"]
        self.dial = dials[-1]
        self.leg.sid = next(row.agent_sid for row in rows(self.deps, Meeting) if row.reservation_id == reservation.id)
        return self.dial

    def answers(self):
        return self.leg.ask(self.dial.details["url"])

    def status(self, word):
        return self.leg.post(self.dial.details["status_url"], CallStatus=word)


class Document:
    """One answer, as a carrier reads it."""

    def __init__(self, response):
        import xml.etree.ElementTree as ET

        self.status = response.status_code
        self.text = response.get_data(as_text=True)
        self.root = ET.XML(self.text) if self.text else None

    @property
    def verbs(self):
        return [child.tag for child in self.root]

    @property
    def says(self):
        return " ".join(say.text or "" for say in self.root.iter("Say"))

    def one(self, verb):
        found = list(self.root.iter(verb))
        assert len(found) == 1, self.text
        return found[0]

    @property
    def action(self):
        for element in self.root.iter():
            if element.get("action"):
                return element.get("action")
            if element.tag == "Redirect":
                return element.text
        raise AssertionError(self.text)


@pytest.fixture(autouse=True)
def plain_logs():
    """Logs as the house writes them: without the values of local variables."""
    configure(level="WARNING")
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory):
    """A database with every table and no row, made once and copied for each test."""
    path = tmp_path_factory.mktemp("empty") / "empty.db"
    database = Database(f"sqlite:///{path}")
    database.create_all()
    database.dispose()
    return path


@pytest.fixture
def db(tmp_path, empty_database):
    path = tmp_path / "test.db"
    shutil.copy(empty_database, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.dispose()


@pytest.fixture
def settings(tmp_path):
    return load_settings(
        {
            "CALLWRIGHT_HOME": str(tmp_path / "home"),
            "PUBLIC_BASE_URL": BASE,
            "MEDIA_BASE_URL": "wss://media.example.com",
            "TWILIO_AUTH_TOKEN": TOKEN,
        }
    )


@pytest.fixture
def clock():
    return ManualClock(datetime(2026, 3, 2, 15, 0, tzinfo=UTC))


@pytest.fixture
def deps(settings, db, clock, ids):
    return deps_of(settings, db, clock, ids)


def deps_of(settings, db, clock, ids):
    """The house's parts on that database, with twins where it ends."""
    bus = Bus()
    shelf = SiteShelf(db, clock)
    site = shelf.publish(load_site(SITE), SITE).loaded.site
    routing = RoutingService(db, MemoryWaitlist(), clock, ids, bus, [QUEUE])
    with db.begin() as session:
        seed(session, [AgentSpec("ana", "Ana", {"billing": 5})], now=clock.now())
    return IvrDeps(
        settings=settings,
        db=db,
        clock=clock,
        ids=ids,
        bus=bus,
        live=MemoryLive(clock),
        jobs=MemoryJobs(),
        shelf=shelf,
        carrier=RecordingCarrier(),
        routing=routing,
        callbacks=CallbackService(db, clock, ids, bus, policy_of(site), routing),
        tokens=MemoryTokens(),
        fetcher=Fetcher(clock),
    )


@pytest.fixture
def wired(deps):
    return wire(deps)


def wire(deps):
    """Who hears what, as in the whole house."""
    listen(deps.bus, deps.callbacks)
    connections = Connections(deps, CallbackLegs(deps))
    deps.bus.subscribe(ReservationAccepted, connections.bring_together)
    deps.bus.subscribe(ReservationEnded, connections.reservation_ended)
    deps.bus.subscribe(EntryTakenOut, QueueExit(deps).take_out)
    return deps


@pytest.fixture
def app(deps):
    app = Flask("test")
    app.register_blueprint(create_blueprint(deps))
    return app


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def line(client):
    return Line(client)


@pytest.fixture
def changed(deps):
    """The deps with something replaced."""
    return lambda **parts: dataclasses.replace(deps, **parts)


@pytest.fixture
def desk(wired, line):
    return Desk(wired, line)
