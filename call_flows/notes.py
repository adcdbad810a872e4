"""What a step tells the event log: the caller's way through the flow, with private values masked."""

from dataclasses import dataclass, fields
from typing import Final

Plain = None | bool | int | float | str

MASK: Final = "•••"


@dataclass(frozen=True, slots=True)
class NodeEntered:
    """The call has come to a node."""

    flow: str
    node: str
    verb: str


@dataclass(frozen=True, slots=True)
class ExitTaken:
    """The call has left a node by one of its exits."""

    flow: str
    node: str
    exit: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The caller pressed or said something; masked where the question is private."""

    flow: str
    node: str
    digits: str
    speech: str
    understood: bool


@dataclass(frozen=True, slots=True)
class SlotSet:
    """A slot has a new value; masked when the slot is private."""

    slot: str
    value: Plain


@dataclass(frozen=True, slots=True)
class Fault:
    """Something did not go as the flow meant, and what the engine did instead. `code` is stable."""

    code: str
    flow: str
    node: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The flow is over: by `hung_up`, `goodbye`, `refused`, `silence` or `fault`."""

    reason: str


Note = NodeEntered | ExitTaken | Answered | SlotSet | Fault | CallEnded

_KINDS: Final = {
    NodeEntered: "node_entered",
    ExitTaken: "exit_taken",
    Answered: "answered",
    SlotSet: "slot_set",
    Fault: "fault",
    CallEnded: "call_ended",
}


def note_to_json(note: Note) -> dict[str, Plain]:
    """A note as a flat JSON object with its kind."""
    return {"kind": _KINDS[type(note)], **{field.name: getattr(note, field.name) for field in fields(note)}}
