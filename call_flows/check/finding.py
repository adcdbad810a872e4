"""What a check sees of a site, and how it reports: one place that turns a path into file, line and column."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from call_flows.draft import Draft
from call_flows.flow import Flow
from call_flows.nodes.base import Node
from call_flows.nodes.flow import FlowNode
from call_flows.nodes.queue import QueueNode
from call_flows.places import Path
from call_flows.problems import Problem, nearest
from call_flows.site import Site


@dataclass(slots=True)
class Review:
    """A site under review. Checks add to `problems`."""

    draft: Draft
    prompts: Mapping[str, frozenset[str]] | None
    problems: list[Problem] = field(default_factory=list)
    confused: set[str] = field(default_factory=set)
    """Flows with an exit to a node that is not there: what follows from it would only be told twice."""
    _looked_at: list["Finding"] = field(default_factory=list)

    @property
    def site(self) -> Site | None:
        """The site's model, as far as it could be read."""
        return self.draft.site

    def findings(self, *, whole: bool = False) -> Iterator["Finding"]:
        """Every node of every flow; `whole` leaves out flows with parts that could not be understood."""
        if not self._looked_at:
            for flow in self.draft.flows.values():
                self._looked_at += [
                    Finding(self, flow, name, node, tuple(node.walk())) for name, node in flow.nodes.items()
                ]
        left_out = self.draft.broken | self.confused if whole else frozenset()
        for finding in self._looked_at:
            if finding.flow.name not in left_out:
                yield finding

    def flows(self, *, whole: bool = False) -> list[Flow]:
        """Every flow; `whole` leaves out those with parts that could not be understood."""
        return [
            flow for name, flow in self.draft.flows.items() if not (whole and name in self.draft.broken | self.confused)
        ]

    def in_site(self, code: str, path: Path, what: str, *, word: str = "", near: str = "", todo: str = "") -> None:
        """Report something in site.yaml."""
        places = self.draft.site_places
        place = places.keys.get(path) or places.of(path)
        self.problems.append(Problem(place, code, what, word, near, todo))

    def in_flow(
        self, flow: Flow, code: str, path: Path, what: str, *, word: str = "", near: str = "", todo: str = ""
    ) -> None:
        """Report something in a flow's file."""
        self.problems.append(Problem(flow.places.of(path), code, what, word, near, todo))

    def hold_flows(self) -> set[str]:
        """Flows that waiting callers hear, with those that they run."""
        queues = self.site.queues.values() if self.site is not None else ()
        return self.with_inner(str(queue.while_waiting) for queue in queues if queue.while_waiting is not None)

    def call_flows(self) -> set[str]:
        """Flows that answer numbers, with those that they run."""
        numbers = self.site.numbers.values() if self.site is not None else ()
        return self.with_inner(str(entry.flow) for entry in numbers)

    def with_inner(self, names: Iterable[str]) -> set[str]:
        """These flows, and all that they run."""
        found: set[str] = set()
        pending = list(names)
        while pending:
            name = pending.pop()
            if name in found or name not in self.draft.flows:
                continue
            found.add(name)
            nodes = self.draft.flows[name].nodes.values()
            pending += [str(node.flow) for node in nodes if isinstance(node, FlowNode)]
        return found

    def queue_nodes(self) -> Iterator[tuple["Finding", QueueNode]]:
        """Every node where callers wait for an agent."""
        for finding in self.findings():
            if isinstance(finding.node, QueueNode):
                yield finding, finding.node


@dataclass(frozen=True, slots=True)
class Finding:
    """One node under review."""

    review: Review
    flow: Flow
    name: str
    node: Node
    values: tuple[tuple[Path, object], ...] = ()
    """Every value of the node with its path, gathered once for all checks."""

    @property
    def site(self) -> Site | None:
        """The site's model, as far as it could be read."""
        return self.review.site

    def report(self, code: str, path: Path, what: str, *, word: str = "", near: str = "", todo: str = "") -> None:
        """Report something at a path within the node; an empty path is the node's name."""
        whole = ("nodes", self.name, *path)
        places = self.flow.places
        place = places.of(whole) if path else places.key(whole)
        self.review.problems.append(Problem(place, code, what, word, near, todo))

    def unknown(self, code: str, kind: str, word: str, known: Iterable[str], path: Path) -> None:
        """Report a name that stands for nothing."""
        names = sorted(set(known))
        todo = f"There are {', '.join(names[:12])}." if names else f"The site has no {kind}."
        whole = ("nodes", self.name, *path)
        places = self.flow.places
        if code == "E101":
            self.review.confused.add(self.flow.name)
        place = places.key(whole) if path and path[-1] == word and whole in places.keys else places.of(whole)
        what = f"There is no {kind} '{word}'."
        self.review.problems.append(Problem(place, code, what, word, nearest(word, names), todo))
