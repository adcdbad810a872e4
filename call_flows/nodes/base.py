"""What every verb is: a model of its keys, its exits, what it does when entered and on an event while waiting."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from call_flows.events import Event
from call_flows.places import Path
from call_flows.strict import Strict
from call_flows.text import Template
from call_flows.values import NodeName

if TYPE_CHECKING:
    from call_flows.check.finding import Finding
    from call_flows.loaded import LoadedSite
    from call_flows.turn import Turn

Outcome = str | None
"""The name of the exit that is taken, or None when the step waits or the call is over."""


class Waits(StrEnum):
    """For whom a node stops the flow: checks of loops and of silence read it."""

    NOBODY = "nobody"
    CALLER = "caller"
    TIME = "time"
    SERVICE = "service"
    PERSON = "person"
    MESSAGE = "message"
    END = "end"


class Node(Strict):
    """One step of a call flow."""

    verb: ClassVar[str]
    waits: ClassVar[Waits] = Waits.NOBODY
    on_hold: ClassVar[bool] = True
    """Whether a caller who waits in a queue may come here."""

    todo: str | None = Field(None, description="What is still to be done here: `check` reminds of it.")

    @classmethod
    def keys(cls) -> list[str]:
        """The keys a designer may write here, the verb first."""
        return sorted(super().keys(), key="todo".__eq__)

    @cached_property
    def exits(self) -> dict[str, str]:
        """Each exit's name and the node it leads to."""
        return {self.exit_name(path): str(value) for path, value in self.walk() if isinstance(value, NodeName)}

    def exit_name(self, path: Path) -> str:
        """How the exit written at a path is called."""
        return str(path[0]) if len(path) == 1 else ".".join(str(part) for part in path if part != "next")

    def must_wire(self, _site: "LoadedSite") -> Iterator[str]:
        """Exits that this node can take, given the site, and so must be written."""
        yield from ()

    def fills(self, _exit_name: str) -> Iterable[str]:
        """The slots that surely have a value when the call leaves by this exit."""
        return ()

    def logs(self) -> Iterable[tuple[Path, Template]]:
        """Texts that are kept or shown in the house: labels, records, alerts. No private slot may be read in them."""
        return ()

    def sends(self) -> Iterable[tuple[Path, Template]]:
        """Texts that go over an open line: text messages, a carrier's receipt. No private slot may be read in them."""
        return ()

    def check(self, _finding: "Finding") -> None:
        """What only this verb can find wrong with itself."""

    def enter(self, turn: "Turn") -> Outcome:
        """Come to this node; every verb says what that means."""
        turn.fault("verb_does_nothing")
        return "failed"

    def react(self, turn: "Turn", event: Event) -> Outcome:
        """Go on after an event while waiting here; one that does not belong here asks again."""
        del event
        return self.enter(turn)
