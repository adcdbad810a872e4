"""Queues of <Enqueue>: who waits, at which place and how long. Pure: the moment comes in as seconds."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

DEFAULT_SIZE: Final = 1000
LARGEST: Final = 5000


class QueueResult(StrEnum):
    """How waiting ended, as told to the action of <Enqueue>."""

    BRIDGED = "bridged"
    BRIDGING = "bridging-in-process"
    ERROR = "error"
    HANGUP = "hangup"
    LEAVE = "leave"
    REDIRECTED = "redirected"
    REDIRECTED_FROM_BRIDGED = "redirected-from-bridged"
    FULL = "queue-full"
    SYSTEM_ERROR = "system-error"


@dataclass(frozen=True, slots=True)
class Member:
    """One waiting call and the second at which it came."""

    call_sid: str
    since: float

    def waited(self, now: float) -> int:
        """Whole seconds of waiting."""
        return max(0, int(now - self.since))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A queue: members in the order of their coming."""

    sid: str
    name: str
    max_size: int = DEFAULT_SIZE
    members: tuple[Member, ...] = ()

    @property
    def size(self) -> int:
        """How many wait."""
        return len(self.members)

    def position(self, call_sid: str) -> int:
        """The place in the line, from 1; 0 for who is not in it."""
        return next((place for place, one in enumerate(self.members, 1) if one.call_sid == call_sid), 0)

    def member(self, call_sid: str) -> Member | None:
        """The member by the SID of the call; Twilio's word Front means the first."""
        if call_sid == "Front":
            return self.members[0] if self.members else None
        return next((one for one in self.members if one.call_sid == call_sid), None)

    def average_wait(self, now: float) -> int:
        """How long those who wait now have waited on average, in whole seconds."""
        return sum(one.waited(now) for one in self.members) // self.size if self.members else 0


def join(line: Line, call_sid: str, now: float) -> Line | None:
    """The line with the newcomer at its end; None when it is full."""
    if line.size >= line.max_size:
        return None
    return replace(line, members=(*line.members, Member(call_sid, now)))


def leave(line: Line, call_sid: str) -> Line:
    """The line without that call."""
    return replace(line, members=tuple(one for one in line.members if one.call_sid != call_sid))


def wait_fields(line: Line, call_sid: str, now: float) -> dict[str, str]:
    """What the waitUrl is told."""
    member = line.member(call_sid)
    return {
        "QueueSid": line.sid,
        "QueuePosition": str(line.position(call_sid)),
        "QueueTime": str(member.waited(now) if member else 0),
        "AvgQueueTime": str(line.average_wait(now)),
        "CurrentQueueSize": str(line.size),
        "MaxQueueSize": str(line.max_size),
    }


def result_fields(result: QueueResult, line: Line, waited: int) -> dict[str, str]:
    """What the action of <Enqueue> is told; SID and time only of a call that was really queued."""
    fields = {"QueueResult": result.value}
    if result is not QueueResult.FULL:
        fields |= {"QueueSid": line.sid, "QueueTime": str(waited)}
    return fields
