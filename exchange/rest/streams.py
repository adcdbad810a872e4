"""The Streams subresource of a call: begin a one-way stream, end one."""

import re
from typing import Final

from exchange.fields import moment
from exchange.media_streams import LiveStream, Streams, StreamWanted, TooManyStreams
from exchange.rest.errors import RestError, call_over, invalid
from exchange.rest.request import Reply, RestRequest, Route, ok
from exchange.status import CallStatus
from exchange.streams import Track

_PARAMETER: Final = re.compile(r"Parameter([1-9][0-9]?)\.Name")


def represent(request: RestRequest, stream: LiveStream) -> dict[str, object]:
    """A stream as REST shows it."""
    live = stream in stream.leg.taps
    return {
        "sid": stream.sid,
        "account_sid": request.account,
        "call_sid": stream.leg.sid,
        "name": stream.wanted.name or None,
        "status": "in-progress" if live else "stopped",
        "date_updated": moment(stream.updated),
        "uri": request.uri("Calls", stream.leg.sid, "Streams", f"{stream.sid}.json"),
    }


def create(request: RestRequest) -> Reply:
    """Begin to stream a live call."""
    leg, url = request.leg(), request.form.needed("Url")
    if leg.status is not CallStatus.IN_PROGRESS:
        raise call_over()
    if not url.startswith(("ws://", "wss://")):
        raise invalid("Url", url, 21205)
    wanted = StreamWanted(
        url=url,
        name=request.form.text("Name"),
        track=Track(request.form.choice("Track", tuple(track.value for track in Track), Track.INBOUND.value)),
        callback=request.form.url("StatusCallback"),
        callback_method=request.form.method("StatusCallbackMethod"),
        parameters=_parameters(request),
    )
    try:
        return ok(represent(request, request.exchange.part(Streams).start(leg, wanted)))
    except TooManyStreams as problem:
        raise RestError(400, 31940, str(problem)) from problem


def update(request: RestRequest) -> Reply:
    """Stop a stream, by its SID or its name."""
    streams = request.exchange.part(Streams)
    stream = streams.find(request.leg().sid, request.names["stream"])
    if stream is None:
        raise request.gone()
    if request.form.choice("Status", ("stopped",)) != "stopped":
        raise invalid("Status", request.form.text("Status"))
    streams.stop(stream)
    return ok(represent(request, stream))


def _parameters(request: RestRequest) -> tuple[tuple[str, str], ...]:
    found = [(int(match[1]), request.form.text(key)) for key in request.form if (match := _PARAMETER.fullmatch(key))]
    return tuple((name, request.form.text(f"Parameter{number}.Value")) for number, name in sorted(found))


ROUTES: Final = (
    Route("POST", "/Calls/{call}/Streams.json", create),
    Route("POST", "/Calls/{call}/Streams/{stream}.json", update),
)
