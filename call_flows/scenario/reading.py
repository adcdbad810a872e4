"""From the text of a test file to dialogues ready to be played, or everything that is wrong with it, with places."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from call_flows.loaded import LoadedSite
from call_flows.places import Path, Places
from call_flows.problems import Place, Problem, nearest
from call_flows.scenario import mocks, steps
from call_flows.scenario.given import Given
from call_flows.scenario.mocks import Mock
from call_flows.scenario.model import Dialogue, TestFile
from call_flows.scenario.references import check_references, flow_of
from call_flows.scenario.steps import Step
from call_flows.strict import Strict
from call_flows.validation import validate
from call_flows.yaml_text import read_yaml

_Part = TypeVar("_Part", bound=Strict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One dialogue, read: where it stands, what it begins with, and what happens."""

    name: str
    place: Place
    flow: str
    given: Given
    mocks: tuple[Mock, ...]
    steps: tuple[tuple[Step, Place], ...]

    @property
    def file(self) -> str:
        """The file it stands in."""
        return self.place.file


@dataclass(slots=True)
class _Reader:
    """One file being read against a site."""

    site: LoadedSite
    places: Places
    problems: list[Problem] = field(default_factory=list)
    made: list[Scenario] = field(default_factory=list)

    def model(self, model: type[_Part], data: object, at: Path) -> _Part | None:
        context = {"languages": self.site.site.languages}
        made, problems = validate(model, data, at, self.places, context)
        self.problems += problems
        return made

    def parts(self, kinds: Mapping[str, type[_Part]], data: list[Any], at: Path, what: str) -> Iterator[_Part | None]:
        """A list of which each item's first key says what it is."""
        for index, item in enumerate(data):
            path = (*at, index)
            key = next(iter(item)) if isinstance(item, dict) and item else ""
            if key in kinds:
                yield self.model(kinds[key], item, path)
                continue
            todo = f"The first key is one of {', '.join(kinds)}."
            place = self.places.key((*path, key)) if key else self.places.of(path)
            said = f"There is no {what} '{key}'." if key else f"This is no {what}."
            self.problems.append(Problem(place, "E010", said, str(key), nearest(str(key), kinds), todo))
            yield None

    def dialogue(self, data: object, at: Path, shared: TestFile | None, defaults: Mapping[str, Any]) -> None:
        merged = _with_given(data, defaults)
        header = self.model(Dialogue, merged, at)
        found = list(self.parts(steps.BY_KIND, _items(merged, "call"), (*at, "call"), "step"))
        own = list(self.parts(mocks.BY_KIND, _items(merged, "mock"), (*at, "mock"), "mock"))
        if header is None:
            return
        common = [] if shared is None else list(self.parts(mocks.BY_KIND, shared.mock, ("mock",), "mock"))
        flow = flow_of(self.site, header.flow or (shared.flow if shared is not None else None), header.given)
        placed = tuple(
            (step, self.places.of((*at, "call", index))) for index, step in enumerate(found) if step is not None
        )
        whole = None not in found and None not in own and None not in common
        place = self.places.of((*at, "test"))
        known = tuple(mock for mock in (*own, *common) if mock is not None)
        made = Scenario(header.test, place, flow, header.given, known, placed)
        wrong = check_references(self.site, made, self.places, at)
        self.problems += wrong
        if whole and not wrong:
            self.made.append(made)


def read_tests(site: LoadedSite, text: str, file: str) -> tuple[list[Scenario], list[Problem]]:
    """The dialogues of one file, and what is wrong with the rest."""
    document = read_yaml(text, file)
    reader = _Reader(site, document.places, list(document.problems))
    data = document.data
    if not isinstance(data, dict):
        if not document.problems:
            todo = "Write test: and a sentence, then call: and what happens."
            reader.problems.append(Problem(Place(file), "E017", "The file is empty or no mapping.", todo=todo))
    elif "tests" in data:
        shared = reader.model(TestFile, data, ())
        defaults = data.get("given")
        for index, item in enumerate(shared.tests if shared is not None else ()):
            reader.dialogue(item, ("tests", index), shared, defaults if isinstance(defaults, dict) else {})
    else:
        reader.dialogue(data, (), None, {})
    reader.problems += _twice(reader.made)
    return reader.made, sorted(set(reader.problems))


def _with_given(data: object, defaults: Mapping[str, Any]) -> object:
    """A dialogue with what all of its file begin with."""
    if not defaults or not isinstance(data, dict):
        return data
    own = data.get("given", {})
    return {**data, "given": {**defaults, **own}} if isinstance(own, dict) else data


def _items(data: object, key: str) -> list[Any]:
    """A list within a mapping; an empty one where there is none."""
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, list) else []


def _twice(made: list[Scenario]) -> Iterator[Problem]:
    seen: dict[str, Scenario] = {}
    for one in made:
        first = seen.setdefault(one.name, one)
        if first is not one:
            what = f"Two tests are called '{one.name}'; the first is on line {first.place.line}."
            yield Problem(one.place, "E002", what, one.name, todo="Give one another name.")
