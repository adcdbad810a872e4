"""The Members subresource of a queue: who waits; and taking one out by a URL."""

from datetime import timedelta
from typing import Final

from exchange.fields import moment
from exchange.queues import Member
from exchange.rest.pages import page
from exchange.rest.queues import line_of
from exchange.rest.request import Reply, RestRequest, Route, ok
from exchange.twiml.verb import Ask


def represent(request: RestRequest, member: Member) -> dict[str, object]:
    """A waiting call as REST shows it."""
    line, clock = line_of(request), request.exchange.clock
    came = clock.now() - timedelta(seconds=clock.monotonic() - member.since)
    return {
        "call_sid": member.call_sid,
        "date_enqueued": moment(came),
        "position": line.position(member.call_sid),
        "wait_time": member.waited(clock.monotonic()),
        "queue_sid": line.sid,
        "uri": request.uri("Queues", line.sid, "Members", f"{member.call_sid}.json"),
    }


def listing(request: RestRequest) -> Reply:
    """Who waits, the first first."""
    return page(request, "queue_members", line_of(request).members, represent)


def fetch(request: RestRequest) -> Reply:
    """One who waits; Front is the first."""
    return ok(represent(request, _member(request)))


def update(request: RestRequest) -> Reply:
    """Take one out of the queue: his call goes on with the document at the URL. QueueResult becomes `redirected`."""
    member = _member(request)
    request.form.needed("Url")
    shown = represent(request, member)
    leg = request.exchange.leg(member.call_sid)
    if leg is None:
        raise request.gone()
    request.exchange.redirect(leg, Ask(url=request.form.url("Url"), method=request.form.method("Method")))
    return ok(shown)


def _member(request: RestRequest) -> Member:
    member = line_of(request).member(request.names["member"])
    if member is None:
        raise request.gone()
    return member


ROUTES: Final = (
    Route("GET", "/Queues/{queue}/Members.json", listing),
    Route("GET", "/Queues/{queue}/Members/{member}.json", fetch),
    Route("POST", "/Queues/{queue}/Members/{member}.json", update),
)
