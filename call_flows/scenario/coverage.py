"""Which nodes and exits the dialogues of a site have taken, and which none has."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from call_flows.diagram.picture import ALWAYS, option_name
from call_flows.flow import Flow
from call_flows.loaded import LoadedSite
from call_flows.nodes.base import Node
from call_flows.notes import ExitTaken, NodeEntered, Note
from call_flows.problems import Place


@dataclass(frozen=True, slots=True, order=True)
class Missed:
    """A node or an exit that no dialogue has taken."""

    place: Place
    flow: str
    node: str
    exit: str = ""
    target: str = ""

    def __str__(self) -> str:
        if not self.exit:
            return f"{self.place}: no test comes to {self.flow}.{self.node}"
        return f"{self.place}: no test leaves {self.flow}.{self.node} by {self.exit} → {self.target}"


@dataclass(slots=True)
class Count:
    """So many of so many."""

    taken: int = 0
    of: int = 0

    @property
    def percent(self) -> float:
        """The share in percent; all of nothing is everything."""
        return 100.0 * self.taken / self.of if self.of else 100.0

    def __str__(self) -> str:
        return f"{self.taken} of {self.of} ({self.percent:.1f} %)"


@dataclass(slots=True)
class Coverage:
    """What was taken so far."""

    site: LoadedSite
    nodes: set[tuple[str, str]] = field(default_factory=set)
    exits: set[tuple[str, str, str]] = field(default_factory=set)
    _seen: set[tuple[Note, ...]] = field(default_factory=set)

    def add(self, notes: tuple[Note, ...]) -> None:
        """Count a call's way. Calls that went the same way are counted once."""
        way = tuple(note for note in notes if isinstance(note, NodeEntered | ExitTaken))
        if way in self._seen:
            return
        self._seen.add(way)
        for place, note in enumerate(way):
            if isinstance(note, NodeEntered):
                self.nodes.add((note.flow, note.node))
            else:
                self._exit(note, way[place + 1] if place + 1 < len(way) else None)

    def _exit(self, note: ExitTaken, after: Note | None) -> None:
        if note.exit == ALWAYS and isinstance(after, NodeEntered):
            self.exits.add((after.flow, ALWAYS, after.node))
            return
        flow = self.site.flows.get(note.flow)
        node = None if flow is None else flow.nodes.get(note.node)
        if node is not None and note.exit not in node.exits and "failed" in node.exits:
            self.exits.add((note.flow, note.node, "failed"))
        else:
            self.exits.add((note.flow, note.node, note.exit))

    def of_nodes(self) -> Count:
        """Nodes taken, of all."""
        every = [(flow.name, name) for flow in self.site.flows.values() for name in flow.nodes]
        return Count(sum(one in self.nodes for one in every), len(every))

    def of_exits(self) -> Count:
        """Exits taken, of all; what works everywhere in a flow is an exit of the flow."""
        every = [key for flow in self.site.flows.values() for key, _place, _target in exits_of(flow)]
        return Count(sum(one in self.exits for one in every), len(every))

    def percent(self) -> float:
        """The lower of the two shares: what a threshold is held against."""
        return min(self.of_nodes().percent, self.of_exits().percent)

    def missed(self) -> list[Missed]:
        """What no dialogue has taken, in the order of files and lines. Of a node never come to, only the node."""
        found: list[Missed] = []
        for flow in self.site.flows.values():
            strange = (name for name in flow.nodes if (flow.name, name) not in self.nodes)
            found += [Missed(flow.places.key(("nodes", name)), flow.name, name) for name in strange]
            for key, place, target in exits_of(flow):
                come_to = key[1] == ALWAYS or (flow.name, key[1]) in self.nodes
                if come_to and key not in self.exits:
                    shown = key[2] if key[1] != ALWAYS else _always_name(flow, target)
                    found.append(Missed(place, flow.name, key[1], shown, target))
        return sorted(found)

    def lines(self) -> Iterator[str]:
        """The report as it is printed."""
        yield f"Coverage: nodes {self.of_nodes()}, exits {self.of_exits()}."
        yield from (f"  {missed}" for missed in self.missed())


def coverage_of(site: LoadedSite, ways: Iterable[tuple[Note, ...]]) -> Coverage:
    """The coverage of many calls."""
    coverage = Coverage(site)
    for way in ways:
        coverage.add(way)
    return coverage


def exits_of(flow: Flow) -> Iterator[tuple[tuple[str, str, str], Place, str]]:
    """Every exit of a flow: its key, where it is written, and where it leads."""
    targets: set[str] = set()
    for place, option in enumerate(flow.header.always):
        target = str(option.next)
        if target not in targets:
            targets.add(target)
            yield (flow.name, ALWAYS, target), _always_place(flow, place), target
    for name, node in flow.nodes.items():
        for exit_name, target in node.exits.items():
            yield (flow.name, name, exit_name), _place(flow, name, node, exit_name), target


def _always_place(flow: Flow, place: int) -> Place:
    """Where something that works everywhere is written: an item of a list, or a key of a mapping."""
    keys = [path for path in flow.places.keys if len(path) == 2 and path[0] == "always"]
    return flow.places.key(keys[place]) if place < len(keys) else flow.places.of(("always", place))


def _place(flow: Flow, name: str, node: Node, exit_name: str) -> Place:
    path = next((path for path, value in node.walk() if _is_exit(node, path, value, exit_name)), ())
    return flow.places.of(("nodes", name, *path))


def _is_exit(node: Node, path: tuple[str | int, ...], value: object, exit_name: str) -> bool:
    return (
        str(value) == node.exits[exit_name] and type(value).__name__ == "NodeName" and node.exit_name(path) == exit_name
    )


def _always_name(flow: Flow, target: str) -> str:
    option = next(option for option in flow.header.always if str(option.next) == target)
    return option_name(option.press, option.phrases(flow.language))
