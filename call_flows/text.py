"""Text that is spoken: `{{ name | filter }}` and nothing else. No calls, no operators, no reach into Python."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from call_flows.plain import as_written
from call_flows.problems import nearest
from call_flows.reading import FILTERS, read_value, read_wait

MAX_TEXT: Final = 4000
_STOP: Final = re.compile(r"\.(?!\.)")
_HOLE: Final = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_INSIDE: Final = re.compile(r"\s*([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)\s*(?:\|\s*([a-z_]+)\s*)?\Z")

Lookup = Callable[[str], object]


class TextRefused(ValueError):
    """A text that is not of the template language; `word` is what offends, `todo` what to write instead."""

    def __init__(self, what: str, word: str = "", near: str = "", todo: str = "") -> None:
        super().__init__(what)
        self.word, self.near, self.todo = word, near, todo


@dataclass(frozen=True, slots=True)
class Hole:
    """A place in a text where a value is read out."""

    name: str
    filter: str = ""


WAIT: Final = Hole("queue.wait", "about")
"""The one value that is told already, perhaps as a range."""


CURRENCY: Final = "site.currency"
"""The name under which a text finds the currency of amounts; no designer writes it."""


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed text: plain pieces and holes in turn."""

    source: str
    parts: tuple[str | Hole, ...]
    is_fixed: bool
    """Whether the text is the same for every caller."""

    @property
    def holes(self) -> tuple[Hole, ...]:
        """The names it reads, in order."""
        return tuple(part for part in self.parts if isinstance(part, Hole))

    def render(self, lookup: Lookup, language: str) -> str:
        """The text as spoken in a language. A value that ends with a full stop, such as 9 a.m., takes no second one."""
        said = ""
        for part in self.parts:
            piece = part if isinstance(part, str) else _read(part, lookup, language)
            twice = isinstance(part, str) and said.endswith(".") and _STOP.match(part) is not None
            said += piece[1:] if twice else piece
        return said

    def fill(self, lookup: Lookup, quote: Callable[[str], str]) -> str:
        """The text with raw values, each made safe by `quote`: for addresses and bodies, not for ears."""
        return "".join(part if isinstance(part, str) else quote(as_written(lookup(part.name))) for part in self.parts)


def _read(hole: Hole, lookup: Lookup, language: str) -> str:
    if hole == WAIT:
        return read_wait(lookup("queue.wait_from"), lookup("queue.wait"), language)
    today = lookup("now.date") if hole.filter == "date" else None
    currency = lookup(CURRENCY) if hole.filter == "money" else None
    return read_value(lookup(hole.name), hole.filter, language, today, currency)


def parse_text(source: str) -> Template:
    """Parse a text, or say what is wrong with it."""
    if len(source) > MAX_TEXT:
        raise TextRefused(
            f"The text is longer than {MAX_TEXT} characters.", todo="Nobody listens that long: shorten it."
        )
    parts: list[str | Hole] = []
    at = 0
    for match in _HOLE.finditer(source):
        _plain(source[at : match.start()], parts)
        parts.append(_hole(match.group(1)))
        at = match.end()
    _plain(source[at:], parts)
    return Template(source, tuple(parts), all(isinstance(part, str) for part in parts))


def _plain(piece: str, parts: list[str | Hole]) -> None:
    for mark in ("{{", "}}", "{%", "{#"):
        if mark in piece:
            raise TextRefused(f"'{mark}' does not belong to a complete {{{{ name }}}}.", mark, todo="Write {{ name }}.")
    if piece:
        parts.append(piece)


def _hole(inside: str) -> Hole:
    match = _INSIDE.match(inside)
    if match is None:
        word = inside.strip()[:60]
        todo = "Only {{ name }} or {{ name | filter }}; compute with `set` first."
        raise TextRefused(f"'{word}' is not a name with at most one filter.", word, todo=todo)
    name, chosen = match.group(1), match.group(2) or ""
    if chosen and chosen not in FILTERS:
        todo = f"The filters are {', '.join(sorted(FILTERS))}."
        raise TextRefused(f"There is no filter '{chosen}'.", chosen, nearest(chosen, FILTERS), todo)
    return Hole(name, chosen)
