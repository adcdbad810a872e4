"""The Messages resource: send a text message, look at it."""

from typing import Final

import phonenumbers

from exchange.fields import API_VERSION, moment
from exchange.messages import Message, MessageDesk
from exchange.rest.errors import RestError
from exchange.rest.pages import dated, matching, page
from exchange.rest.request import Reply, RestRequest, Route, created, nothing, ok

LONGEST: Final = 1600


def represent(request: RestRequest, message: Message) -> dict[str, object]:
    """A message as REST shows it."""
    uri = request.uri("Messages", message.sid)
    return {
        "sid": message.sid,
        "account_sid": message.account_sid,
        "api_version": API_VERSION,
        "body": message.body,
        "date_created": moment(message.created),
        "date_updated": moment(message.updated),
        "date_sent": moment(message.sent) if message.sent else None,
        "direction": "outbound-api",
        "error_code": message.error_code,
        "error_message": "Unreachable destination handset" if message.error_code else None,
        "from": message.from_,
        "to": message.to,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": str(message.segments),
        "price": None,
        "price_unit": "USD",
        "status": message.status.value,
        "subresource_uris": {"media": f"{uri}/Media.json", "feedback": f"{uri}/Feedback.json"},
        "uri": f"{uri}.json",
    }


def create(request: RestRequest) -> Reply:
    """Send a message, from a number of this exchange."""
    to, from_ = request.form.needed("To", 21604), request.form.needed("From", 21603)
    body = request.form.needed("Body", 21602)
    if not _is_number(to):
        raise RestError(400, 21211, f"Invalid 'To' Phone Number: {to!r}")
    if from_ not in request.exchange.config.numbers:
        raise RestError(400, 21606, "The 'From' phone number provided is not a valid message-capable number")
    if len(body) > LONGEST:
        raise RestError(400, 21617, f"The concatenated message body exceeds the {LONGEST} character limit")
    desk = request.exchange.part(MessageDesk)
    message = desk.take(to=to, from_=from_, body=body, callback=request.form.url("StatusCallback", 21609))
    return created(represent(request, message))


def listing(request: RestRequest) -> Reply:
    """Messages, the newest first."""
    every = reversed(request.exchange.part(MessageDesk).messages.values())
    found = matching(request, every, To=lambda one: one.to, From_=lambda one: one.from_)
    found = dated(request, found, "DateSent", lambda one: one.sent)
    return page(request, "messages", found, represent)


def fetch(request: RestRequest) -> Reply:
    """One message."""
    return ok(represent(request, _message(request)))


def delete(request: RestRequest) -> Reply:
    """Forget a message."""
    del request.exchange.part(MessageDesk).messages[_message(request).sid]
    return nothing()


def _message(request: RestRequest) -> Message:
    found = request.exchange.part(MessageDesk).messages.get(request.names["message"])
    if found is None:
        raise request.gone()
    return found


def _is_number(address: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(address))
    except phonenumbers.NumberParseException:
        return False


ROUTES: Final = (
    Route("POST", "/Messages.json", create),
    Route("GET", "/Messages.json", listing),
    Route("GET", "/Messages/{message}.json", fetch),
    Route("DELETE", "/Messages/{message}.json", delete),
)
