"""What a running call tells those above it, after the commit."""

from dataclasses import dataclass

from foundation.events import News


@dataclass(frozen=True, slots=True)
class CallBegan(News):
    """A call has arrived, or was dialled and answered."""

    call_id: str
    caller: str
    dialled: str


@dataclass(frozen=True, slots=True)
class CallConnected(News):
    """The caller and an agent can hear each other."""

    call_id: str
    agent_id: str
    reservation_id: str


@dataclass(frozen=True, slots=True)
class CallHeld(News):
    """The caller was put on hold, or brought back."""

    call_id: str
    agent_id: str
    on: bool


@dataclass(frozen=True, slots=True)
class CallEnded(News):
    """The call is over; `status` is the carrier's word for how."""

    call_id: str
    status: str


@dataclass(frozen=True, slots=True)
class MessageLeft(News):
    """A caller has left a message for a queue."""

    call_id: str
    queue: str
    recording: str
    seconds: float
