"""The life of a call as a printable table: Twilio's CallStatus and the moves it may make."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class CallStatus(StrEnum):
    """CallStatus, spelled as on the wire."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def final(self) -> bool:
        """Whether the call is over."""
        return not MOVES[self]


class Direction(StrEnum):
    """Who placed the call, spelled as on the wire."""

    INBOUND = "inbound"
    OUTBOUND_API = "outbound-api"
    OUTBOUND_DIAL = "outbound-dial"


_UNANSWERED = frozenset({CallStatus.BUSY, CallStatus.NO_ANSWER, CallStatus.FAILED, CallStatus.CANCELED})

MOVES: Final[Mapping[CallStatus, frozenset[CallStatus]]] = {
    CallStatus.QUEUED: frozenset({CallStatus.INITIATED, CallStatus.RINGING}) | _UNANSWERED,
    CallStatus.INITIATED: frozenset({CallStatus.RINGING, CallStatus.IN_PROGRESS}) | _UNANSWERED,
    CallStatus.RINGING: frozenset({CallStatus.IN_PROGRESS, CallStatus.COMPLETED}) | _UNANSWERED,
    CallStatus.IN_PROGRESS: frozenset({CallStatus.COMPLETED, CallStatus.FAILED}),
    CallStatus.COMPLETED: frozenset(),
    CallStatus.BUSY: frozenset(),
    CallStatus.NO_ANSWER: frozenset(),
    CallStatus.FAILED: frozenset(),
    CallStatus.CANCELED: frozenset(),
}
