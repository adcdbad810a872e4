"""Studio's variables as slots and names of ours: what widgets leave behind, and what is known of the call."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from call_flows.importers.naming import Names
from call_flows.importers.studio.source import StudioFlow, Widget
from call_flows.importers.studio.value import LiquidRefused, Value, literal, named

Steps = tuple[str | int, ...]
Key = tuple[str | int, ...]
SERVICES: Final = frozenset({"make-http-request", "run-function"})
LEARNED: Final = {
    "PaymentToken": "token",
    "Result": "result",
    "PaymentConfirmationCode": "confirmation",
    "PaymentCardNumber": "last_four",
    "PaymentCardType": "card",
}
_CALL: Final = {
    "From": "caller.number",
    "Caller": "caller.number",
    "CallerName": "caller.name",
    "To": "call.dialled",
    "Called": "call.dialled",
}
_KEPT: Final = {
    "gather-input-on-call": ("Digits", "SpeechResult"),
    "connect-call-to": ("DialCallStatus",),
    "capture-payments": tuple(LEARNED),
}


@dataclass(slots=True)
class Reads:
    """Which widgets read what: learned in a first round, so that in the second each slot is filled only if needed."""

    readers: dict[Key, set[str]] = field(default_factory=dict)

    def add(self, key: Key, reader: str) -> None:
        """A widget reads this."""
        self.readers.setdefault(key, set()).add(reader)

    def of(self, *key: str | int) -> set[str]:
        """Who reads this."""
        return self.readers.get(key, set())

    def below(self, *prefix: str | int) -> list[Key]:
        """Everything read that begins so."""
        return [key for key in self.readers if key[: len(prefix)] == prefix]


class Variables:
    """Resolves paths such as `widgets.ask.Digits` for one widget at a time."""

    def __init__(self, flow: StudioFlow, names: Names, reads: Reads) -> None:
        self._flow = flow
        self._names = names
        self._reads = reads

    def slot(self, *key: str | int) -> str:
        """The slot in which something is kept."""
        wish = [str(part) for part in key if part not in {"variable", "parsed"}]
        return self._names.name(key, "_".join(wish).replace("SpeechResult", "speech"))

    def keyed(self) -> set[str]:
        """Slots that hold what was pressed: keys, and nothing else."""
        return {name for key, name in self._names.given().items() if isinstance(key, tuple) and key[-1] == "Digits"}

    def slots(self) -> dict[str, bool]:
        """Every slot so far, and whether it is private."""
        given = self._names.given()
        return {name: isinstance(key, tuple) and key[-1] == "PaymentToken" for key, name in given.items()}

    def resolver(self, reader: str, note: Callable[[str], None]) -> Callable[[Steps], Value]:
        """How the templates of one widget read their names; `note` is told of what is always empty here."""

        def resolve(steps: Steps) -> Value:
            found = self._found(steps, reader)
            if isinstance(found, Value):
                return found
            note(found)
            return literal("")

        return resolve

    def _kept(self, key: Key, reader: str) -> Value:
        self._reads.add(key, reader)
        return named(self.slot(*key))

    def _found(self, steps: Steps, reader: str) -> Value | str:
        """The value, or why there is none."""
        shown = ".".join(str(step) for step in steps)
        found: Value | str
        match steps:
            case ("flow", "variables", name):
                found = self._kept(("variable", name), reader)
            case ("flow", "data", name) | ("trigger", "request" | "parent", "parameters", name):
                found = self._kept(("data", name), reader)
            case ("trigger", "call", str(name)) if name in _CALL:
                found = named(_CALL[name])
            case ("contact", "channel", "address"):
                found = named("caller.number")
            case ("flow", "channel", "address"):
                found = named("call.dialled")
            case ("widgets", str(name), *rest):
                found = self._of_widget(name, tuple(rest), reader)
            case ("trigger" | "flow" | "contact", *_):
                found = f"{shown} is not known here: it is empty."
            case _:
                meant = self._meant(str(steps[-1]))
                found = f"'{shown}' is no variable of Studio, and so always empty there too: {meant}"
        return found

    def _meant(self, last: str) -> str:
        """What a bare `{{Digits}}` may have been meant to be."""
        for kind, keys in _KEPT.items():
            if last in keys:
                names = [widget.name for widget in self._flow.widgets.values() if widget.kind == kind]
                return f"perhaps {', '.join(f'widgets.{name}.{last}' for name in names[:3])} was meant."
        return "perhaps widgets.… or trigger.call.… was meant."

    def _of_widget(self, name: str, rest: Key, reader: str) -> Value | str:
        widget = self._flow.widgets.get(name)
        shown = f"widgets.{name}.{'.'.join(str(step) for step in rest)}"
        if widget is None:
            return f"{shown} is empty: there is no widget '{name}'."
        if widget.kind in SERVICES:
            return self._of_service(widget, rest, reader, shown)
        if len(rest) == 1 and rest[0] in _KEPT.get(widget.kind, ()):
            return self._kept((name, *rest), reader)
        if widget.kind == "run-subflow" and rest:
            return self._kept(("variable", rest[-1]), reader)
        return f"{shown} is not known here: it is empty."

    def _of_service(self, widget: Widget, rest: Key, reader: str, shown: str) -> Value | str:
        if rest[:1] == ("status_code",):
            return self._kept((widget.name, "status_code"), reader)
        if rest[:1] == ("parsed",) and len(rest) > 1:
            if any(isinstance(step, str) and not step.replace("_", "a").replace("-", "a").isalnum() for step in rest):
                raise LiquidRefused(f"{shown} is no path into an answer")
            return self._kept((widget.name, *rest), reader)
        if rest[:1] in {("body",), ("parsed",)}:
            raise LiquidRefused(f"{shown} is the whole answer, and only its parts can be read")
        return f"{shown} is not known here: it is empty."
