"""Callbacks: whether what a site says of them can be kept."""

from datetime import UTC, datetime, timedelta
from typing import Final

from call_flows.appointment import Calendar, clock_span
from call_flows.check.finding import Review
from call_flows.nodes.callback import CURRENT, CallbackNode
from call_flows.offering import OF_THE_QUEUE
from call_flows.places import Path
from call_flows.site import Queue, Site

_WEEK: Final = timedelta(days=7)
_STEP: Final = timedelta(minutes=15)


def check(review: Review) -> None:
    """Look at every queue's callback paragraph, and at every verb that names a queue."""
    site = review.site
    if site is None:
        return
    for name, queue in site.queues.items():
        if queue.callback is not None:
            at = ("queues", name, "callback")
            _minded(review, at, queue)
            _hours(review, at, queue, site)
            _messages(review, at, queue, site)
    for finding in review.findings():
        node = finding.node
        if isinstance(node, CallbackNode) and node.callback != CURRENT:
            named = site.queues.get(str(node.callback))
            if named is not None and named.callback is None:
                what = f"'{node.callback}' says nothing of callbacks: they may be made at any hour."
                todo = "Write callback: with hours: under the queue in site.yaml."
                finding.report("W632", ("callback",), what, word=str(node.callback), todo=todo)


def _minded(review: Review, at: Path, queue: Queue) -> None:
    """What is kept for the whole queue cannot depend on who calls."""
    policy = queue.callback
    if policy is None or policy.stop_when is None:
        return
    if policy.offer_when is None:
        todo = "Write offer_when: too, such as ewt > 120."
        review.in_site(
            "E213", (*at, "stop_when"), "The offer ends, and nothing begins it.", word="stop_when", todo=todo
        )
        return
    for key, condition in (("offer_when", policy.offer_when), ("stop_when", policy.stop_when)):
        for name in sorted(condition.names):
            if not name.startswith(OF_THE_QUEUE):
                what = f"With stop_when the offer is kept in mind for the whole queue: '{name}' is of one caller."
                todo = "Read ewt, queue('…'), is_open('…') and now here, and decide about the caller in the flow."
                review.in_site("E213", (*at, key), what, word=name, todo=todo)


def _hours(review: Review, at: Path, queue: Queue, site: Site) -> None:
    """Hours that lie within the quiet ones never come."""
    policy = queue.callback
    hours = None if policy is None or policy.hours is None else site.hours.get(str(policy.hours))
    if hours is None or site.dialing.quiet is None or not hours.ever_open():
        return
    zone, begin = site.zone(), datetime(2026, 3, 2, tzinfo=UTC)  # a week without a holiday
    calendar = Calendar(begin - timedelta(days=1), zone, hours, zone, clock_span(site.dialing.quiet))
    if all(calendar.refusal(begin + place * _STEP) for place in range(int(_WEEK / _STEP))):
        what = f"All of '{policy.hours if policy else ''}' lies within the quiet hours {site.dialing.quiet}."
        review.in_site("W633", (*at, "hours"), what, word=str(policy.hours if policy else ""), todo="Move one of them.")


def _messages(review: Review, at: Path, queue: Queue, site: Site) -> None:
    """Messages that may not be sent, or come from no number."""
    policy = queue.callback
    wanted = [key for key in ("confirm", "abandoned") if policy is not None and getattr(policy, key) == "sms"]
    if wanted and site.dialing.max_messages_per_number_per_day == 0:
        what = "No number is sent a message: max_messages_per_number_per_day is 0."
        review.in_site("W634", (*at, wanted[0]), what, word="sms", todo="Write 5, or none here.")
