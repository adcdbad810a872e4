"""Reading YAML as the designer wrote it: YAML 1.2 words, every place kept, bombs refused."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import yaml

from call_flows.places import Path, Places
from call_flows.problems import Place, Problem

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 24
MAX_VALUES: Final = 100_000
MAX_ALIASES: Final = 200

_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NULL: Final = {"", "~", "null", "Null", "NULL"}
_BOOLS: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
# Whole numbers with a leading zero or a plus (PINs, telephone numbers) stay the text they are.
_WHOLE: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})\Z")
_FRACTION: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})?\.[0-9]{1,18}\Z")
_PLAIN_TAGS: Final = {"!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}


class Whole(int):
    """A whole number that remembers how it was written."""

    written: str


class Fraction(float):
    """A number with a decimal point that remembers how it was written: `1.50` stays `1.50` when spoken."""

    written: str


@dataclass(frozen=True, slots=True)
class Document:
    """One file, read: plain data, the place of each part, and what is wrong with it as YAML."""

    file: str
    data: object
    places: Places
    problems: tuple[Problem, ...] = ()


class _Refused(Exception):
    """Internal: this file cannot be read any further."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem


@dataclass(slots=True)
class _Part:
    """One node of the YAML text before it becomes data."""

    place: Place
    scalar: object = None
    text: str = ""
    pairs: list[tuple["_Part", "_Part"]] | None = None
    items: list["_Part"] | None = None


@dataclass(slots=True)
class _Builder:
    """Turns parser events into parts, and parts into data, within the limits."""

    file: str
    events: Iterator[yaml.Event]
    places: Places
    problems: list[Problem] = field(default_factory=list)
    anchors: dict[str, _Part] = field(default_factory=dict)
    aliases: int = 0
    values: int = 0

    def place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        return Place(self.file) if mark is None else Place(self.file, mark.line + 1, mark.column + 1)

    def part(self, event: yaml.Event, depth: int) -> _Part:
        place = self.place(event)
        self.values += 1
        if depth > MAX_DEPTH or self.values > MAX_VALUES:
            raise _Refused(_too_deep(place))
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event, place)
        made = _Part(place)
        if isinstance(event, yaml.NodeEvent) and event.anchor:
            self.anchors[event.anchor] = made
        tag = getattr(event, "tag", None)
        if tag is not None and tag not in _PLAIN_TAGS:
            what = f"The tag '{tag}' is not part of the flow language."
            self.problems.append(Problem(place, "E005", what, word=str(tag), todo="Take it away."))
        if isinstance(event, yaml.ScalarEvent):
            made.text = event.value
            made.scalar = _scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            made.items = []
            while not isinstance(inner := next(self.events), yaml.SequenceEndEvent):
                made.items.append(self.part(inner, depth + 1))
        elif isinstance(event, yaml.MappingStartEvent):
            made.pairs = []
            while not isinstance(inner := next(self.events), yaml.MappingEndEvent):
                key = self.part(inner, depth + 1)
                made.pairs.append((key, self.part(next(self.events), depth + 1)))
        return made

    def alias(self, event: yaml.AliasEvent, place: Place) -> _Part:
        self.aliases += 1
        if self.aliases > MAX_ALIASES:
            raise _Refused(_too_deep(place))
        name = event.anchor or ""
        found = self.anchors.get(name)
        if found is None:
            what = f"The alias '*{name}' has no anchor before it."
            raise _Refused(Problem(place, "E001", what, word=name, todo=f"Write &{name} first."))
        return found

    def data(self, part: _Part, path: Path) -> object:
        self.values += 1
        if len(path) > MAX_DEPTH or self.values > 2 * MAX_VALUES:
            raise _Refused(_too_deep(part.place))
        self.places.values[path] = part.place
        if part.items is not None:
            return [self.data(item, (*path, index)) for index, item in enumerate(part.items)]
        if part.pairs is not None:
            return self.mapping(part.pairs, path)
        return part.scalar

    def mapping(self, pairs: list[tuple[_Part, _Part]], path: Path) -> dict[str, object]:
        made: dict[str, object] = {}
        for key, value in pairs:
            if key.items is not None or key.pairs is not None:
                self.problems.append(Problem(key.place, "E001", "A key must be one word.", todo="Write plain text."))
                continue
            name = key.text
            if name in made:
                first = self.places.keys[(*path, name)]
                what = f"The key '{name}' is here twice; the first is on line {first.line}."
                self.problems.append(Problem(key.place, "E002", what, word=name, todo="Keep one of the two."))
                continue
            self.places.keys[(*path, name)] = key.place
            made[name] = self.data(value, (*path, name))
        return made


def _too_deep(place: Place) -> Problem:
    what = f"The file is nested deeper than {MAX_DEPTH} levels, or holds too many values or aliases."
    return Problem(place, "E004", what, todo="A flow needs far less: split it, and write repeated parts out.")


def _scalar(event: yaml.ScalarEvent) -> object:
    """A plain word's meaning by YAML 1.2's core schema; quoted text is always text."""
    text = event.value
    if not event.implicit[0] or event.tag is not None:
        return text
    if text in _NULL:
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    if _WHOLE.match(text):
        whole = Whole(text)
        whole.written = text
        return whole
    if _FRACTION.match(text):
        fraction = Fraction(text)
        fraction.written = text
        return fraction
    return text


def read_yaml(text: str, file: str) -> Document:
    """Read one YAML document. Never raises: what is wrong is in `problems`, and `data` is then None or partial."""
    places = Places(file)
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "replace")) > MAX_BYTES:
        what = "The file is larger than one megabyte."
        return Document(file, None, places, (Problem(Place(file), "E003", what, todo="Split it into several flows."),))
    builder = _Builder(file, iter(()), places)
    data: object = None
    try:
        builder.events = iter(yaml.parse(text, Loader=_Loader))
        data = _document(builder)
    except _Refused as refused:
        builder.problems.append(refused.problem)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        builder.problems.append(_unreadable(place, error.problem or error.context or "it cannot be read"))
    except (yaml.YAMLError, UnicodeError) as error:
        builder.problems.append(_unreadable(Place(file), str(error).splitlines()[0]))
    return Document(file, data, places, tuple(builder.problems))


def _unreadable(place: Place, why: str) -> Problem:
    return Problem(
        place, "E001", f"This is not YAML: {why}.", todo="Look at the indentation and quotes here and above."
    )


def _document(builder: _Builder) -> object:
    data: object = None
    documents = 0
    for event in builder.events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                what = "The file holds more than one YAML document."
                raise _Refused(Problem(builder.place(event), "E001", what, todo="Put each flow in a file of its own."))
        elif isinstance(event, yaml.NodeEvent):
            data = builder.data(builder.part(event, 0), ())
    return data
