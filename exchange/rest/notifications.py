"""The Notifications resource: what the exchange has complained of, of everything or of one call. Read only."""

from collections.abc import Mapping
from typing import Final

from exchange.fields import API_VERSION, moment
from exchange.log import Entry, Level
from exchange.rest.pages import dated, matching, page
from exchange.rest.request import Reply, RestRequest, Route, ok

_LOG: Final[Mapping[Level, str]] = {Level.ERROR: "0", Level.WARNING: "1"}  # Twilio's numbers


def represent(request: RestRequest, one: Entry) -> dict[str, object]:
    """An entry as REST shows it in a list."""
    place = ("Calls", one.call_sid) if one.call_sid else ()
    return {
        "account_sid": request.account,
        "api_version": API_VERSION,
        "call_sid": one.call_sid or None,
        "date_created": moment(one.at),
        "date_updated": moment(one.at),
        "error_code": str(one.code),
        "log": _LOG[one.level],
        "message_date": moment(one.at),
        "message_text": f"{one.message} (line {one.line})" if one.line else one.message,
        "more_info": f"https://www.twilio.com/docs/errors/{one.code}",
        "request_url": one.url or None,
        "sid": one.sid,
        "uri": request.uri(*place, "Notifications", f"{one.sid}.json"),
    }


def listing(request: RestRequest) -> Reply:
    """Entries, the newest first; Log=0 errors only, Log=1 warnings only."""
    entries = matching(request, reversed(_entries(request)), Log=lambda one: _LOG[one.level])
    return page(request, "notifications", dated(request, entries, "MessageDate", lambda one: one.at), represent)


def fetch(request: RestRequest) -> Reply:
    """One entry, with the fields only a single one has."""
    found = next((one for one in _entries(request) if one.sid == request.names["notification"]), None)
    if found is None:
        raise request.gone()
    return ok(represent(request, found) | {"request_variables": "", "response_body": "", "response_headers": ""})


def _entries(request: RestRequest) -> list[Entry]:
    return request.exchange.log.entries(call_sid=request.names.get("call", ""))


ROUTES: Final = (
    Route("GET", "/Notifications.json", listing),
    Route("GET", "/Notifications/{notification}.json", fetch),
    Route("GET", "/Calls/{call}/Notifications.json", listing),
    Route("GET", "/Calls/{call}/Notifications/{notification}.json", fetch),
)
