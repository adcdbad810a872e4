"""A house for one dialogue: the real webhooks, engine, routing and callbacks, in a folder that is thrown away."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from flask import Flask
from sqlalchemy import select

from call_flows.actions import Fetch
from call_flows.events import Fetched
from call_flows.facts import Facts
from call_flows.loaded import LoadedSite
from call_flows.scenario.failure import Unmet
from call_flows.scenario.outside import Outside
from call_flows.scenario.world import Scene
from callbacks.listening import listen
from callbacks.offering import Offers
from callbacks.service import CallbackService
from callbacks.site_policy import policy_of
from console.rehearsal.given import AGENT, GivenBoard
from console.wiring import disciplines_of, queue_configs
from exchange.clock import VirtualClock
from foundation.db import Database
from foundation.events import Bus
from foundation.ids import RandomIds
from foundation.jobs import MemoryJobs
from foundation.live import MemoryLive
from foundation.settings import Settings, load_settings
from ivr.callback_legs import CallbackLegs
from ivr.connect import Connections
from ivr.deps import IvrDeps
from ivr.fetch import Fetcher
from ivr.offering import look_at_offers
from ivr.queues import RoutingView
from ivr.sites import SiteShelf
from ivr.take_out import QueueExit
from ivr.tokens import MemoryTokens
from ivr.twilio_rest import TwilioCarrier
from ivr.webhooks import create_blueprint
from routing.agents import Agent, AgentSpec, AgentState, seed
from routing.news import EntryTakenOut, ReservationAccepted, ReservationEnded
from routing.reservations import Reservation, ReservationState
from routing.service import RoutingService
from routing.waitlist_memory import MemoryWaitlist

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from routing.board import Board


BASE = "https://voice.rehearsal.test"
TOKEN = "rehearsal"  # noqa: S105 - signs webhooks within this process
NOWHERE = "ws://127.0.0.1:9"


class MockedFetcher(Fetcher):
    """Web services as the dialogue's mocks have them."""

    def __init__(self, clock: VirtualClock, outside: Outside) -> None:
        super().__init__(clock)
        self._outside = outside
        self.unmet: Unmet | None = None

    def perform(self, action: Fetch, *, facts: Facts, allowed: Collection[str], key: str) -> Fetched:
        """What the mock answers; a request without one is kept for the dialogue to fail with."""
        del allowed, key
        try:
            return self._outside.fetched(action, facts)[0]
        except Unmet as unmet:
            self.unmet = unmet
            return Fetched(facts, None, None, "no mock")


@dataclass(frozen=True, slots=True)
class House:
    """The parts that a dialogue looks at."""

    deps: IvrDeps
    app: "WSGIApplication"
    fetcher: MockedFetcher

    def tick(self) -> None:
        """What a ticker does: rings loosen, waits end, queues begin to offer callbacks and stop."""
        self.deps.routing.tick()
        self.look_at_offers()

    def look_at_offers(self) -> None:
        """Whether each queue offers callbacks at this moment."""
        deps = self.deps
        look_at_offers(deps.shelf, RoutingView(deps.routing, deps.clock), Offers(deps.db, deps.clock), deps.clock)

    def answer(self) -> bool:
        """The agent takes the caller who is offered; False while nobody is."""
        with self.deps.db.begin() as session:
            offered = select(Reservation.id).where(Reservation.state == ReservationState.PENDING)
            found = session.scalars(offered).first()
        if found is not None:
            self.deps.routing.accept(found, AGENT)
        return found is not None

    def close_queue(self, queue: str) -> None:
        """The emergency switch closes it."""
        self.deps.routing.vigil.close(queue)

    def empty_queue(self, _queue: str) -> None:
        """Everybody goes home; a ticker sees it."""
        with self.deps.db.begin() as session:
            there = list(session.scalars(select(Agent.id).where(Agent.state != AgentState.OFFLINE)))
        for agent_id in there:
            self.deps.routing.agents.sign_out(agent_id)
        self.deps.routing.vigil.look()

    def sign_in(self) -> None:
        """The agent comes to the desk."""
        self.deps.routing.agents.sign_in(AGENT)
        self.deps.routing.agents.set_available(AGENT)


def build(
    site: LoadedSite, folder: Path, *, clock: VirtualClock, carrier_url: str, outside: Outside, scene: Scene
) -> House:
    """Put a house together around a site, its queues as the scene has them."""
    settings = _settings(folder, carrier_url)
    db, ids, bus = Database(settings.database_url), RandomIds(), Bus()
    db.create_all()
    shelf = SiteShelf(db, clock)
    shelf.publish(site, site.root or folder)
    queues, disciplines = queue_configs(site.site), disciplines_of(site.site)
    routing = RoutingService(db, MemoryWaitlist(), clock, ids, bus, queues, disciplines=disciplines)
    routing.board = cast("Board", GivenBoard(routing.board, scene))
    agents = [AgentSpec(one.login, one.name, {str(k): v for k, v in one.skills.items()}) for one in site.site.agents]
    with db.begin() as session:
        seed(session, agents, now=clock.now())
    if all(queue.agents for queue in scene.queues.values()):
        for agent in agents:
            routing.agents.sign_in(agent.id)
    fetcher = MockedFetcher(clock, outside)
    deps = IvrDeps(
        settings=settings,
        db=db,
        clock=clock,
        ids=ids,
        bus=bus,
        live=MemoryLive(clock),
        jobs=MemoryJobs(),
        shelf=shelf,
        carrier=TwilioCarrier(settings),
        routing=routing,
        callbacks=CallbackService(db, clock, ids, bus, policy_of(site.site), routing),
        tokens=MemoryTokens(),
        fetcher=fetcher,
    )
    _wire(deps)
    app = Flask("rehearsal")
    app.register_blueprint(create_blueprint(deps))
    house = House(deps, app, fetcher)
    house.look_at_offers()
    return house


def _settings(folder: Path, carrier_url: str) -> Settings:
    return load_settings(
        {
            "CALLWRIGHT_HOME": str(folder / "home"),
            "DATABASE_URL": f"sqlite:///{folder / 'rehearsal.db'}",
            "PUBLIC_BASE_URL": BASE,
            "MEDIA_BASE_URL": NOWHERE,
            "CARRIER_API_URL": carrier_url,
            "TWILIO_AUTH_TOKEN": TOKEN,
        }
    )


def _wire(deps: IvrDeps) -> None:
    """Who hears what, as in every house."""
    listen(deps.bus, deps.callbacks)
    connections = Connections(deps, CallbackLegs(deps))
    deps.bus.subscribe(ReservationAccepted, connections.bring_together)
    deps.bus.subscribe(ReservationEnded, connections.reservation_ended)
    deps.bus.subscribe(EntryTakenOut, QueueExit(deps).take_out)
