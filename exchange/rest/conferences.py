"""The Conferences resource: look, end, announce."""

from typing import Final

from exchange.announcements import announce_to_room
from exchange.conferences import Status
from exchange.fields import API_VERSION, moment
from exchange.rest.pages import dated, matching, page
from exchange.rest.request import Reply, RestRequest, Route, ok
from exchange.rooms import Room, Rooms
from exchange.twiml.verb import Ask


def represent(request: RestRequest, room: Room) -> dict[str, object]:
    """A conference as REST shows it."""
    conference, uri = room.conference, request.uri("Conferences", room.sid)
    return {
        "account_sid": request.account,
        "date_created": moment(room.created),
        "date_updated": moment(room.updated),
        "api_version": API_VERSION,
        "friendly_name": conference.name,
        "region": "us1",
        "sid": room.sid,
        "status": conference.status.value,
        "uri": f"{uri}.json",
        "subresource_uris": {
            "participants": f"{uri}/Participants.json",
            "recordings": f"{uri}/Recordings.json",
        },
        "reason_conference_ended": conference.ended.value if conference.ended else None,
        "call_sid_ending_conference": conference.ended_by.call_sid if conference.ended_by else None,
    }


def listing(request: RestRequest) -> Reply:
    """Conferences, the newest first."""
    rooms = matching(
        request,
        reversed(list(request.exchange.part(Rooms).rooms.values())),
        FriendlyName=lambda room: room.conference.name,
        Status=lambda room: room.conference.status.value,
    )
    rooms = dated(request, rooms, "DateCreated", lambda room: room.created)
    rooms = dated(request, rooms, "DateUpdated", lambda room: room.updated)
    return page(request, "conferences", rooms, represent)


def fetch(request: RestRequest) -> Reply:
    """One conference."""
    return ok(represent(request, _room(request)))


def update(request: RestRequest) -> Reply:
    """End it for all, or announce something to all."""
    room = _room(request)
    url = request.form.url("AnnounceUrl")
    if url and room.conference.status is Status.IN_PROGRESS:
        announce_to_room(request.exchange, room, Ask(url=url, method=request.form.method("AnnounceMethod")))
    if request.form.choice("Status", ("completed",)) == "completed":
        room.close()
    return ok(represent(request, room))


def _room(request: RestRequest) -> Room:
    room = request.exchange.part(Rooms).rooms.get(request.names["conference"])
    if room is None:
        raise request.gone()
    return room


ROUTES: Final = (
    Route("GET", "/Conferences.json", listing),
    Route("GET", "/Conferences/{conference}.json", fetch),
    Route("POST", "/Conferences/{conference}.json", update),
)
