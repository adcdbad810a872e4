"""Names in a dialogue that stand for parts of the site: each must be there, or the nearest is told."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from call_flows.loaded import LoadedSite
from call_flows.places import Path, Places
from call_flows.problems import Problem, nearest
from call_flows.scenario.given import Given
from call_flows.values import FlowName, HoursName, Language, NodeName, QueueName, SkillName, SlotName

if TYPE_CHECKING:
    from call_flows.scenario.reading import Scenario

_KINDS: Final[dict[type, tuple[str, str]]] = {
    FlowName: ("E102", "flow"),
    QueueName: ("E103", "queue"),
    SkillName: ("E104", "skill"),
    SlotName: ("E105", "slot"),
    HoursName: ("E107", "hours"),
    Language: ("E108", "language"),
    NodeName: ("E101", "node"),
}


_NAMES: Final[dict[type, Callable[[LoadedSite], set[str]]]] = {
    FlowName: lambda site: set(site.flows),
    QueueName: lambda site: set(site.site.queues),
    SkillName: lambda site: {str(skill) for skill in site.site.skills},
    SlotName: lambda site: {slot for flow in site.flows.values() for slot in flow.header.slots},
    HoursName: lambda site: set(site.site.hours),
    Language: lambda site: {str(language) for language in site.site.languages},
    NodeName: lambda site: {node for flow in site.flows.values() for node in flow.nodes},
}


def flow_of(site: LoadedSite, named: FlowName | None, given: Given) -> str:
    """The flow of a dialogue: as named, else that of the number called, else the site's only one."""
    if named is not None:
        return str(named)
    entry = site.site.numbers.get(given.to or "")
    if entry is not None:
        return str(entry.flow)
    flows = {str(entry.flow) for entry in site.site.numbers.values()}
    return flows.pop() if len(flows) == 1 and not given.to else ""


def check_references(site: LoadedSite, scenario: "Scenario", places: Places, at: Path) -> list[Problem]:
    """What the dialogue names and the site does not have."""
    return sorted({*_flow(site, scenario, places, at), *_names(site, scenario, places)})


def _flow(site: LoadedSite, scenario: "Scenario", places: Places, at: Path) -> Iterator[Problem]:
    to = scenario.given.to
    if to is not None and to not in site.site.numbers:
        path = (*at, "given", "to")
        place = places.of(path) if path in places.values else places.of(("given", "to"))
        near = nearest(to, site.site.numbers)
        todo = f"The numbers are {', '.join(site.site.numbers)}."
        yield Problem(place, "E105", f"The site has no number '{to}'.", to, near, todo)
    elif not scenario.flow:
        todo = f"Write flow: and one of {', '.join(site.flows)}."
        yield Problem(places.of((*at, "test")), "E011", "The test does not say which flow is called.", todo=todo)
    elif scenario.flow not in site.flows:
        path = (*at, "flow") if (*at, "flow") in places.values else ("flow",)
        yield _unknown(FlowName(scenario.flow), site, places, path)


def _names(site: LoadedSite, scenario: "Scenario", places: Places) -> Iterator[Problem]:
    bases = [(step, place) for step, place in scenario.steps]
    for part, place in bases:
        path = next((known for known, found in places.values.items() if found == place and "call" in known), ())
        for inner, value in part.walk():
            if type(value) in _KINDS and not _known(site, value):
                yield _unknown(value, site, places, (*path, *inner))
    for inner, value in scenario.given.walk():
        if type(value) in _KINDS and not _known(site, value):
            yield _unknown(value, site, places, _given_path(places, scenario, inner))
    for mock in scenario.mocks:
        for _inner, value in mock.walk():
            if type(value) in _KINDS and not _known(site, value):
                yield _unknown(value, site, places, _path_of(places, str(value)))


def _given_path(places: Places, scenario: "Scenario", inner: Path) -> Path:
    """Where a part of what is given stands: in the dialogue, else at the head of the file."""
    at = next((path[:-1] for path, place in places.values.items() if place == scenario.place and path), ())
    own = (*at, "given", *inner)
    return own if own in places.values or own in places.keys else ("given", *inner)


def _path_of(places: Places, word: str) -> Path:
    return next((path for path in places.values if path and "mock" in path and path[-1] == "queue"), (word,))


def _known(site: LoadedSite, value: object) -> bool:
    return str(value) in _all(site, type(value))


def _all(site: LoadedSite, kind: type) -> list[str]:
    return sorted(_NAMES[kind](site))


def _unknown(value: object, site: LoadedSite, places: Places, path: Path) -> Problem:
    code, kind = _KINDS[type(value)]
    names = _all(site, type(value))
    todo = f"There are {', '.join(names[:12])}." if names else f"The site has no {kind}."
    place = places.key(path) if path and path[-1] == str(value) and path in places.keys else places.of(path)
    return Problem(place, code, f"There is no {kind} '{value}'.", str(value), nearest(str(value), names), todo)
