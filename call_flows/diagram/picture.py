"""What a picture of a flow shows, before anything has a place: boxes, and the ways between them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from call_flows.flow import Flow
from call_flows.nodes.base import Node
from call_flows.prompt import Prompt
from call_flows.text import Template

ALWAYS: Final = "always"
"""The box from which the keys and phrases lead that work everywhere; also the exit's name in the log."""
GAVE_UP: Final = "gave_up"
"""In counts: callers who hung up at a node."""
LONGEST_TEXT: Final = 34

Counts = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Box:
    """One node: its name, its verb, and the beginning of what it says or asks."""

    name: str
    verb: str
    text: str
    entered: int | None = None
    gave_up: int = 0


@dataclass(frozen=True, slots=True)
class Way:
    """All exits that lead from one node to another, with the count of each where counts are known."""

    source: str
    target: str
    exits: tuple[str, ...]
    counts: tuple[int | None, ...]

    @property
    def total(self) -> int:
        """How many callers went this way."""
        return sum(count or 0 for count in self.counts)

    @property
    def labels(self) -> list[str]:
        """The exits as they are written beside the way; a lone `next` needs no word."""
        if self.exits == ("next",):
            return [] if self.counts[0] is None else [str(self.counts[0])]
        return [
            name if count is None else f"{name}: {count}" for name, count in zip(self.exits, self.counts, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Picture:
    """A flow as boxes and ways."""

    title: str
    description: str
    start: str
    boxes: dict[str, Box] = field(default_factory=dict)
    ways: list[Way] = field(default_factory=list)


def picture_of(flow: Flow, counts: Counts | None = None) -> Picture:
    """The picture of a flow."""
    made = Picture(flow.name, flow.header.description, str(flow.header.start))
    entered = _entered(flow, counts)
    if flow.header.always:
        made.boxes[ALWAYS] = Box(ALWAYS, "", "at every menu and question")
        targets: dict[str, list[str]] = {}
        for option in flow.header.always:
            targets.setdefault(str(option.next), []).append(option_name(option.press, option.phrases(flow.language)))
        taken = None if counts is None else sum(n for (_node, name), n in counts.items() if name == ALWAYS)
        for target, names in targets.items():
            known = tuple(taken if len(targets) == 1 and not place else None for place in range(len(names)))
            made.ways.append(Way(ALWAYS, target, tuple(names), known))
    for name, node in flow.nodes.items():
        gave_up = 0 if counts is None else counts.get((name, GAVE_UP), 0)
        made.boxes[name] = Box(name, node.verb, text_of(node, flow.language), entered.get(name), gave_up)
        made.ways.extend(_ways(name, node, counts))
    return made


def option_name(press: str | None, phrases: list[str]) -> str:
    """How something that works everywhere is called: by its key, else by its first phrase."""
    return f"press {press}" if press else next(iter(phrases), ALWAYS)


def _entered(flow: Flow, counts: Counts | None) -> dict[str, int]:
    """How many callers left each node: in any way, giving up included."""
    found: dict[str, int] = {}
    for (node, _exit), count in (counts or {}).items():
        if node in flow.nodes:
            found[node] = found.get(node, 0) + count
    return found


def _ways(name: str, node: Node, counts: Counts | None) -> list[Way]:
    by_target: dict[str, list[str]] = {}
    for exit_name, target in node.exits.items():
        by_target.setdefault(target, []).append(exit_name)
    return [
        Way(name, target, tuple(exits), tuple(None if counts is None else counts.get((name, one), 0) for one in exits))
        for target, exits in by_target.items()
    ]


def text_of(node: Node, language: str) -> str:
    """The beginning of what a node says, asks or does: the value of its verb, in the flow's language."""
    value: object = next(
        (getattr(node, name) for name, info in type(node).model_fields.items() if (info.alias or name) == node.verb), ""
    )
    if isinstance(value, Prompt):
        value = _words(value, language)
    elif isinstance(value, Template):
        value = value.source
    elif not isinstance(value, str | int | float):
        value = ""
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1].rstrip() + "…"


def _words(prompt: Prompt, language: str) -> str:
    parts = prompt.versions.get(language) or next(iter(prompt.versions.values()), ())
    return " ".join(part.text.source or f"♪ {part.play}" for part in parts)
