"""Reads an element's attributes into typed values; what cannot be read is noted as Twilio notes it, and defaulted."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from exchange.twiml.elements import Element

INVALID_ATTRIBUTE: Final = 12200  # Schema validation warning
INVALID_CHILD: Final = 12200
METHODS: Final = ("GET", "POST")


@dataclass(frozen=True, slots=True)
class Note:
    """One thing wrong with a document that does not stop the call."""

    code: int
    message: str
    line: int


@dataclass(slots=True)
class Notes:
    """What is wrong with a document, in the order it was found."""

    found: list[Note] = field(default_factory=list)

    def add(self, message: str, element: Element, *, code: int = INVALID_ATTRIBUTE) -> None:
        """Note something about the element."""
        self.found.append(Note(code, message, element.line))


class Attributes:
    """One element's attributes, asked for one after the other; call `done` at the end: it notes the unknown ones.

    Wire names are given in Twilio's spelling ("finishOnKey").
    """

    def __init__(self, element: Element, notes: Notes) -> None:
        self._element = element
        self._notes = notes
        self._asked: set[str] = set()

    def text(self, name: str, default: str = "") -> str:
        """The value as it stands."""
        self._asked.add(name)
        return self._element.attributes.get(name, default)

    def number(self, name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
        """A whole number within bounds, else the default (and a note)."""
        raw = self.text(name)
        if raw == "":
            return default
        try:
            value = int(raw)
        except ValueError:
            value = least - 1
        if value < least or (most is not None and value > most):
            bounds = f"at least {least}" if most is None else f"{least} to {most}"
            self._complain(name, raw, f"a whole number, {bounds}")
            return default
        return value

    def flag(self, name: str, default: bool) -> bool:  # noqa: FBT001 - the default of a true/false attribute
        """Either true or false."""
        raw = self.text(name)
        if raw.lower() not in {"", "true", "false"}:
            self._complain(name, raw, "true or false")
        return {"true": True, "false": False}.get(raw.lower(), default)

    def choice(self, name: str, choices: Collection[str], default: str) -> str:
        """One of the choices; letter case does not matter."""
        raw = self.text(name)
        found = next((choice for choice in choices if choice.lower() == raw.lower()), None)
        if raw and found is None:
            self._complain(name, raw, "one of " + ", ".join(choices))
        return default if found is None else found

    def method(self, name: str = "method", default: str = "POST") -> str:
        """GET or POST."""
        return self.choice(name, METHODS, default)

    def words(self, name: str, choices: Collection[str], default: tuple[str, ...]) -> tuple[str, ...]:
        """Several of the choices, separated by white space."""
        raw = self.text(name)
        given = raw.split()
        unknown = [word for word in given if word not in choices]
        if unknown:
            self._complain(name, raw, "some of " + ", ".join(choices))
        return tuple(word for word in given if word in choices) or default

    def done(self, *ignored: str) -> None:
        """Note attributes that nobody asked for; `ignored` are Twilio's that mean nothing here."""
        for name in self._element.attributes:
            if name not in self._asked and name not in ignored:
                self._notes.add(f"attribute {name!r} is not allowed on <{self._element.name}>", self._element)

    def _complain(self, name: str, raw: str, wanted: str) -> None:
        message = f"attribute {name!r} of <{self._element.name}> is {raw!r}, not {wanted}"
        self._notes.add(message, self._element)
