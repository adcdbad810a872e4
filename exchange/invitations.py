"""Invitations: calls that REST has placed to bring somebody into a conference, until he is in or has not come."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from exchange.conferences import Left, Participant, Told
from exchange.legs import Leg
from exchange.rooms import Room
from exchange.status import CallStatus

if TYPE_CHECKING:
    from exchange.exchange import Exchange


@dataclass(slots=True, eq=False)
class Invitation:
    """Somebody who is being rung."""

    leg: Leg
    room_sid: str
    participant: Participant

    @property
    def status(self) -> str:
        """In the words of the Participant resource."""
        words = {CallStatus.QUEUED: "queued", CallStatus.INITIATED: "connecting", CallStatus.RINGING: "ringing"}
        return words.get(self.leg.status, "failed" if self.leg.status.final else "connected")

    @property
    def muted(self) -> bool:
        """As he will be when he joins."""
        return self.participant.muted

    @property
    def hold(self) -> bool:
        """Nobody joins on hold."""
        return False

    @property
    def coaching(self) -> bool:
        """As he will be when he joins."""
        return self.participant.coaching


class Invitations:
    """All of them, of one exchange."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self._open: dict[str, Invitation] = {}

    async def close(self) -> None:
        """Nothing to give back."""

    def add(self, room: Room, invitation: Invitation) -> None:
        """Keep it until he has joined; a call that comes to nothing is told as participant-leave."""
        self._open[invitation.leg.sid] = invitation

        def changed(leg: Leg) -> None:
            if leg.status.final and self._open.pop(leg.sid, None) is not None:
                self._failed(room, invitation)

        def told(event: Told) -> None:
            if event.event == "participant-join" and event.about and event.about.call_sid == invitation.leg.sid:
                self._open.pop(invitation.leg.sid, None)

        invitation.leg.watchers.append(changed)
        room.after.append(told)

    def to(self, room_sid: str) -> list[Invitation]:
        """Who is being rung for that conference."""
        return [one for one in self._open.values() if one.room_sid == room_sid]

    def _failed(self, room: Room, invitation: Invitation) -> None:
        told = Told(event="participant-leave", about=invitation.participant, left=Left.ADD_FAILED)
        room.tell(told, ParticipantCallStatus=invitation.leg.status.value)
        if not room.seats and not self.to(room.sid):
            room.close()
