"""What an import makes: nodes with their comments, files by path, and what became of each part of the source."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from call_flows.problems import Problem, Severity


class Fate(StrEnum):
    """What became of one part of the source."""

    CARRIED = "carried over"
    NOTED = "carried over with a note"
    LEFT = "left as a marked node"


@dataclass(slots=True)
class MadeNode:
    """One node as it will be written, under the comment that says where it came from."""

    name: str
    body: dict[str, Any]
    comment: str = ""


@dataclass(slots=True)
class MadeFlow:
    """One flow as it will be written."""

    name: str
    description: str
    language: str
    start: str = ""
    slots: dict[str, dict[str, Any]] = field(default_factory=dict)
    nodes: dict[str, MadeNode] = field(default_factory=dict)
    end: str = "the_end"
    """The node at which the call ends where nothing follows."""
    ending: str = "hang_up"
    """The verb of that node; a subflow comes back by `return`."""
    begin: str = ""
    """The node that empties slots before anything else, once there is one."""

    def end_node(self) -> MadeNode:
        """That node, made when it is first needed."""
        whose = "the call" if self.ending == "hang_up" else "the subflow"
        made = MadeNode(self.end, {self.ending: None}, f"Where nothing follows, {whose} ends.")
        return self.nodes.setdefault(self.end, made)


@dataclass(slots=True)
class Part:
    """One part of the source (a widget, a document) and what became of it."""

    name: str
    kind: str
    fate: Fate = Fate.CARRIED
    flows: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unwired: list[str] = field(default_factory=list)
    """Exits that lead nowhere in the source: the call ends there."""
    on_the_phone: bool = True
    """Whether a call can come to it; a part that only messages reach is imported too, but is not counted as voice."""

    def note(self, text: str) -> None:
        """Say what is different now."""
        if text not in self.notes:
            self.notes.append(text)
        if self.fate is Fate.CARRIED:
            self.fate = Fate.NOTED

    def leave(self, text: str) -> None:
        """Say why it could not be carried over."""
        if text not in self.notes:
            self.notes.append(text)
        self.fate = Fate.LEFT


@dataclass(frozen=True, slots=True)
class Imported:
    """A site made of somebody else's flow: its files, what became of each part, and what `check` says of it."""

    name: str
    texts: Mapping[str, str]
    parts: tuple[Part, ...]
    notes: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def voice(self) -> tuple[Part, ...]:
        """The parts that a call can come to."""
        return tuple(part for part in self.parts if part.on_the_phone)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps the site from going live."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    def count(self, fate: Fate, *, voice: bool = True) -> int:
        """How many parts had a fate."""
        return sum(part.fate is fate for part in (self.voice if voice else self.parts))


def strings(value: Any) -> Iterator[str]:
    """Every text in a node's body, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def pruned(made: MadeFlow) -> None:
    """Keep what the call can come to, in the order in which it comes there; `check` would refuse the rest."""
    reached: dict[str, MadeNode] = {}
    pending = [made.start]
    while pending:
        name = pending.pop(0)
        if name not in reached and name in made.nodes:
            reached[name] = made.nodes[name]
            pending = [text for text in strings(made.nodes[name].body) if text in made.nodes] + pending
    made.nodes = reached
