"""The place where a call's event log becomes the caller's way through the flow, and what was learned on it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from call_flows.notes import MASK
from console.views import PathStep, SlotShown

# nodes where nothing happens that a person would tell another about
PLUMBING = frozenset({"set", "when", "split", "tag", "alert", "say", "play", "language", "wait"})
LONGEST_HEARD = 80


@dataclass(frozen=True, slots=True)
class Logged:
    """One line of a call's event log."""

    at: datetime
    kind: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Journey:
    """The way, and what is known."""

    steps: tuple[PathStep, ...]
    slots: tuple[SlotShown, ...]


def journey_of(events: Iterable[Logged], *, whole: bool) -> Journey:
    """The way through the flow; `whole` shows every node, else only those where something was decided."""
    steps: list[PathStep] = []
    slots: dict[str, SlotShown] = {}
    for event in events:
        for note in event.payload.get("notes") or ():
            _take(note, event, steps, slots)
    shown = steps if whole else [step for step in steps if step.heard or step.verb not in PLUMBING]
    return Journey(tuple(shown), tuple(slots.values()))


def _take(note: Mapping[str, Any], event: Logged, steps: list[PathStep], slots: dict[str, SlotShown]) -> None:
    match note.get("kind"):
        case "node_entered" if event.kind != "wait_turn":  # what a waiting caller hears again and again
            steps.append(PathStep(event.at, str(note["node"]), str(note["verb"])))
        case "answered":
            _answer(steps, _heard(note))
        case "slot_set":
            name, value = str(note["slot"]), note.get("value")
            slots[name] = SlotShown(name, "" if value == MASK else _plain(value), is_private=value == MASK)
        case "fault":
            steps.append(PathStep(event.at, str(note["node"]), "fault", words_of(str(note["code"]))))
        case _:
            return


def _answer(steps: list[PathStep], heard: str) -> None:
    """What was pressed or said belongs to the node entered last."""
    if steps and heard:
        last = steps[-1]
        steps[-1] = replace(last, heard=f"{last.heard}, then {heard}" if last.heard else heard)


def _heard(note: Mapping[str, Any]) -> str:
    digits, speech = str(note.get("digits") or ""), str(note.get("speech") or "")
    if MASK in (digits, speech):
        said = "answered, kept private"
    elif digits:
        said = f"pressed {digits}"
    elif speech:
        said = f"said “{speech[:LONGEST_HEARD]}”"
    else:
        return "said nothing"
    return said if note.get("understood", True) else f"{said}, not understood"


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def words_of(name: str) -> str:
    """A code as words."""
    return name.replace("_", " ")
