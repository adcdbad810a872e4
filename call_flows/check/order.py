"""What must come first: a slot is set before it is read, consent is given before a recording starts, on every path."""

import ast
from collections.abc import Iterator

from call_flows.check.finding import Finding, Review
from call_flows.check.graph import Edge, Graph, Spot
from call_flows.expressions import Condition
from call_flows.nodes.ask import AskNode
from call_flows.nodes.base import Node
from call_flows.nodes.consent import ConsentNode
from call_flows.nodes.flow import FlowNode
from call_flows.nodes.record import RecordNode
from call_flows.nodes.return_ import ReturnNode
from call_flows.nodes.set import SetNode
from call_flows.nodes.when import WhenNode
from call_flows.places import Path
from call_flows.prompt import Prompt
from call_flows.text import Template

CONSENT = "(consent)"
Facts = frozenset[str]


def check(review: Review, graph: Graph) -> None:
    """Report reads before a slot is set, and recordings before consent."""
    before = _solve(review, graph)
    for finding in review.findings(whole=True):
        spot = (finding.flow.name, finding.name)
        if spot not in before:
            continue
        known = before[spot]
        slots = finding.flow.header.slots
        for path, name in _reads(finding):
            if name in slots and name not in known and not _own(finding.node, path, name):
                todo = "Set or ask for it before, or branch on whether it is None."
                what = f"The slot '{name}' is read here, and on some path it is not set before."
                finding.report("E206", path, what, word=name, todo=todo)
        if isinstance(finding.node, RecordNode) and finding.node.record in {"start", "resume"} and CONSENT not in known:
            todo = "Put a consent node on every path that comes here."
            finding.report(
                "E401", ("record",), "The recording starts with no consent before it on some path.", todo=todo
            )


def _own(node: Node, path: Path, name: str) -> bool:
    """What a question reads of its own answer after it was given, and `set` of what it set just before."""
    if isinstance(node, SetNode):
        earlier = list(map(str, node.set))
        return name in earlier[: earlier.index(str(path[1]))]
    return isinstance(node, AskNode) and name == str(node.into) and path[0] in {"confirm", "valid", "invalid"}


def _reads(finding: Finding) -> Iterator[tuple[Path, str]]:
    for path, value in finding.values:
        if isinstance(value, Prompt):
            for part in value.parts():
                yield from (((*path, *part.path), hole.name) for hole in part.text.holes)
        elif isinstance(value, Template):
            yield from ((path, hole.name) for hole in value.holes)
        elif isinstance(value, Condition):
            yield from ((path, name) for name in sorted(value.names - tested(value)))


def tested(condition: Condition) -> set[str]:
    """Slots that a condition asks for being there: `slot != None` and `slot == None`."""
    found: set[str] = set()
    for node in ast.walk(condition.tree):
        if not isinstance(node, ast.Compare) or len(node.ops) != 1 or not isinstance(node.ops[0], ast.Eq | ast.NotEq):
            continue
        sides = [node.left, node.comparators[0]]
        if any(isinstance(side, ast.Constant) and side.value is None for side in sides):
            found |= {side.id for side in sides if isinstance(side, ast.Name)}
    return found


def given_when_true(condition: Condition) -> set[str]:
    """Slots that are there when the condition holds."""
    parts = [condition.tree]
    if isinstance(condition.tree, ast.BoolOp) and isinstance(condition.tree.op, ast.And):
        parts = list(condition.tree.values)
    found: set[str] = set()
    for part in parts:
        if isinstance(part, ast.Compare) and isinstance(part.ops[0], ast.NotEq):
            found |= tested(Condition("", part, frozenset()))
    return found


def _solve(review: Review, graph: Graph) -> dict[Spot, Facts]:
    """What is certain on entering each node: the meet over all paths, found by going round until nothing changes."""
    before: dict[Spot, Facts] = {}
    pending: list[tuple[Spot, Facts]] = [(spot, frozenset()) for spot in _entries(review, graph)]
    while pending:
        spot, facts = pending.pop()
        known = before.get(spot)
        met = facts if known is None else known & facts
        if spot not in graph.nodes or met == known:
            continue
        before[spot] = met
        node = graph.nodes[spot]
        for edge in graph.edges[spot]:
            if edge.kind == "exit" and isinstance(node, FlowNode):
                pending += _after_flow(graph, node, edge, before, met)
            else:
                pending.append((edge.target, met | _gives(node, edge)))
        pending += _back_to_callers(graph, spot, before)
    return before


def _entries(review: Review, graph: Graph) -> list[Spot]:
    """Where calls begin: at the flows of numbers, and at flows that nothing uses yet."""
    used = review.hold_flows() | (review.call_flows() - _answering(review))
    return [start for name, start in graph.starts.items() if name not in used]


def _answering(review: Review) -> set[str]:
    return {str(entry.flow) for entry in review.site.numbers.values()} if review.site is not None else set()


def _gives(node: Node, edge: Edge) -> Facts:
    if edge.kind != "exit":
        return frozenset()
    if isinstance(node, AskNode) and edge.exit in {"next", "spoken"}:
        return frozenset([str(node.into)])
    if isinstance(node, SetNode):
        return frozenset(map(str, node.set))
    if isinstance(node, ConsentNode) and edge.exit == "next":
        return frozenset([CONSENT])
    if isinstance(node, WhenNode) and edge.exit.startswith("case "):
        return frozenset(given_when_true(node.when[int(edge.exit.removeprefix("case ")) - 1].condition))
    return frozenset(node.fills(edge.exit))


def _after_flow(
    graph: Graph, node: FlowNode, edge: Edge, before: dict[Spot, Facts], known: Facts
) -> list[tuple[Spot, Facts]]:
    """What is certain after another flow has run: what it set on every way back that takes this exit."""
    if edge.exit == "failed" or str(node.flow) not in graph.starts:
        return [(edge.target, known)]
    found = (spot for spot in graph.ways_back.get(str(node.flow), ()) if spot in before)
    ways = [spot for spot in found if _exit_of(graph.nodes[spot], node) == edge.exit]
    if not ways:
        return []
    return [(edge.target, known | frozenset.intersection(*(before[spot] for spot in ways)))]


def _exit_of(back: Node, node: FlowNode) -> str:
    """By which exit of the node that runs the flow a way back leads on."""
    wanted = f"result {back.result}" if isinstance(back, ReturnNode) else ""
    return wanted if wanted in node.exits else "next"


def _back_to_callers(graph: Graph, spot: Spot, before: dict[Spot, Facts]) -> list[tuple[Spot, Facts]]:
    """A way back from a flow was found, or is less certain now: those that run it must look again."""
    if not isinstance(graph.nodes[spot], ReturnNode):
        return []
    found: list[tuple[Spot, Facts]] = []
    for other in graph.runs.get(spot[0], ()):
        node = graph.nodes[other]
        if isinstance(node, FlowNode) and other in before:
            for edge in graph.edges[other]:
                if edge.kind == "exit":
                    found += _after_flow(graph, node, edge, before, before[other])
    return found
