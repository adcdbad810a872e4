"""The Calls resource: place a call, change it, look at it."""

from typing import Final
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape, quoteattr

import phonenumbers

from exchange.answering import Detection, Mode
from exchange.bridge import Bridges
from exchange.calls import EVENTS, Outgoing, StatusPlan
from exchange.fields import API_VERSION, call_seconds, moment
from exchange.legs import Leg
from exchange.recorder import Recorder
from exchange.recordings import Source as RecordingSource
from exchange.rest.errors import RestError, call_over, missing
from exchange.rest.pages import dated, matching, page
from exchange.rest.recordings import wanted_by
from exchange.rest.request import Reply, RestRequest, Route, created, nothing, ok
from exchange.status import CallStatus
from exchange.twiml.verb import Ask, Inline, Source

BUFFER: Final = 5  # seconds: "we always add a 5-second timeout buffer to outgoing calls"
_SUBRESOURCES: Final = ("Events", "Notifications", "Payments", "Recordings", "Siprec", "Streams", "Transcriptions")


def represent(request: RestRequest, leg: Leg) -> dict[str, object]:
    """A call as REST shows it."""
    ticket, uri = leg.ticket, request.uri("Calls", leg.sid)
    updated = leg.ended_at or leg.answered_at or ticket.created_at
    placed = leg.status is not CallStatus.QUEUED
    return {
        "sid": leg.sid,
        "date_created": moment(ticket.created_at),
        "date_updated": moment(updated),
        "parent_call_sid": ticket.parent_sid or None,
        "account_sid": ticket.account_sid,
        "to": ticket.to,
        "to_formatted": formatted(ticket.to),
        "from": ticket.from_,
        "from_formatted": formatted(ticket.from_),
        "phone_number_sid": None,
        "status": status_of(leg),
        "start_time": moment(ticket.created_at) if placed else None,
        "end_time": moment(leg.ended_at) if leg.ended_at else None,
        "duration": str(call_seconds(leg)) if leg.status.final else None,
        "price": None,
        "price_unit": "USD",
        "direction": ticket.direction.value,
        "answered_by": leg.answered_by or None,
        "api_version": API_VERSION,
        "forwarded_from": None,
        "group_sid": None,
        "caller_name": None,
        "queue_time": "0",
        "trunk_sid": None,
        "uri": f"{uri}.json",
        "subresource_uris": {name.lower(): f"{uri}/{name}.json" for name in _SUBRESOURCES},
    }


def status_of(leg: Leg) -> str:
    """The status in REST's words, which knows no `initiated`."""
    return "queued" if leg.status is CallStatus.INITIATED else leg.status.value


def formatted(address: str) -> str:
    """A number as its country writes it; anything else as it stands."""
    try:
        number = phonenumbers.parse(address)
    except phonenumbers.NumberParseException:
        return address
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def create(request: RestRequest) -> Reply:
    """Place a call."""
    to, from_ = request.form.needed("To", 21201), request.form.needed("From", 21213)
    source = request.document()
    if source is None:
        raise missing("Url", 21205)
    leg = dial(request, to=to, from_=request.form.text("CallerId") or from_, source=with_digits(request, source))
    return created(represent(request, leg))


def dial(request: RestRequest, *, to: str, from_: str, source: Source) -> Leg:
    """Place the call the form describes; Participants uses it too."""
    address, _, query = to.partition("?") if to.startswith("client:") else (to, "", "")
    callback = request.form.url("StatusCallback")
    events = tuple(event for event in request.form.words("StatusCallbackEvent", ("completed",)) if event in EVENTS)
    leg = request.exchange.dial(
        Outgoing(
            to=address,
            from_=from_,
            source=source,
            fallback_url=request.form.url("FallbackUrl"),
            fallback_method=request.form.method("FallbackMethod"),
            status=StatusPlan(url=callback, method=request.form.method("StatusCallbackMethod"), events=events)
            if callback
            else None,
            timeout=float(request.form.number("Timeout", 60, least=1, most=600) + BUFFER),
            time_limit=float(request.form.number("TimeLimit", 14_400, least=1, most=86_400)),
            params=tuple(parse_qsl(query, keep_blank_values=True)),
            detection=_detection(request),
        )
    )
    if request.form.flag("Record"):
        _record_when_answered(request, leg)
    return leg


def _detection(request: RestRequest) -> Detection | None:
    """MachineDetection and what belongs to it; ignored together with SendDigits, as the document says."""
    form = request.form
    mode = form.choice("MachineDetection", tuple(Mode))
    if not mode or form.text("SendDigits"):
        return None
    return Detection(
        mode=Mode(mode),
        limit=form.number("MachineDetectionTimeout", 30, least=3, most=59) * 1000,
        speech_threshold=form.number("MachineDetectionSpeechThreshold", 2400, least=1000, most=6000),
        speech_end=form.number("MachineDetectionSpeechEndThreshold", 1200, least=500, most=5000),
        silence=form.number("MachineDetectionSilenceTimeout", 5000, least=2000, most=10_000),
        async_url=form.url("AsyncAmdStatusCallback") if form.flag("AsyncAmd") else "",
        async_method=form.method("AsyncAmdStatusCallbackMethod"),
    )


def with_digits(request: RestRequest, source: Source) -> Source:
    """The document, after the keys of SendDigits."""
    digits = request.form.text("SendDigits")
    if not digits:
        return source
    if len(digits) > 32 or not set(digits) <= set("0123456789*#wWABCD"):  # noqa: PLR2004 - Twilio's limit
        raise RestError(400, 21215, f"SendDigits is not valid: {digits!r}")
    keys = f"<Play digits={quoteattr(digits)}/>"
    if isinstance(source, Ask):
        return Inline(f'<Response>{keys}<Redirect method="{source.method}">{escape(source.url)}</Redirect></Response>')
    return Inline(source.twiml.replace("<Response>", f"<Response>{keys}", 1))


def _record_when_answered(request: RestRequest, leg: Leg) -> None:
    channels = 2 if request.form.choice("RecordingChannels", ("mono", "dual"), "mono") == "dual" else 1
    wanted = wanted_by(request, source=RecordingSource.OUTBOUND_API, channels=channels)
    recorder = request.exchange.part(Recorder)

    def answered(changed: Leg) -> None:
        if changed.status is CallStatus.IN_PROGRESS:
            recorder.start(changed, wanted)

    leg.watchers.append(answered)


def fetch(request: RestRequest) -> Reply:
    """One call."""
    return ok(represent(request, request.leg()))


def listing(request: RestRequest) -> Reply:
    """Calls, the newest first."""
    every = [*request.exchange.past.values(), *request.exchange.legs.values()]
    calls = matching(
        request,
        sorted(every, key=lambda leg: leg.ticket.created_at, reverse=True),
        To=lambda leg: leg.ticket.to,
        From_=lambda leg: leg.ticket.from_,
        Status=status_of,
        ParentCallSid=lambda leg: leg.ticket.parent_sid,
    )
    calls = dated(request, calls, "StartTime", lambda leg: leg.ticket.created_at)
    calls = dated(request, calls, "EndTime", lambda leg: leg.ended_at)
    return page(request, "calls", calls, represent)


def update(request: RestRequest) -> Reply:
    """Redirect a live call, hang it up, or cancel one that is not answered."""
    leg = request.leg()
    status = request.form.choice("Status", ("canceled", "completed"))
    source = request.document()
    if leg.status.final:
        raise call_over()
    if source is not None:
        if leg.status is not CallStatus.IN_PROGRESS:
            raise call_over()
        _take_over_fallback(request, leg)
        request.exchange.part(Bridges).let_go(leg)
        request.exchange.redirect(leg, source)
    elif status == "completed" or (status == "canceled" and leg.status is not CallStatus.IN_PROGRESS):
        leg.hang_up(reason="ended by REST")
    return ok(represent(request, leg))


def _take_over_fallback(request: RestRequest, leg: Leg) -> None:
    fallback = request.form.url("FallbackUrl")
    if fallback:
        interpreter = request.exchange.interpreter(leg)
        interpreter.fallback_url, interpreter.fallback_method = fallback, request.form.method("FallbackMethod")


def delete(request: RestRequest) -> Reply:
    """Forget a finished call."""
    leg = request.leg()
    if not leg.status.final:
        raise RestError(409, 20409, "A call that is not over cannot be deleted")
    request.exchange.past.pop(leg.sid, None)
    return nothing()


ROUTES: Final = (
    Route("POST", "/Calls.json", create),
    Route("GET", "/Calls.json", listing),
    Route("GET", "/Calls/{call}.json", fetch),
    Route("POST", "/Calls/{call}.json", update),
    Route("DELETE", "/Calls/{call}.json", delete),
)
