"""A site's `dialing` and `callback` paragraphs as a policy."""

from datetime import datetime, time

from call_flows.facts import HoursStatus
from call_flows.hours import Hours
from call_flows.site import Site
from callbacks.policy import DialPolicy, Plan
from callbacks.schedule import Condition


def policy_of(site: Site) -> DialPolicy:
    """What the site says of calling back."""
    plans = {}
    for name, queue in site.queues.items():
        asked = queue.callback
        if asked is not None:
            hours = site.hours[asked.hours] if asked.hours is not None else None
            plans[str(name)] = Plan(
                attempts=asked.attempts,
                retry_after=tuple(float(gap) for gap in asked.retry_after),
                is_open=_open(site, hours) if hours is not None else None,
            )
    quiet = site.dialing.quiet
    return DialPolicy(
        countries=tuple(site.dialing.countries),
        quiet=_times(quiet) if quiet is not None else None,
        max_per_number_per_day=site.dialing.max_per_number_per_day,
        zone=site.zone(),
        plans=plans,
    )


def _open(site: Site, hours: Hours) -> Condition:
    zone = site.zone()

    def holds(at: datetime) -> bool:
        return hours.at(at.astimezone(zone)) is HoursStatus.OPEN

    return holds


def _times(span: str) -> tuple[time, time]:
    start, _, end = span.partition("-")
    return time.fromisoformat(start.strip().zfill(5)), time.fromisoformat(end.strip().zfill(5))
