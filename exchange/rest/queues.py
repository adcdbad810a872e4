"""The Queues resource."""

from dataclasses import replace
from typing import Final

from exchange.fields import moment
from exchange.queues import DEFAULT_SIZE, LARGEST, Line
from exchange.rest.errors import RestError
from exchange.rest.pages import page
from exchange.rest.request import Reply, RestRequest, Route, created, nothing, ok
from exchange.waiting import Queues


def represent(request: RestRequest, line: Line) -> dict[str, object]:
    """A queue as REST shows it."""
    begun, updated = request.exchange.part(Queues).dates[line.sid]
    return {
        "sid": line.sid,
        "account_sid": request.account,
        "friendly_name": line.name,
        "current_size": line.size,
        "max_size": line.max_size,
        "average_wait_time": line.average_wait(request.exchange.clock.monotonic()),
        "date_created": moment(begun),
        "date_updated": moment(updated),
        "uri": request.uri("Queues", f"{line.sid}.json"),
    }


def line_of(request: RestRequest) -> Line:
    """The queue named in the path."""
    line = request.exchange.part(Queues).lines.get(request.names["queue"])
    if line is None:
        raise request.gone()
    return line


def listing(request: RestRequest) -> Reply:
    """All queues."""
    return page(request, "queues", list(request.exchange.part(Queues).lines.values()), represent)


def create(request: RestRequest) -> Reply:
    """Begin a queue."""
    name = request.form.needed("FriendlyName")
    queues = request.exchange.part(Queues)
    if queues.named(name) is not None:
        raise RestError(400, 22003, f"A queue with the friendly name {name!r} exists already")
    size = request.form.number("MaxSize", DEFAULT_SIZE, least=1, most=LARGEST)
    return created(represent(request, queues.open(name, max_size=size)))


def fetch(request: RestRequest) -> Reply:
    """One queue."""
    return ok(represent(request, line_of(request)))


def update(request: RestRequest) -> Reply:
    """Rename a queue, or change how many may wait in it."""
    line, queues = line_of(request), request.exchange.part(Queues)
    changed = replace(
        line,
        name=request.form.text("FriendlyName") or line.name,
        max_size=request.form.number("MaxSize", line.max_size, least=1, most=LARGEST),
    )
    queues.keep(changed)
    return ok(represent(request, changed))


def delete(request: RestRequest) -> Reply:
    """Remove a queue in which nobody waits."""
    line, queues = line_of(request), request.exchange.part(Queues)
    if line.members:
        raise RestError(400, 22002, "A queue in which calls wait cannot be deleted")
    del queues.lines[line.sid]
    return nothing()


ROUTES: Final = (
    Route("GET", "/Queues.json", listing),
    Route("POST", "/Queues.json", create),
    Route("GET", "/Queues/{queue}.json", fetch),
    Route("POST", "/Queues/{queue}.json", update),
    Route("DELETE", "/Queues/{queue}.json", delete),
)
