"""The whole site as one graph: every exit, every key that works everywhere, every flow that runs another."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from call_flows.check.finding import Review
from call_flows.flow import Flow
from call_flows.nodes.base import Node
from call_flows.nodes.callback import CallbackNode
from call_flows.nodes.flow import FlowNode
from call_flows.nodes.knowledge import KnowledgeNode
from call_flows.nodes.listening import Listening
from call_flows.nodes.queue import QueueNode
from call_flows.nodes.return_ import ReturnNode
from call_flows.nodes.survey import SurveyNode

Spot = tuple[str, str]
"""A flow's name and a node's."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A way from a node to another: by an exit, by `always`, into a flow that is run, or into one heard on hold."""

    exit: str
    target: Spot
    kind: str = "exit"


@dataclass(slots=True)
class Graph:
    """Nodes and ways of all flows that could be understood."""

    nodes: dict[Spot, Node] = field(default_factory=dict)
    edges: dict[Spot, list[Edge]] = field(default_factory=dict)
    starts: dict[str, Spot] = field(default_factory=dict)
    ways_back: dict[str, list[Spot]] = field(default_factory=dict)
    """Where each flow goes back to the one that runs it."""
    runs: dict[str, list[Spot]] = field(default_factory=dict)
    """The nodes that run each flow."""

    def within(self, spot: Spot) -> Iterator[Spot]:
        """Where a node leads within its own flow."""
        for edge in self.edges.get(spot, ()):
            if edge.target[0] == spot[0] and edge.kind in {"exit", "always"}:
                yield edge.target

    def reachable(self, start: Spot, *, everywhere: bool = False) -> set[Spot]:
        """Every node that can be come to; `everywhere` follows into other flows."""
        found: set[Spot] = set()
        pending = [start]
        while pending:
            spot = pending.pop()
            if spot in found or spot not in self.nodes:
                continue
            found.add(spot)
            pending += [edge.target for edge in self.edges.get(spot, ())] if everywhere else self.within(spot)
        return found

    def loops(self, among: set[Spot]) -> list[set[Spot]]:
        """The loops that go through some nodes of one flow alone (Tarjan's components, without recursion)."""
        order: dict[Spot, int] = {}
        low: dict[Spot, int] = {}
        stack: list[Spot] = []
        found: list[set[Spot]] = []
        for root in among:
            if root in order:
                continue
            work: list[tuple[Spot, list[Spot]]] = [(root, self._open(root, among, order, low, stack))]
            while work:
                spot, targets = work[-1]
                if targets:
                    target = targets.pop()
                    if target not in order:
                        work.append((target, self._open(target, among, order, low, stack)))
                    elif target in low:
                        low[spot] = min(low[spot], order[target])
                    continue
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[spot])
                if low[spot] == order[spot]:
                    found += self._close(spot, low, stack)
        return found

    def _open(
        self, spot: Spot, among: set[Spot], order: dict[Spot, int], low: dict[Spot, int], stack: list[Spot]
    ) -> list[Spot]:
        order[spot] = low[spot] = len(order)
        stack.append(spot)
        return [target for target in self.within(spot) if target in among]

    def _close(self, spot: Spot, low: dict[Spot, int], stack: list[Spot]) -> list[set[Spot]]:
        """Take a finished component off the stack; one node alone is a loop only when it leads to itself."""
        members: set[Spot] = set()
        while spot not in members:
            member = stack.pop()
            members.add(member)
            del low[member]
        return [members] if len(members) > 1 or spot in self.within(spot) else []

    def leads_to(self, ends: Iterable[Spot], among: set[Spot]) -> set[Spot]:
        """Of some nodes of one flow, those from which one of the ends can be come to."""
        back: dict[Spot, list[Spot]] = {}
        for spot in among:
            for target in self.within(spot):
                back.setdefault(target, []).append(spot)
        found: set[Spot] = set()
        pending = list(ends)
        while pending:
            spot = pending.pop()
            if spot not in found:
                found.add(spot)
                pending += back.get(spot, ())
        return found


def build(review: Review) -> Graph:
    """The graph of a site under review."""
    graph = Graph()
    flows = {flow.name: flow for flow in review.flows(whole=True)}
    for flow in flows.values():
        graph.starts[flow.name] = (flow.name, str(flow.header.start))
        for name, node in flow.nodes.items():
            spot = (flow.name, name)
            graph.nodes[spot] = node
            if isinstance(node, ReturnNode):
                graph.ways_back.setdefault(flow.name, []).append(spot)
            elif isinstance(node, FlowNode):
                graph.runs.setdefault(str(node.flow), []).append(spot)
            graph.edges[spot] = list(_edges(review, flow, node, flows))
    return graph


def _edges(review: Review, flow: Flow, node: Node, flows: dict[str, Flow]) -> Iterator[Edge]:
    for name, target in node.exits.items():
        yield Edge(name, (flow.name, target))
    if isinstance(node, Listening | CallbackNode | FlowNode | KnowledgeNode | SurveyNode):
        for option in flow.header.always:
            yield Edge("always", (flow.name, str(option.next)), "always")
    if isinstance(node, FlowNode) and str(node.flow) in flows:
        yield Edge("enter", (str(node.flow), str(flows[str(node.flow)].header.start)), "call")
    if isinstance(node, QueueNode) and review.site is not None:
        queue = review.site.queues.get(str(node.queue))
        hold = None if queue is None or queue.while_waiting is None else flows.get(str(queue.while_waiting))
        if hold is not None:
            yield Edge("hold", (hold.name, str(hold.header.start)), "hold")
