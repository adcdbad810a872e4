"""A caller and an agent being brought together: the table of that, and the few moves on its rows."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.tables import Meeting


class MeetingState(StrEnum):
    """How far two parties have come."""

    DIALLING = "dialling"  # the agent's leg is being dialled
    AGENT_THERE = "agent_there"  # it has answered; the caller is on the way into the conference
    TOGETHER = "together"
    OVER = "over"
    FAILED = "failed"


class MeetingEvent(StrEnum):
    """What can happen to a meeting."""

    AGENT_ANSWERS = "agent answers"
    BOTH_IN = "both in"
    FAIL = "fail"
    END = "end"


_S, _E = MeetingState, MeetingEvent
MEETING_TABLE: Final = {
    (_S.DIALLING, _E.AGENT_ANSWERS): _S.AGENT_THERE,
    (_S.DIALLING, _E.FAIL): _S.FAILED,
    (_S.DIALLING, _E.END): _S.FAILED,
    (_S.AGENT_THERE, _E.BOTH_IN): _S.TOGETHER,
    (_S.AGENT_THERE, _E.FAIL): _S.FAILED,
    (_S.AGENT_THERE, _E.END): _S.FAILED,
    (_S.TOGETHER, _E.END): _S.OVER,
    (_S.TOGETHER, _E.FAIL): _S.OVER,
}
OPEN_STATES: Final = (_S.DIALLING, _S.AGENT_THERE, _S.TOGETHER)


def move(meeting: Meeting, event: MeetingEvent, at: datetime) -> bool:
    """Take the meeting along one row of the table; False, and nothing changes, where there is no such row."""
    then = MEETING_TABLE.get((MeetingState(meeting.state), event))
    if then is None:
        return False
    meeting.state = then
    if then is MeetingState.TOGETHER:
        meeting.connected_at = at
    if then not in OPEN_STATES:
        meeting.ended_at = at
    return True


def of_reservation(session: Session, reservation_id: str) -> Meeting | None:
    """The meeting of the reservation, locked."""
    return session.get(Meeting, reservation_id, with_for_update=True, populate_existing=True)


def of_leg(session: Session, leg_id: str) -> Meeting | None:
    """The meeting whose agent's leg this is, locked."""
    return session.scalars(select(Meeting).where(Meeting.leg_id == leg_id).with_for_update()).one_or_none()


def open_of_call(session: Session, call_id: str) -> list[Meeting]:
    """The meetings of the call that are not over, locked."""
    found = select(Meeting).where(Meeting.call_id == call_id, Meeting.state.in_(OPEN_STATES))
    return list(session.scalars(found.with_for_update()))
