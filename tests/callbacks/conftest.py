"""Callbacks on top of a real routing: what a test needs to see a promise through."""

from datetime import time
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

import routing.service  # noqa: F401 - so that `db` makes all tables
from callbacks.dialer import SilentDialer
from callbacks.jobs import fire_due
from callbacks.listening import listen
from callbacks.news import PromiseMoved
from callbacks.policy import DialPolicy, Plan
from callbacks.promises import Promise
from callbacks.promising import PromiseRefused
from callbacks.service import CallbackService
from foundation.db import Base, Database
from foundation.events import Bus
from routing.agents import Agent, AgentSpec, seed
from routing.config import QueueConfig, WrapUp, WrapUpMode
from routing.news import ReservationOffered
from routing.service import RoutingService
from routing.waitlist_memory import MemoryWaitlist

NEW_YORK = ZoneInfo("America/New_York")
CUSTOMER = "+12025550142"
TABLES = {
    "abandoned_calls",
    "agents",
    "agent_state_log",
    "calls",
    "queue_entries",
    "reservations",
    "promises",
    "dial_attempts",
    "dial_pace",
    "dial_refusals",
    "do_not_call",
    "outbox",
    "queue_offers",
}
"""What these tests write into: emptied between two of them."""


class House:
    """Routing and callbacks together, in the hands of a test. It is ten in the morning in New York."""

    def __init__(self, db, clock, ids, policy):
        self.db, self.clock, self.bus = db, clock, Bus()
        queue = QueueConfig("billing", wrap_up=WrapUp(WrapUpMode.NONE))
        self.routing = RoutingService(db, MemoryWaitlist(), clock, ids, self.bus, [queue])
        self.callbacks = CallbackService(db, clock, ids, self.bus, policy, self.routing)
        self.dialer = SilentDialer()
        self.offers, self.moves = [], []
        listen(self.bus, self.callbacks)
        self.bus.subscribe(ReservationOffered, self.offers.append)
        self.bus.subscribe(PromiseMoved, lambda news: self.moves.append(news.state))

    def agent(self, agent_id="alice"):
        with self.db.begin() as session:
            seed(session, [AgentSpec(agent_id, agent_id.title(), {})], now=self.clock.now())
        self.routing.rebuild()
        self.routing.agents.sign_in(agent_id)
        self.routing.agents.set_available(agent_id)

    def ask(self, number=CUSTOMER, **options):
        options = {"call_id": "CW1", "queue": "billing", "needs": {}, **options}
        with self.db.begin() as session:
            return self.callbacks.promise(session, number=number, **options)

    def promised(self, **options):
        promise = self.ask(**options)
        assert not isinstance(promise, PromiseRefused), promise.reason
        return promise.id

    def pass_time(self, seconds):
        self.clock.advance(seconds)
        fire_due(self.callbacks, self.dialer)
        self.routing.tick()

    def dial(self, promise_id, key_sid="CA1"):
        """The agent accepts and the number is dialled."""
        offer = self.offers[-1]
        self.routing.accept(offer.reservation_id, offer.agent_id)
        order = self.callbacks.attempt_started(promise_id, reservation_id=offer.reservation_id)
        if not isinstance(order, PromiseRefused):
            self.callbacks.attempt_dialled(order.key, key_sid)
        return order

    def row(self, promise_id):
        with self.db.begin() as session:
            return session.get(Promise, promise_id)

    def agent_state(self, agent_id="alice"):
        with self.db.begin() as session:
            return session.get(Agent, agent_id).state


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def db(request, tmp_path):
    """An empty database of each kind."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'test.db'}")
        database.create_all()
        yield database
        database.dispose()
        return
    database = request.getfixturevalue("postgresql")
    tables = [table.name for table in Base.metadata.sorted_tables if table.name in TABLES]
    with database.engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(tables)} CASCADE"))
    yield database


@pytest.fixture
def policy():
    return DialPolicy(
        countries=("US", "CA"),
        quiet=(time(21), time(8)),
        max_per_number_per_day=5,
        zone=NEW_YORK,
        plans={"billing": Plan(attempts=3, retry_after=(300.0, 1800.0))},
    )


@pytest.fixture
def house(db, clock, ids, policy):
    return House(db, clock, ids, policy)
