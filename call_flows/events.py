"""What can happen to a call, past tense. Every event brings the facts of its moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from call_flows.facts import CallerFacts, Facts


class QueueOutcome(StrEnum):
    """How a wait ended; each is an exit of the `queue` verb."""

    ANSWERED = "answered"  # the agent has hung up and the caller stays
    TIMED_OUT = "timed_out"
    FULL = "full"
    CLOSED = "closed"
    NOBODY = "nobody"  # no agent is signed in
    CALLBACK = "callback"
    LEFT = "left"
    FAILED = "failed"


class DialOutcome(StrEnum):
    """How a dialled leg ended; each is an exit of the `dial` verb."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CallArrived:
    """The call begins: the first event of every state."""

    facts: Facts


@dataclass(frozen=True, slots=True)
class Collected:
    """Keys or words were taken by a `Collect`; nothing at all means the caller was silent.

    `speech` is what was recognised; `confidence` is 0-1 or None when the carrier did not say.
    """

    facts: Facts
    digits: str = ""
    speech: str = ""
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A web service answered (status and parsed JSON) or did not (`error` says why, `status` is None)."""

    facts: Facts
    status: int | None
    body: object = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class CustomerAnswered:
    """The customer's record was looked up or changed: `facts.caller` says what it holds for the caller's own number.

    `record` is that of the number that was asked for; `known` whether there was one before. `error` says why it could
    not be had.
    """

    facts: Facts
    known: bool
    record: CallerFacts | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class MessageAnswered:
    """The carrier has taken the text message, or it was refused and why (a stable code such as `country`, `cap`)."""

    facts: Facts
    taken: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PaymentEnded:
    """The carrier has taken the card, or not. What is known of the card is the last four digits and its kind.

    `result` is the carrier's own word, such as `success`, `too-many-failed-attempts`, `caller-interrupted-with-star`.
    """

    facts: Facts
    taken: bool
    result: str = ""
    token: str = ""
    last_four: str = ""
    card: str = ""
    confirmation: str = ""


@dataclass(frozen=True, slots=True)
class MessageRecorded:
    """The caller has left a message; zero seconds means none. `recording` is the carrier's id of the sound."""

    facts: Facts
    recording: str
    seconds: float


@dataclass(frozen=True, slots=True)
class WaitTurn:
    """The carrier asks what a waiting caller shall hear next; facts carry position and wait."""

    facts: Facts


@dataclass(frozen=True, slots=True)
class QueueEnded:
    """The wait is over."""

    facts: Facts
    outcome: QueueOutcome


@dataclass(frozen=True, slots=True)
class DialEnded:
    """The dialled party is gone, or never came."""

    facts: Facts
    outcome: DialOutcome
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class CallbackAnswered:
    """The promise was made or changed, or not and why (a stable code such as `country`, `slot_full`, `being_called`).

    Of a refused time, `nearest` are the times near it that would do.
    """

    facts: Facts
    promised: bool
    reason: str = ""
    nearest: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Resumed:
    """A pause or a redirect is over; also how a call is picked up again after a fault."""

    facts: Facts


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller is gone. Ends every state."""

    facts: Facts


Event = (
    CallArrived
    | Collected
    | Fetched
    | CustomerAnswered
    | MessageAnswered
    | PaymentEnded
    | MessageRecorded
    | WaitTurn
    | QueueEnded
    | DialEnded
    | CallbackAnswered
    | Resumed
    | HungUp
)

Json = None | bool | int | float | str | list["Json"] | Mapping[str, "Json"]
