"""Both waitlists, and routing on either."""

import itertools

import pytest
from sqlalchemy import text

from foundation.calls import Call
from foundation.db import Base, Database
from foundation.events import Bus
from foundation.redis import Keys
from routing.agents import Agent, AgentSpec, seed
from routing.config import QueueConfig, WrapUp, WrapUpMode
from routing.match import Ring
from routing.news import (
    AgentStateChanged,
    EntryJoined,
    EntryLeft,
    EntryOverflowed,
    EntryTakenOut,
    ReservationAccepted,
    ReservationEnded,
    ReservationOffered,
)
from routing.service import RoutingService
from routing.waitlist_memory import MemoryWaitlist
from routing.waitlist_redis import RedisWaitlist

from .cluster import Cluster


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
    tables = [
        table.name
        for table in Base.metadata.sorted_tables
        if table.name in {"agents", "agent_state_log", "calls", "queue_entries", "reservations"}
    ]
    with database.engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(tables)} CASCADE"))
    yield database


@pytest.fixture(scope="session")
def three_nodes(tmp_path_factory):
    """A cluster of three Redis servers of this run's own."""
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        client = cluster.start()
        yield client
        client.close()
    finally:
        cluster.stop()


@pytest.fixture
def cluster(three_nodes):
    """That cluster, emptied before each test."""
    three_nodes.flushall()
    return three_nodes


@pytest.fixture(params=["memory", "redis"])
def new_waitlist(request):
    """Makes empty waitlists of the kind under test."""
    return maker_of_waitlists(request)


def maker_of_waitlists(request):
    """Makes empty waitlists of the kind the test is run with: memory, redis or cluster."""
    if request.param == "memory":
        return MemoryWaitlist
    client = request.getfixturevalue("redis_client" if request.param == "redis" else "cluster")
    sites = itertools.count(1)
    return lambda **options: _ready(RedisWaitlist(client, Keys(f"site{next(sites)}"), **options))


def _ready(waitlist):
    waitlist.reset(built=True)
    return waitlist


@pytest.fixture
def waitlist(new_waitlist):
    return new_waitlist()


class House:
    """Routing with everything around it, in the hands of a test."""

    def __init__(self, db, waitlist, clock, ids, bus, queues, **options):
        self.db, self.waitlist, self.clock, self.ids, self.bus = db, waitlist, clock, ids, bus
        self.routing = RoutingService(db, waitlist, clock, ids, bus, queues, **options)
        self.heard = []
        for kind in NEWS:
            bus.subscribe(kind, self.heard.append)

    def agent(self, agent_id, *, ready=True, **skills):
        with self.db.begin() as session:
            seed(session, [AgentSpec(agent_id, agent_id.title(), skills)], now=self.clock.now())
        self.routing.rebuild()
        self.routing.agents.sign_in(agent_id)
        if ready:
            self.routing.agents.set_available(agent_id)

    def call(self, call_id, queue="billing", **options):
        with self.db.begin() as session:
            return self.routing.enqueue(session, call_id=call_id, queue=queue, **options).id

    def call_from(self, number, call_id, queue="billing", **options):
        """A call from that number comes to the queue."""
        with self.db.begin() as session:
            session.add(
                Call(id=call_id, direction="inbound", status="in-progress", caller=number, started_at=self.clock.now())
            )
        return self.call(call_id, queue, **options)

    def offers(self):
        return [news for news in self.heard if isinstance(news, ReservationOffered)]

    def news(self, kind):
        return [news for news in self.heard if isinstance(news, kind)]

    def row(self, model, row_id):
        with self.db.begin() as session:
            return session.get(model, row_id)

    def agent_state(self, agent_id):
        agent = self.row(Agent, agent_id)
        return agent.state, agent.reason

    def pass_time(self, seconds):
        self.clock.advance(seconds)
        self.routing.tick()

    def answer(self, offer=None):
        """The agent takes the last call offered and the two are connected."""
        offer = offer or self.offers()[-1]
        self.routing.accept(offer.reservation_id, offer.agent_id)
        self.routing.connected(offer.reservation_id)
        return offer.reservation_id


BILLING = QueueConfig(
    "billing",
    rings=(Ring(0, {"billing": 3}), Ring(45, {"billing": 1})),
    max_wait=600,
    max_size=5,
    ring_time=20,
    wrap_up=WrapUp(WrapUpMode.TIMED, 60, ("resolved", "follow up")),
)
TECHNICAL = QueueConfig("technical", rings=(Ring(0, {"technical": 1}),), wrap_up=WrapUp(WrapUpMode.NONE))
COMPLAINTS = QueueConfig("complaints", wrap_up=WrapUp(WrapUpMode.MANDATORY, 60, ("sorry", "paid")))
NEWS = (
    EntryJoined,
    EntryLeft,
    EntryOverflowed,
    EntryTakenOut,
    ReservationOffered,
    ReservationAccepted,
    ReservationEnded,
    AgentStateChanged,
)


@pytest.fixture
def house_of(db, waitlist, clock, ids):
    """Makes a house with these queues."""
    return lambda *queues, **options: House(db, waitlist, clock, ids, Bus(), queues, **options)


@pytest.fixture
def house(db, waitlist, clock, ids):
    return House(db, waitlist, clock, ids, Bus(), [BILLING, TECHNICAL, COMPLAINTS])


@pytest.fixture
def quiet_house(db, clock, ids):
    """The house on the waitlist in memory alone, for what does not concern the waitlist."""
    return House(db, MemoryWaitlist(), clock, ids, Bus(), [BILLING, TECHNICAL, COMPLAINTS])


@pytest.fixture
def redis_waitlist(redis_client):
    """An empty waitlist in Redis, whatever else is under test."""
    return _ready(RedisWaitlist(redis_client, Keys("alone")))
