"""Conferences as a printable table: who is in, who hears whom, when it starts and ends. Pure: no clock, no sound.

The rules are those of <Conference>: it starts when at least two are in it and at least one of them may start it; it
ends when the last one leaves, when somebody with endConferenceOnExit leaves, or by REST.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Status(StrEnum):
    """The three states of Twilio's Conference resource."""

    INIT = "init"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"


class Happening(StrEnum):
    """What can happen to a conference."""

    ENTERED = "entered"
    ENTERED_AND_COMPLETE = "entered, and now there are two and one who may start it"
    LEFT = "left, and somebody stays"
    LAST_LEFT = "the last one left"
    ENDER_LEFT = "one with endConferenceOnExit left"
    CLOSED = "closed by REST"


class Left(StrEnum):
    """ReasonParticipantLeft, as sent with participant-leave."""

    HUNG_UP = "participant_hung_up"
    MODERATOR_ENDED = "moderator_ended_conference"
    UPDATED = "participant_updated_via_api"
    ENDED_BY_API = "conference_ended_via_api"
    ADD_FAILED = "participant_add_failed"


class Ended(StrEnum):
    """ReasonConferenceEnded, and reason_conference_ended of the resource."""

    BY_API = "conference-ended-via-api"
    ENDER_LEFT = "participant-with-end-conference-on-exit-left"
    ENDER_KICKED = "participant-with-end-conference-on-exit-kicked"
    LAST_KICKED = "last-participant-kicked"
    LAST_LEFT = "last-participant-left"


TABLE: Mapping[tuple[Status, Happening], Status] = {
    (Status.INIT, Happening.ENTERED): Status.INIT,
    (Status.INIT, Happening.ENTERED_AND_COMPLETE): Status.IN_PROGRESS,
    (Status.INIT, Happening.LEFT): Status.INIT,
    (Status.INIT, Happening.LAST_LEFT): Status.COMPLETED,
    (Status.INIT, Happening.ENDER_LEFT): Status.COMPLETED,
    (Status.INIT, Happening.CLOSED): Status.COMPLETED,
    (Status.IN_PROGRESS, Happening.ENTERED): Status.IN_PROGRESS,
    (Status.IN_PROGRESS, Happening.LEFT): Status.IN_PROGRESS,
    (Status.IN_PROGRESS, Happening.LAST_LEFT): Status.COMPLETED,
    (Status.IN_PROGRESS, Happening.ENDER_LEFT): Status.COMPLETED,
    (Status.IN_PROGRESS, Happening.CLOSED): Status.COMPLETED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """One leg's part in a conference; the names are those of the Participant resource."""

    call_sid: str
    label: str = ""
    muted: bool = False
    hold: bool = False
    coaching: bool = False
    call_sid_to_coach: str = ""
    start_conference_on_enter: bool = True
    end_conference_on_exit: bool = False
    beep_on_enter: bool = True
    beep_on_exit: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One conference event, as the status callback will tell it; `about` as he was when it happened."""

    event: str
    about: Participant | None = None
    left: Left | None = None
    ended: Ended | None = None
    ended_by: Participant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conference:
    """A conference as it is now."""

    sid: str
    name: str
    max_participants: int = 250
    status: Status = Status.INIT
    participants: tuple[Participant, ...] = ()
    ended: Ended | None = None
    ended_by: Participant | None = None

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.status is Status.COMPLETED

    def find(self, who: str) -> Participant | None:
        """The participant by the SID of his call or by his label."""
        return next((one for one in self.participants if who and who in {one.call_sid, one.label}), None)


class Refused(StrEnum):
    """Why somebody may not enter; the value is Twilio's error code."""

    OVER = "13200"
    FULL = "16020"
    LABEL_TAKEN = "16025"
    NOBODY_TO_COACH = "13240"


Change = tuple[Conference, tuple[Told, ...]]


def refusal(conference: Conference, newcomer: Participant) -> Refused | None:
    """Why the newcomer may not enter, if so."""
    if conference.status is Status.COMPLETED:
        return Refused.OVER
    if len(conference.participants) >= conference.max_participants:
        return Refused.FULL
    if newcomer.label and conference.find(newcomer.label):
        return Refused.LABEL_TAKEN
    if newcomer.coaching and not conference.find(newcomer.call_sid_to_coach):
        return Refused.NOBODY_TO_COACH
    return None


def enter(conference: Conference, newcomer: Participant) -> Change:
    """The newcomer joins; the second one may start the conference."""
    everybody = (*conference.participants, newcomer)
    ready = len(everybody) > 1 and any(one.start_conference_on_enter for one in everybody)
    starts = ready and conference.status is Status.INIT
    happening = Happening.ENTERED_AND_COMPLETE if starts else Happening.ENTERED
    told = [Told(event="participant-join", about=newcomer)]
    if starts:
        told.append(Told(event="conference-start"))
    status = TABLE[conference.status, happening]
    return replace(conference, status=status, participants=everybody), tuple(told)


def leave(conference: Conference, call_sid: str, *, why: Left = Left.HUNG_UP, kicked: bool = False) -> Change:
    """One leaves; with the last one, or with one who ends it, the conference is over for all."""
    leaver = conference.find(call_sid)
    if leaver is None or conference.status is Status.COMPLETED:
        return conference, ()
    stay = tuple(one for one in conference.participants if one is not leaver)
    told = Told(event="participant-leave", about=leaver, left=why)
    if leaver.end_conference_on_exit:
        ended = Ended.ENDER_KICKED if kicked else Ended.ENDER_LEFT
        return _over(replace(conference, participants=stay), Happening.ENDER_LEFT, ended, by=leaver, told=told)
    if not stay:
        ended = Ended.LAST_KICKED if kicked else Ended.LAST_LEFT
        return _over(replace(conference, participants=()), Happening.LAST_LEFT, ended, by=leaver, told=told)
    status = TABLE[conference.status, Happening.LEFT]
    return replace(conference, status=status, participants=stay), (told,)


def close(conference: Conference) -> Change:
    """Ended by REST: everybody out."""
    if conference.status is Status.COMPLETED:
        return conference, ()
    return _over(conference, Happening.CLOSED, Ended.BY_API, by=None, told=None)


def _over(
    conference: Conference, happening: Happening, ended: Ended, *, by: Participant | None, told: Told | None
) -> Change:
    why = Left.ENDED_BY_API if happening is Happening.CLOSED else Left.MODERATOR_ENDED
    others = [Told(event="participant-leave", about=one, left=why) for one in conference.participants]
    end = Told(event="conference-end", ended=ended, ended_by=by)
    status = TABLE[conference.status, happening]
    over = replace(conference, status=status, participants=(), ended=ended, ended_by=by)
    return over, (*([told] if told else []), *others, end)


def modify(conference: Conference, after: Participant) -> Change:
    """Change one participant: mute and hold tell their own events, the rest tell participant-modify."""
    before = conference.find(after.call_sid)
    if before is None:
        return conference, ()
    told: list[Told] = []
    if after.muted != before.muted:
        told.append(Told(event="participant-mute" if after.muted else "participant-unmute", about=after))
    if after.hold != before.hold:
        told.append(Told(event="participant-hold" if after.hold else "participant-unhold", about=after))
    if _attributes(after) != _attributes(before):
        told.append(Told(event="participant-modify", about=after))
    everybody = tuple(after if one is before else one for one in conference.participants)
    return replace(conference, participants=everybody), tuple(told)


def _attributes(one: Participant) -> tuple[object, ...]:
    return one.beep_on_exit, one.end_conference_on_exit, one.coaching, one.call_sid_to_coach


def hears(conference: Conference) -> dict[str, frozenset[str]]:
    """Who hears whom: nobody before the start, a coach only him whom he coaches; on hold one is apart."""
    if conference.status is not Status.IN_PROGRESS:
        return {one.call_sid: frozenset() for one in conference.participants}
    talkers = [one for one in conference.participants if not one.muted and not one.hold]
    return {
        listener.call_sid: frozenset()
        if listener.hold
        else frozenset(
            talker.call_sid
            for talker in talkers
            if talker is not listener and (not talker.coaching or talker.call_sid_to_coach == listener.call_sid)
        )
        for listener in conference.participants
    }


def of_call(participant: Participant, call_sid: str) -> Participant:
    """The participant a document describes, for the call that performs it."""
    return replace(participant, call_sid=call_sid)
