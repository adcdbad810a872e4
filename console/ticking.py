"""What is looked at four times a second: everything that falls due, whoever noticed it first."""

from collections.abc import Callable

from callbacks.abandoned import look_at_abandoned
from callbacks.jobs import fire_due
from callbacks.offering import Offers
from console.processes import Apart
from console.seeding import agent_specs
from console.watching import SiteWatch
from console.wiring import Runtime, site_that_runs
from ivr.callback_dialer import CarrierDialer
from ivr.callback_legs import CallbackLegs
from ivr.callback_notices import Notices
from ivr.closing import close_queues
from ivr.confirming import Confirmations
from ivr.connect import Connections
from ivr.emergency import Emergencies
from ivr.forgetting import forget_private
from ivr.offering import look_at_offers
from ivr.orders import CarrierOrders
from ivr.queues import RoutingView
from ivr.reconcile import Reconciliation
from ivr.understanding import Understandings
from ivr.unfinished import Unfinished
from ivr.webhooks.house import build_house
from recordings import retention as recordings_kept
from recordings.fetching import nudge_due
from routing import agents
from transcription import retention as transcripts_kept

CLOSING_SECONDS = 1.0
RECONCILE_SECONDS = 5.0
"""How often a ticker asks whether it is time for a round: the rounds themselves are thirty seconds apart."""
UNFINISHED_SECONDS = 1.0
SITE_SECONDS = 2.0
WATCH_SECONDS = 0.5
FORGET_SECONDS = 600.0
OFFER_SECONDS = 1.0
ABANDONED_SECONDS = 10.0
UNDERSTOOD_SECONDS = 1.0
Beat = Callable[[], object]


def ticks(runtime: Runtime) -> list[Beat]:
    """The beats, in order; each may be run by several tickers at once and repeated without harm."""
    dialer = CarrierDialer(runtime.parts)
    connections = Connections(runtime.parts, CallbackLegs(runtime.parts))
    orders = CarrierOrders(
        db=runtime.parts.db, clock=runtime.parts.clock, ids=runtime.parts.ids, carrier=runtime.parts.carrier
    )
    reconciliation = Reconciliation(build_house(runtime.parts))
    watch = [_every(WATCH_SECONDS, _watch(runtime).look, runtime)] if is_watching(runtime) else []
    runtime.parts.shelf.when_changed(lambda: take_agents(runtime))
    return [
        runtime.parts.routing.tick,
        lambda: fire_due(runtime.parts.callbacks, dialer, runtime.parts.jobs),
        _every(UNFINISHED_SECONDS, Unfinished(runtime.parts, connections).look, runtime),
        orders.give,
        Confirmations(runtime.parts).give,
        Notices(runtime.parts).give,
        _every(OFFER_SECONDS, _offers(runtime), runtime),
        _every(ABANDONED_SECONDS, lambda: look_at_abandoned(runtime.parts.callbacks.parts), runtime),
        lambda: nudge_due(runtime.parts.db, runtime.parts.jobs, runtime.parts.clock.now()),
        _every(CLOSING_SECONDS, _close_queues(runtime), runtime),
        _every(RECONCILE_SECONDS, Apart(reconciliation.look, name="reconcile").begin, runtime),
        _every(UNDERSTOOD_SECONDS, Apart(Understandings(runtime.parts).look, name="understanding").begin, runtime),
        _every(SITE_SECONDS, runtime.follow_site, runtime),
        _every(FORGET_SECONDS, lambda: _forget(runtime), runtime),
        *watch,
    ]


def _close_queues(runtime: Runtime) -> Beat:
    """In an emergency callers who wait already are sent out too."""
    parts, emergencies = runtime.parts, Emergencies(runtime.parts.db, runtime.parts.clock)
    return lambda: close_queues(parts.routing, emergencies, site_that_runs(parts.shelf))


def take_agents(runtime: Runtime) -> None:
    """Let the agents of a version that went live be there, with the skills it gives them."""
    parts = runtime.parts
    with parts.db.begin() as session:
        agents.seed(session, agent_specs(parts.shelf.current().loaded), now=parts.clock.now())
    parts.routing.rebuild()


def _offers(runtime: Runtime) -> Beat:
    """Whether each queue offers callbacks, looked at anew."""
    parts = runtime.parts
    queues, offers = RoutingView(parts.routing, parts.clock), Offers(parts.db, parts.clock)
    return lambda: look_at_offers(parts.shelf, queues, offers, parts.clock)


def _forget(runtime: Runtime) -> int:
    keep, db, now = runtime.parts.shelf.current().loaded.site.privacy.keep, runtime.parts.db, runtime.parts.clock.now()
    return (
        forget_private(db, keep_seconds=float(keep.transcripts), now=now)
        + recordings_kept.purge_old(db, keep_seconds=float(keep.recordings), now=now)
        + transcripts_kept.purge_old(db, keep_seconds=float(keep.transcripts), now=now)
    )


def is_watching(runtime: Runtime) -> bool:
    """Whether the site's folder is to be followed (SITE_WATCH, which `callwright up --watch` sets)."""
    return runtime.parts.settings.environment.get("SITE_WATCH", "") not in {"", "0", "no"}


def _watch(runtime: Runtime) -> SiteWatch:
    parts = runtime.parts
    return SiteWatch(parts.settings.site_dir, parts.shelf, parts.db, parts.live)


def _every(seconds: float, beat: Beat, runtime: Runtime) -> Beat:
    """The beat, at most once in so many seconds."""
    last = [-seconds]

    def sometimes() -> object:
        now = runtime.parts.clock.monotonic()
        if now - last[0] < seconds:
            return None
        last[0] = now
        return beat()

    return sometimes
