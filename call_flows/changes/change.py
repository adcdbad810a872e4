"""One thing that a new version does otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from call_flows.values import written

LONGEST: Final = 300


class ChangeKind(StrEnum):
    """What has become of it."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    REWIRED = "rewired"  # an exit leads elsewhere
    CHANGED = "changed"


SIGNS: Final = {
    ChangeKind.ADDED: "+",
    ChangeKind.REMOVED: "-",
    ChangeKind.RENAMED: "=",
    ChangeKind.REWIRED: ">",
    ChangeKind.CHANGED: "~",
}
"""How each kind is marked in a list."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `flow` is empty for what the whole site does; `place` is a node, or a part of site.yaml."""

    kind: ChangeKind
    flow: str
    place: str
    what: str
    before: str = ""
    after: str = ""

    def sentence(self) -> str:
        """The difference in one line."""
        place = f"{self.place}: " if self.place else ""
        return f"{place}{self.what}{self._both()}"

    def _both(self) -> str:
        if self.before and self.after:
            return f" {shortened(self.after)} instead of {shortened(self.before)}"
        if self.after:
            return f" {shortened(self.after)}"
        return f" {shortened(self.before)}" if self.before else ""


def shortened(text: str) -> str:
    """A text on one line, cut where it is too long to read."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"


def quoted(text: str) -> str:
    """Words that are spoken, as words."""
    return f"“{shortened(text)}”" if text else ""


def told(value: object) -> str:
    """A written value on one line."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{told(key)} {told(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(told(inner) for inner in value)
    if value is None:
        return "nothing"
    return written(value) or str(value)


def compared(flow: str, place: str, name: str, before: object, after: object) -> Change:
    """A setting that is another, is new, or is no more."""
    if before is None:
        return Change(ChangeKind.CHANGED, flow, place, f"{name} now", "", told(after))
    if after is None:
        return Change(ChangeKind.CHANGED, flow, place, f"{name} is no more; it was", told(before), "")
    return Change(ChangeKind.CHANGED, flow, place, f"{name} now", told(before), told(after))
