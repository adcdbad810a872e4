"""The shape of flows: exits that lead nowhere, nodes nobody comes to, dead ends, and loops that spin."""

from call_flows.check.finding import Finding, Review
from call_flows.check.graph import Graph, Spot
from call_flows.loaded import LoadedSite
from call_flows.nodes.base import Node, Waits
from call_flows.nodes.consent import ConsentNode
from call_flows.nodes.flow import FlowNode
from call_flows.nodes.leave import LeaveNode
from call_flows.nodes.return_ import ReturnNode

_QUIET = frozenset({Waits.NOBODY, Waits.SERVICE})
_ENDS = frozenset({Waits.END, Waits.PERSON, Waits.MESSAGE})


def check(review: Review, graph: Graph) -> None:
    """Report what is wrong with the shape of each flow."""
    _unwired(review)
    hold, calls = review.hold_flows(), review.call_flows()
    by_flow: dict[str, dict[str, Finding]] = {}
    for finding in review.findings(whole=True):
        by_flow.setdefault(finding.flow.name, {})[finding.name] = finding
    for flow in review.flows(whole=True):
        start = graph.starts[flow.name]
        if start not in graph.nodes:
            continue
        reached = graph.reachable(start)
        findings = by_flow[flow.name]
        for name, finding in findings.items():
            if (flow.name, name) not in reached:
                todo = "Lead an exit to it, or take it away."
                finding.report("E202", (), f"No path leads to the node '{name}'.", word=name, todo=todo)
            if flow.name in hold and not finding.node.on_hold:
                what = f"'{finding.node.verb}' cannot be used while the caller waits in a queue."
                todo = "Leave the queue first: leave: left, and go on at the queue's exit `left`."
                finding.report("E207", (), what, word=finding.node.verb, todo=todo)
            if isinstance(finding.node, LeaveNode) and flow.name in calls and flow.name not in hold:
                what = "Nobody waits here, so there is no queue to leave."
                finding.report("E208", (), what, word="leave", todo="Use it in a flow named by while_waiting.")
        if flow.name not in hold:
            _dead_ends(graph, findings, reached)
        _loops(graph, findings, reached)
        if review.site is not None and flow.name not in hold | calls:
            what = f"The flow '{flow.name}' is used by no number, queue or other flow."
            review.in_flow(flow, "W607", ("flow",), what, word=flow.name, todo="Give it a number in site.yaml.")


def _unwired(review: Review) -> None:
    if review.site is None:
        return
    draft = review.draft
    site = LoadedSite(review.site, draft.flows, "", {}, review.site.zone())
    for finding in review.findings():
        for name in finding.node.must_wire(site):
            if name not in finding.node.exits:
                what = f"The exit '{name}' of this {finding.node.verb} leads nowhere."
                finding.report("E201", (), what, word=name, todo=f"Write {name}: and a node.")


def _dead_ends(graph: Graph, findings: dict[str, Finding], reached: set[Spot]) -> None:
    """The first node in the file from which the call can come to no end."""
    alive = graph.leads_to((spot for spot in reached if _ends(graph, spot)), reached)
    for name, finding in findings.items():
        spot = (finding.flow.name, name)
        if spot in reached and spot not in alive:
            todo = "Lead one of its exits to a queue, a voicemail or hang_up."
            what = f"From '{name}' neither a person, a message nor a goodbye can be reached."
            finding.report("E203", (), what, word=name, todo=todo)
            return


def _ends(graph: Graph, spot: Spot) -> bool:
    return graph.nodes[spot].waits in _ENDS


def _loops(graph: Graph, findings: dict[str, Finding], reached: set[Spot]) -> None:
    quiet = {spot for spot in reached if _is_quiet(graph, graph.nodes[spot], set())}
    loops = graph.loops(quiet)
    told: set[Spot] = set()
    for name, finding in findings.items():
        spot = (finding.flow.name, name)
        for loop in loops:
            if spot in loop and spot not in told:
                told |= loop
                todo = "Ask the caller something in it, wait, or lead it out."
                what = f"The loop through '{name}' hears nobody and waits for nothing."
                finding.report("E204", (), what, word=name, todo=todo)


def _is_quiet(graph: Graph, node: Node, inside: set[str]) -> bool:
    if isinstance(node, ConsentNode):
        return node.opt_out is None
    if not isinstance(node, FlowNode):
        return node.waits in _QUIET
    flow = str(node.flow)
    if flow in inside or flow not in graph.starts:
        return True
    pending, seen = [graph.starts[flow]], set[Spot]()
    while pending:
        spot = pending.pop()
        inner = graph.nodes.get(spot)
        if inner is None or spot in seen:
            continue
        seen.add(spot)
        if isinstance(inner, ReturnNode):
            return True
        if _is_quiet(graph, inner, inside | {flow}):
            pending += graph.within(spot)
    return False
