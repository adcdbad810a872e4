"""The Participants subresource: who is in a conference, bringing somebody in, mute, hold, coach, put out."""

from typing import Final

from twilio.twiml.voice_response import Dial, VoiceResponse

from exchange.announcements import announce_to_participant
from exchange.conferences import Left, Participant
from exchange.fields import moment
from exchange.invitations import Invitation, Invitations
from exchange.rest.calls import dial
from exchange.rest.errors import RestError
from exchange.rest.pages import page
from exchange.rest.request import Reply, RestRequest, Route, created, nothing, ok
from exchange.room_events import EVENTS, Subscription
from exchange.rooms import Room, Rooms, with_changes
from exchange.twiml.verb import Ask, Inline

_BEEPS: Final = ("true", "false", "onEnter", "onExit")
Shown = tuple[Room, Participant | Invitation]


def represent(request: RestRequest, shown: Shown) -> dict[str, object]:
    """A participant as REST shows it."""
    room, one = shown
    participant = one.participant if isinstance(one, Invitation) else one
    if isinstance(one, Invitation):
        joined, updated, status = one.leg.ticket.created_at, one.leg.ticket.created_at, one.status
    else:
        seat = room.seats[one.call_sid]
        joined, updated, status = seat.joined, seat.updated, "connected"
    return {
        "account_sid": request.account,
        "call_sid": participant.call_sid,
        "label": participant.label or None,
        "call_sid_to_coach": participant.call_sid_to_coach or None,
        "coaching": participant.coaching,
        "conference_sid": room.sid,
        "date_created": moment(joined),
        "date_updated": moment(updated),
        "end_conference_on_exit": participant.end_conference_on_exit,
        "muted": participant.muted,
        "hold": participant.hold,
        "start_conference_on_enter": participant.start_conference_on_enter,
        "status": status,
        "queue_time": "0",
        "uri": request.uri("Conferences", room.sid, "Participants", f"{participant.call_sid}.json"),
    }


def listing(request: RestRequest) -> Reply:
    """Who is in it, and who is being rung for it."""
    room = _room(request)
    shown: list[Shown] = [(room, one) for one in room.conference.participants]
    shown.extend((room, one) for one in request.exchange.part(Invitations).to(room.sid))
    for name, attribute in (("Muted", "muted"), ("Hold", "hold"), ("Coaching", "coaching")):
        wanted = request.query.get(name, "").lower()
        shown = [one for one in shown if not wanted or str(getattr(one[1], attribute)).lower() == wanted]
    return page(request, "participants", shown, represent)


def fetch(request: RestRequest) -> Reply:
    """One participant, by the SID of his call or his label."""
    return ok(represent(request, _found(request)))


def create(request: RestRequest) -> Reply:
    """Ring somebody and let him in when he answers. The conference is begun when there is none of that name."""
    to, from_ = request.form.needed("To", 21201), request.form.needed("From", 21213)
    callback = request.form.url("ConferenceStatusCallback")
    subscription = Subscription(
        url=callback,
        method=request.form.method("ConferenceStatusCallbackMethod"),
        words=frozenset(word for word in request.form.words("ConferenceStatusCallbackEvent") if word in EVENTS),
    )
    most = request.form.number("MaxParticipants", 250, least=2, most=250)
    name = request.names["conference"]
    room = request.exchange.part(Rooms).open(name, subscription=subscription, max_participants=most)
    if room.conference.find(request.form.text("Label")):
        raise RestError(400, 16025, "A participant with this label is in the conference already")
    leg = dial(request, to=to, from_=request.form.text("CallerId") or from_, source=_document(request, room))
    invitation = Invitation(leg, room.sid, _participant(request, leg.sid))
    request.exchange.part(Invitations).add(room, invitation)
    return created(represent(request, (room, invitation)))


def update(request: RestRequest) -> Reply:
    """Mute, hold, coach, announce, …: what is given changes, the rest stays."""
    room, one = _found(request)
    if isinstance(one, Invitation):
        raise RestError(400, 21220, "The participant has not joined the conference yet")
    coached = request.form.text("CallSidToCoach") or None
    changed = with_changes(
        one,
        muted=request.form.flag("Muted"),
        hold=request.form.flag("Hold"),
        end_conference_on_exit=request.form.flag("EndConferenceOnExit"),
        beep_on_exit=request.form.flag("BeepOnExit"),
        coaching=request.form.flag("Coaching"),
        call_sid_to_coach=coached,
    )
    if changed.coaching and room.conference.find(changed.call_sid_to_coach) is None:
        raise RestError(400, 13240, "CallSidToCoach is not the call of a participant of this conference")
    hold_url, wait_url = request.form.url("HoldUrl"), request.form.url("WaitUrl")
    seat = room.seats[one.call_sid]
    if wait_url:
        seat.waiting = Ask(url=wait_url, method=request.form.method("WaitMethod"))
    hold = Ask(url=hold_url, method=request.form.choice("HoldMethod", ("GET", "POST"), "GET")) if hold_url else None
    room.change(changed, holding=hold)
    announce = request.form.url("AnnounceUrl")
    if announce:
        ask = Ask(url=announce, method=request.form.method("AnnounceMethod"))
        announce_to_participant(request.exchange, room, seat, ask)
    return ok(represent(request, (room, changed)))


def delete(request: RestRequest) -> Reply:
    """Put a participant out; his call goes on with what follows <Dial>. One who is being rung is rung no more."""
    room, one = _found(request)
    if isinstance(one, Invitation):
        one.leg.hang_up(reason="removed by REST")
    else:
        room.leave(one.call_sid, why=Left.UPDATED, kicked=True)
    return nothing()


def _document(request: RestRequest, room: Room) -> Inline:
    """The TwiML that brings the new call into the conference."""
    response, connect = VoiceResponse(), Dial()
    options: dict[str, object] = {
        "muted": request.form.flag("Muted") or False,
        "beep": request.form.choice("Beep", _BEEPS, "true"),
        "start_conference_on_enter": request.form.flag("StartConferenceOnEnter") is not False,
        "end_conference_on_exit": request.form.flag("EndConferenceOnExit") or False,
        "participant_label": request.form.text("Label") or None,
        "coach": request.form.text("CallSidToCoach") if request.form.flag("Coaching") else None,
    }
    if "WaitUrl" in request.form:
        options |= {"wait_url": request.form.url("WaitUrl"), "wait_method": request.form.method("WaitMethod")}
    if request.form.text("ConferenceRecord") in {"true", "record-from-start"}:
        options |= {
            "record": "record-from-start",
            "recording_status_callback": request.form.url("ConferenceRecordingStatusCallback") or None,
        }
    connect.conference(room.conference.name, **options)
    response.append(connect)
    return Inline(str(response))


def _participant(request: RestRequest, call_sid: str) -> Participant:
    return Participant(
        call_sid=call_sid,
        label=request.form.text("Label"),
        muted=request.form.flag("Muted") or False,
        coaching=request.form.flag("Coaching") or False,
        call_sid_to_coach=request.form.text("CallSidToCoach"),
        start_conference_on_enter=request.form.flag("StartConferenceOnEnter") is not False,
        end_conference_on_exit=request.form.flag("EndConferenceOnExit") or False,
    )


def _room(request: RestRequest) -> Room:
    room = request.exchange.part(Rooms).named(request.names["conference"])
    if room is None:
        raise request.gone()
    return room


def _found(request: RestRequest) -> Shown:
    room, who = _room(request), request.names["participant"]
    participant = room.conference.find(who)
    if participant is not None:
        return room, participant
    invited = request.exchange.part(Invitations).to(room.sid)
    invitation = next((one for one in invited if who in {one.leg.sid, one.participant.label}), None)
    if invitation is None:
        raise request.gone()
    return room, invitation


ROUTES: Final = (
    Route("GET", "/Conferences/{conference}/Participants.json", listing),
    Route("POST", "/Conferences/{conference}/Participants.json", create),
    Route("GET", "/Conferences/{conference}/Participants/{participant}.json", fetch),
    Route("POST", "/Conferences/{conference}/Participants/{participant}.json", update),
    Route("DELETE", "/Conferences/{conference}/Participants/{participant}.json", delete),
)
