"""A Studio flow as it was exported: widgets, their properties, and where each of their events leads."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from foundation.errors import CallwrightError, Problem

MAX_STATES: Final = 2000
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])([A-Z])")
_OTHER_NAMES: Final = {"num_digits": "number_of_digits", "url_method": "method"}
CALL_EVENTS: Final = ("incomingCall", "incomingRequest", "incomingParent")
MESSAGE_EVENTS: Final = ("incomingMessage", "incomingConversationMessage")


class StudioRefused(CallwrightError):
    """The file is no Studio flow: export it with Studio's `Show Flow JSON`, or from the API."""

    def __init__(self, what: str, where: str = "", todo: str = "") -> None:
        super().__init__(Problem("studio_refused", what, where, todo or "Export the flow's JSON from Studio again."))


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a split."""

    operator: str
    arguments: tuple[str, ...]
    value: str


@dataclass(frozen=True, slots=True)
class Transition:
    """Where an event of a widget leads; nowhere when `next` is empty."""

    event: str
    next: str
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Widget:
    """One widget. Property names are those of the export; other spellings of the same are read too."""

    name: str
    kind: str
    properties: dict[str, Any] = field(default_factory=dict)
    transitions: tuple[Transition, ...] = ()

    def text(self, name: str, otherwise: str = "") -> str:
        """A property as text."""
        value = self.properties.get(name)
        if isinstance(value, bool):
            return "true" if value else "false"
        return otherwise if value is None or isinstance(value, dict | list) else str(value)

    def number(self, name: str) -> int | None:
        """A property as a whole number; None when it is none."""
        text = self.text(name).strip()
        return int(text) if text.isascii() and text.isdigit() else None

    def pairs(self, name: str) -> list[tuple[str, str]]:
        """A property that is a list of keys and values."""
        listed = self.properties.get(name)
        rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
        return [(str(row.get("key", "")), _text(row.get("value"))) for row in rows if row.get("key")]

    def leads(self, event: str) -> str:
        """Where an event leads; empty when nowhere."""
        return next((way.next for way in self.transitions if way.event == event and way.next), "")

    def wired(self, event: str) -> bool:
        """Whether an event leads anywhere."""
        return bool(self.leads(event))

    def texts(self) -> Iterator[str]:
        """Every text of it that may hold Liquid."""
        pending: list[Any] = [self.properties]
        while pending:
            here = pending.pop()
            if isinstance(here, str):
                yield here
            elif isinstance(here, dict | list):
                pending += here.values() if isinstance(here, dict) else here
        for way in self.transitions:
            for condition in way.conditions:
                yield from (*condition.arguments, condition.value)


@dataclass(frozen=True, slots=True)
class StudioFlow:
    """A whole flow."""

    description: str
    widgets: dict[str, Widget]
    trigger: Widget

    def reachable(self, *starts: str, without: str = "") -> set[str]:
        """Every widget that can be come to, not going through one of them."""
        found: set[str] = set()
        pending = [start for start in starts if start]
        while pending:
            name = pending.pop()
            if name in found or name == without or name not in self.widgets:
                continue
            found.add(name)
            pending += [way.next for way in self.widgets[name].transitions if way.next]
        return found


def read_studio(text: str) -> StudioFlow:
    """Read an export. Raises `StudioRefused` when it is no Studio flow."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise StudioRefused("The file is not JSON.", str(error)[:80]) from error
    if isinstance(data, dict) and isinstance(data.get("definition"), dict):
        data = data["definition"]  # as the API gives it
    if not isinstance(data, dict) or not isinstance(data.get("states"), list) or not data["states"]:
        raise StudioRefused("The file has no widgets: a Studio flow is an object with `states`.")
    if len(data["states"]) > MAX_STATES:
        raise StudioRefused(f"The flow has more than {MAX_STATES} widgets.")
    widgets: dict[str, Widget] = {}
    for place, state in enumerate(data["states"]):
        widget = _widget(state, place)
        if widget.name in widgets:
            raise StudioRefused(f"There are two widgets called '{widget.name}'.", f"states/{place}")
        widgets[widget.name] = widget
    return StudioFlow(_text(data.get("description")), widgets, _trigger(widgets, _text(data.get("initial_state"))))


def _trigger(widgets: dict[str, Widget], initial: str) -> Widget:
    found = widgets.get(initial) or next((widget for widget in widgets.values() if widget.kind == "trigger"), None)
    if found is None:
        raise StudioRefused("The flow does not say where it begins.", "initial_state")
    if found.kind == "trigger":
        return found
    return Widget("", "trigger", {}, (Transition("incomingCall", found.name),))


def _widget(state: Any, place: int) -> Widget:
    if not isinstance(state, dict) or not isinstance(state.get("name"), str) or not isinstance(state.get("type"), str):
        raise StudioRefused("A widget has no name or no type.", f"states/{place}")
    properties = state.get("properties")
    ways = state.get("transitions")
    return Widget(
        state["name"],
        state["type"],
        {_plain(key): value for key, value in properties.items()} if isinstance(properties, dict) else {},
        tuple(_transition(way) for way in ways if isinstance(way, dict)) if isinstance(ways, list) else (),
    )


def _transition(way: dict[str, Any]) -> Transition:
    listed = way.get("conditions")
    conditions = [_condition(found) for found in listed if isinstance(found, dict)] if isinstance(listed, list) else []
    return Transition(_text(way.get("event")), _text(way.get("next")), tuple(conditions))


def _condition(found: dict[str, Any]) -> Condition:
    given = found.get("arguments")
    arguments = tuple(_text(value) for value in given) if isinstance(given, list) else ()
    return Condition(_text(found.get("type")), arguments, _text(found.get("value")))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else "" if value is None else str(value)


def _plain(key: str) -> str:
    """`waitUrl` as `wait_url`: exports of different years spell differently."""
    spelled = _CAMEL.sub(lambda match: f"_{match.group(1).lower()}", str(key))
    return _OTHER_NAMES.get(spelled, spelled)
