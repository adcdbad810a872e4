"""A site's `dialing` and `callback` paragraphs as a policy."""

from datetime import datetime, timedelta

from call_flows.appointment import clock_span
from call_flows.callback_policy import CallbackPolicy, Slots
from call_flows.calling_back import ANY, Limits
from call_flows.facts import HoursStatus
from call_flows.hours import Hours
from call_flows.site import Queue, Site
from callbacks.caps import Caps
from callbacks.policy import DialPolicy, First, Plan
from callbacks.schedule import Condition
from callbacks.slots import USUAL


def policy_of(site: Site) -> DialPolicy:
    """What the site says of calling back."""
    plans = {}
    for name, queue in site.queues.items():
        asked = queue.callback
        if asked is not None:
            hours = site.hours[asked.hours] if asked.hours is not None else None
            plans[str(name)] = _plan(site, queue, asked, hours)
    quiet = site.dialing.quiet
    return DialPolicy(
        countries=tuple(site.dialing.countries),
        quiet=clock_span(quiet) if quiet is not None else None,
        max_per_number_per_day=site.dialing.max_per_number_per_day,
        max_requests_per_number_per_day=site.dialing.max_requests_per_number_per_day,
        caps=_caps(site.dialing),
        zone=site.zone(),
        plans=plans,
    )


def _plan(site: Site, queue: Queue, asked: CallbackPolicy, hours: Hours | None) -> Plan:
    spoken = {ANY: str(site.languages[0])}
    return Plan(
        attempts=asked.attempts,
        retry_after=tuple(float(gap) for gap in asked.retry_after),
        is_open=_open(site, hours) if hours is not None else None,
        first=First(asked.first),
        hold=float(asked.hold),
        behind=asked.place == "behind",
        promise=None if asked.promise is None else float(asked.promise),
        window=float(asked.window),
        expire=asked.at_closing == "expire",
        owner_waits=float(asked.owner_waits),
        detect=asked.detect_machines,
        voicemail={spoken.get(str(language), str(language)): text for language, text in asked.voicemail.items()},
        span=timedelta(seconds=float(asked.slots.every)) if asked.slots is not None else USUAL,
        confirms=asked.confirm == "sms",
        abandoned=asked.abandoned,
        abandoned_after=float(asked.abandoned_after),
        room=_room(site, queue, asked.slots) if asked.slots is not None else None,
    )


def _caps(limits: Limits) -> Caps:
    return Caps(
        per_prefix_per_hour=limits.max_per_prefix_per_hour,
        per_day=limits.max_per_day,
        concurrent=limits.max_concurrent,
        seconds_per_call=float(limits.longest_call),
        minutes_per_day=limits.max_minutes_per_day,
        spend_per_day=limits.max_spend_per_day,
        price_per_minute=limits.price_per_minute,
        calls_per_second=limits.calls_per_second,
    )


def _open(site: Site, hours: Hours) -> Condition:
    zone = site.zone()

    def holds(at: datetime) -> bool:
        return hours.at(at.astimezone(zone)) is HoursStatus.OPEN

    return holds


def _room(site: Site, queue: Queue, slots: Slots) -> int:
    """How many callbacks a span has room for: at least one."""
    if slots.capacity is not None:
        return slots.capacity
    needs = queue.rings[-1].needs
    able = sum(all(agent.skills.get(skill, 0) >= level for skill, level in needs.items()) for agent in site.agents)
    calls = able * float(slots.every) / max(float(slots.handling), 1.0)
    return max(1, int(calls * float(slots.share or 0.0)))
