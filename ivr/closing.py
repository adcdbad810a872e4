"""Closing queues in an emergency: who waits already is not left on hold, but goes on at the queue's exit `closed`."""

from call_flows.site import Site
from ivr.emergency import Emergencies
from routing.service import RoutingService


def close_queues(routing: RoutingService, emergencies: Emergencies, site: Site) -> int:
    """Send out everybody who waits in a queue whose hours are in an emergency; a repeat finds nobody. How many."""
    on = emergencies.now()
    if not on:
        return 0
    closed = [str(name) for name, queue in site.queues.items() if queue.hours is not None and str(queue.hours) in on]
    return sum(routing.vigil.close(queue) for queue in closed)
