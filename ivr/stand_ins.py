"""A call with everything private made up: other keys, another number, another name, and yet the same way through.

Each stand-in is tried on the engine: only one with which the call goes as it went is taken.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from call_flows.engine import advance
from call_flows.events import Collected, CustomerAnswered, Event, Fetched
from call_flows.facts import CallerFacts
from call_flows.json_path import JsonPath, parse_path, pick
from call_flows.loaded import LoadedSite
from call_flows.nodes.base import Node
from call_flows.scenario.given import CALLER
from call_flows.slots import Slot
from call_flows.state import CallState, Step
from foundation.errors import Problem
from ivr.replay import CallLog, NotReplayable, Replayed, first_state, notes_of

NAME: Final = "Pat Example"
NUMBERS: Final = (CALLER, *(f"+120255501{number:02d}" for number in range(100)))
"""Numbers that nobody has."""
_WAY: Final = frozenset({"node_entered", "exit_taken", "call_ended"})
_WORDS: Final = ("yes", "no", "something private", "one two three four", "tenth of May", "twenty dollars")


@dataclass(frozen=True, slots=True)
class Stood:
    """One step of the made-up call: the state before, the event, and what came of it."""

    before: CallState
    event: Event
    step: Step


def stand_in(site: LoadedSite, log: CallLog, steps: Sequence[Replayed]) -> list[Stood]:
    """The call with what is private made up. Raises NotReplayable when it hangs on a private value."""
    real = first_state(site, log)
    numbers = NUMBERS if real.caller else ("",)
    furthest = ""
    for number in numbers:
        made, stuck = _try(site, replace(real, caller=number), steps)
        if not stuck:
            return made
        furthest = furthest or stuck
    what = "The way of this call hangs on something private, for which no stand-in was found."
    raise NotReplayable(Problem("private_way", what, furthest))


def _try(site: LoadedSite, state: CallState, steps: Sequence[Replayed]) -> tuple[list[Stood], str]:
    """The made-up call with this number, and where it went another way, if it did."""
    made: list[Stood] = []
    for one in steps:
        if one.event is None or one.step is None:
            continue
        wanted = _way(notes_of(one.step))
        found = _first(site, state, _candidates(site, state, one), wanted)
        if found is None:
            return made, state.journey_node
        made.append(found)
        state = found.step.state
    return made, ""


def _first(site: LoadedSite, state: CallState, events: Iterable[Event], wanted: list[Any]) -> Stood | None:
    for event in events:
        step = advance(site, state, event)
        if _way(notes_of(step)) == wanted:
            return Stood(state, event, step)
    return None


def _way(notes: list[dict[str, Any]]) -> list[Any]:
    return [tuple(note.items()) for note in notes if note["kind"] in _WAY]


def _candidates(site: LoadedSite, state: CallState, one: Replayed) -> Iterator[Event]:
    event = one.event
    if event is None:
        return
    event = replace(event, facts=replace(event.facts, caller=_caller(event.facts.caller, state.caller)))
    node = _node_at(site, state)
    match event:
        case Collected() if one.line.kept.sealed:
            yield from _answers(event, _slot_of(site, state, node))
        case Fetched() if isinstance(event.body, dict | list):
            yield replace(event, body=_body(event.body, site, state, node))
        case CustomerAnswered(record=CallerFacts() as record):
            yield replace(event, record=_caller(record, state.caller if record.number else ""))
        case _:
            yield event


def _caller(known: CallerFacts, number: str) -> CallerFacts:
    return replace(known, number=number, name=NAME if known.name else "")


def _node_at(site: LoadedSite, state: CallState) -> Node | None:
    where = state.hold or state.at
    flow = site.flows.get(where.flow)
    return None if flow is None else flow.nodes.get(where.node)


def _slot_of(site: LoadedSite, state: CallState, node: Node | None) -> Slot | None:
    into = getattr(node, "into", None)
    where = state.hold or state.at
    return site.flows[where.flow].header.slots.get(str(into)) if isinstance(into, str) else None


def _answers(event: Collected, slot: Slot | None) -> Iterator[Event]:
    """Answers of the same shape: as many keys, or words of the slot's type."""
    length = len(event.digits) or (slot.length if slot is not None and slot.length else 4)
    if not event.speech:
        digits = ["1234567890" * 4, *(key * length for key in "0123456789*#")]
        yield from (replace(event, digits=each[:length]) for each in digits)
        return
    choices = [phrase for value in (slot.values if slot is not None else {}) for phrase in (value,)]
    yield from (replace(event, speech=words) for words in (*choices, *_WORDS))
    yield from (replace(event, speech="", digits=each * length) for each in "1230")


def _body(body: object, site: LoadedSite, state: CallState, node: Node | None) -> Any:
    """Of a service's answer only what the flow takes, with what is private made up."""
    slots = site.flows[(state.hold or state.at).flow].header.slots
    made: Any = None
    for name, source in (getattr(node, "into", None) or {}).items():
        path = parse_path(str(source))
        value = None if path is None else pick(body, path)
        if path is None or value is None:
            continue
        slot = slots.get(str(name))
        made = _put(made, path, _made_up(value) if slot is not None and slot.private else value)
    return made if made is not None else {}


def _put(body: Any, path: JsonPath, value: object) -> Any:
    """The body with a value at a path; what is missing on the way is made."""
    if not path:
        return value
    first, rest = path[0], path[1:]
    if isinstance(first, int):
        listed = list(body) if isinstance(body, list) else []
        listed += [None] * (first + 1 - len(listed))
        listed[first] = _put(listed[first], rest, value)
        return listed
    mapped = dict(body) if isinstance(body, dict) else {}
    mapped[first] = _put(mapped.get(first), rest, value)
    return mapped


def _made_up(value: object) -> object:
    """A value of the same type and length."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return type(value)(100)
    text = str(value)
    return ("1234567890" * 8)[: len(text)] if text.isdecimal() else "private"
