"""What an agent may do to the call at the desk: put the caller on hold, bring him back, hang up."""

from foundation.errors import CallwrightError, Problem
from foundation.events import publish
from ivr import meetings
from ivr.deps import IvrDeps
from ivr.holds import note_hold
from ivr.meetings import MeetingState
from ivr.news import CallHeld
from ivr.tables import Meeting


class NoSuchConversation(CallwrightError):
    """The agent is in no such conversation now."""


class DeskOrders:
    """Each order names the agent who gives it: nobody may touch another's call.

    Raises NoSuchConversation, and what the carrier raises.
    """

    def __init__(self, deps: IvrDeps) -> None:
        self._deps = deps

    def hold(self, reservation_id: str, agent_id: str) -> None:
        """Let the caller hear music."""
        self._hold(reservation_id, agent_id, on=True)

    def unhold(self, reservation_id: str, agent_id: str) -> None:
        """Bring the caller back."""
        self._hold(reservation_id, agent_id, on=False)

    def hang_up(self, reservation_id: str, agent_id: str) -> None:
        """End the agent's part; the caller goes on in the flow."""
        meeting = self._meeting(reservation_id, agent_id)
        if meeting.agent_sid:
            self._deps.carrier.hang_up(meeting.agent_sid)

    def _hold(self, reservation_id: str, agent_id: str, *, on: bool) -> None:
        meeting = self._meeting(reservation_id, agent_id)
        if meeting.state != MeetingState.TOGETHER or not meeting.caller_sid:
            raise _none(reservation_id)
        self._deps.carrier.hold(meeting.call_id, meeting.caller_sid, on=on)
        with self._deps.db.begin() as session:
            held = meetings.of_reservation(session, reservation_id)
            if held is not None:
                held.held_at = self._deps.clock.now() if on else None
                note_hold(session, meeting.call_id, on=on, now=self._deps.clock.now())
            publish(session, self._deps.bus, CallHeld(meeting.call_id, agent_id, on))

    def _meeting(self, reservation_id: str, agent_id: str) -> Meeting:
        with self._deps.db.begin() as session:
            meeting = meetings.of_reservation(session, reservation_id)
        if meeting is None or meeting.agent_id != agent_id or meeting.state not in meetings.OPEN_STATES:
            raise _none(reservation_id)
        return meeting


def _none(reservation_id: str) -> NoSuchConversation:
    return NoSuchConversation(Problem("no_conversation", "You are in no such conversation now.", where=reservation_id))
