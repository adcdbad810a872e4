"""What is looked at four times a second: everything that falls due, whoever noticed it first."""

from collections.abc import Callable

from callbacks.jobs import fire_due
from console.wiring import Runtime
from ivr.callback_dialer import CarrierDialer
from ivr.orders import CarrierOrders
from recordings.fetching import nudge_due

SITE_SECONDS = 2.0
Beat = Callable[[], object]


def ticks(runtime: Runtime) -> list[Beat]:
    """The beats, in order; each may be run by several tickers at once and repeated without harm."""
    dialer = CarrierDialer(runtime.parts.carrier)
    orders = CarrierOrders(
        db=runtime.parts.db, clock=runtime.parts.clock, ids=runtime.parts.ids, carrier=runtime.parts.carrier
    )
    return [
        runtime.parts.routing.tick,
        lambda: fire_due(runtime.parts.callbacks, dialer),
        orders.give,
        lambda: nudge_due(runtime.parts.db, runtime.parts.jobs, runtime.parts.clock.now()),
        _every(SITE_SECONDS, runtime.follow_site, runtime),
    ]


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
