"""Whether queues offer callbacks: looked at every second by whichever ticker comes first, and read by every call."""

from collections.abc import Mapping

from call_flows.facts import Facts
from call_flows.offering import is_offering
from callbacks.offering import Offers
from foundation.clock import Clock
from foundation.logs import get_logger
from ivr.facts import QueueView
from ivr.sites import SiteShelf

log = get_logger(__name__)


def look_at_offers(shelf: SiteShelf, queues: QueueView, offers: Offers, clock: Clock) -> int:
    """Begin and stop offering, queue by queue, as the site says; how many were turned. Repeats turn nothing."""
    loaded = shelf.current().loaded
    minding = [str(name) for name, one in loaded.site.queues.items() if one.callback and one.callback.stop_when]
    if not minding:
        return 0
    was: Mapping[str, bool] = offers.now()
    facts = Facts(clock.now(), queues={str(name): queues.queue(str(name)) for name in loaded.site.queues})
    turned = 0
    for name in minding:
        on = is_offering(loaded, name, facts, was=was.get(name, False))
        if on is not was.get(name, False) and offers.turn(name, on=on):
            turned += 1
            log.info("callback_offer", queue=name, on=on)
    return turned
