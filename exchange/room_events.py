"""Conference events as the app is told them: who asked for which, and the fields of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from exchange.conferences import Conference, Ended, Told
from exchange.fields import moment
from exchange.status import CallStatus

if TYPE_CHECKING:
    from exchange.rooms import Seat

# statusCallbackEvent's word → the events it brings
EVENTS: Final[Mapping[str, frozenset[str]]] = {
    "start": frozenset({"conference-start"}),
    "end": frozenset({"conference-end"}),
    "join": frozenset({"participant-join"}),
    "leave": frozenset({"participant-leave"}),
    "mute": frozenset({"participant-mute", "participant-unmute"}),
    "hold": frozenset({"participant-hold", "participant-unhold"}),
    "modify": frozenset({"participant-modify"}),
    "speaker": frozenset({"participant-speech-start", "participant-speech-stop"}),
    "announcement": frozenset({"announcement-end", "announcement-fail"}),
}

_REASONS: Final[Mapping[Ended, str]] = {
    Ended.BY_API: "Conference ended via API",
    Ended.ENDER_LEFT: "Participant with endConferenceOnExit left the conference",
    Ended.ENDER_KICKED: "Participant with endConferenceOnExit was removed from the conference",
    Ended.LAST_KICKED: "The last participant was removed from the conference",
    Ended.LAST_LEFT: "The last participant left the conference",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Where conference events go and which."""

    url: str = ""
    method: str = "POST"
    words: frozenset[str] = frozenset()

    def wants(self, event: str) -> bool:
        """Whether that event is to be sent."""
        return bool(self.url) and any(event in EVENTS[word] for word in self.words if word in EVENTS)


def fields_of(
    told: Told, conference: Conference, seats: "Mapping[str, Seat]", *, sequence: int, now: datetime
) -> dict[str, str]:
    """The form fields of one event."""
    fields = {
        "ConferenceSid": conference.sid,
        "FriendlyName": conference.name,
        "SequenceNumber": str(sequence),
        "Timestamp": moment(now),
        "StatusCallbackEvent": told.event,
    }
    if told.about is not None:
        fields |= _about(told)
    if told.left is not None and told.about is not None:
        seat = seats.get(told.about.call_sid)
        status = seat.leg.status if seat else CallStatus.COMPLETED
        fields |= {"ReasonParticipantLeft": told.left.value, "ParticipantCallStatus": status.value}
    if told.ended is not None:
        fields |= {"ReasonConferenceEnded": told.ended.value, "Reason": _REASONS[told.ended]}
        if told.ended_by is not None:
            fields["CallSidEndingConference"] = told.ended_by.call_sid
            if told.ended_by.label:
                fields["ParticipantLabelEndingConference"] = told.ended_by.label
    return fields


def _about(told: Told) -> dict[str, str]:
    one = told.about
    assert one is not None  # noqa: S101 - asked for by the caller
    fields = {
        "CallSid": one.call_sid,
        "Muted": _word(one.muted),
        "Hold": _word(one.hold),
        "Coaching": _word(one.coaching),
        "EndConferenceOnExit": _word(one.end_conference_on_exit),
        "StartConferenceOnEnter": _word(one.start_conference_on_enter),
    }
    if one.label:
        fields["ParticipantLabel"] = one.label
    if one.coaching:
        fields["CallSidToCoach"] = one.call_sid_to_coach
    return fields


def _word(value: bool) -> str:  # noqa: FBT001 - a value to be written
    return "true" if value else "false"
