"""The whole site as one graph: every exit, every key that works everywhere, every flow that runs another."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from call_flows.check.finding import Review
from call_flows.flow import Flow
from call_flows.nodes.base import Node
from call_flows.nodes.callback import CallbackNode
from call_flows.nodes.flow import FlowNode
from call_flows.nodes.listening import Listening
from call_flows.nodes.queue import QueueNode
from call_flows.nodes.return_ import ReturnNode

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

    def returns(self, flow: str) -> list[Spot]:
        """Where a flow goes back to the one that runs it."""
        return [spot for spot, node in self.nodes.items() if spot[0] == flow and isinstance(node, ReturnNode)]


def build(review: Review) -> Graph:
    """The graph of a site under review."""
    graph = Graph()
    flows = {flow.name: flow for flow in review.flows(whole=True)}
    for flow in flows.values():
        graph.starts[flow.name] = (flow.name, str(flow.header.start))
        for name, node in flow.nodes.items():
            spot = (flow.name, name)
            graph.nodes[spot] = node
            graph.edges[spot] = list(_edges(review, flow, node, flows))
    return graph


def _edges(review: Review, flow: Flow, node: Node, flows: dict[str, Flow]) -> Iterator[Edge]:
    for name, target in node.exits.items():
        yield Edge(name, (flow.name, target))
    if isinstance(node, Listening | CallbackNode | FlowNode):
        for option in flow.header.always:
            yield Edge("always", (flow.name, str(option.next)), "always")
    if isinstance(node, FlowNode) and str(node.flow) in flows:
        yield Edge("enter", (str(node.flow), str(flows[str(node.flow)].header.start)), "call")
    if isinstance(node, QueueNode) and review.site is not None:
        queue = review.site.queues.get(str(node.queue))
        hold = None if queue is None or queue.while_waiting is None else flows.get(str(queue.while_waiting))
        if hold is not None:
            yield Edge("hold", (hold.name, str(hold.header.start)), "hold")
