"""What callers bear: few options, the thing before the key, short prompts, few menus, a way to a person."""

import re
from collections import deque
from typing import Final

from call_flows.check.finding import Finding, Review
from call_flows.check.graph import Graph, Spot
from call_flows.nodes.ask import AskNode
from call_flows.nodes.base import Waits
from call_flows.nodes.callback import CallbackNode
from call_flows.nodes.menu import MenuNode
from call_flows.prompt import Part, Prompt

MOST_OPTIONS: Final = 5
LONGEST: Final = 20.0
DEEPEST: Final = 2
_WORDS_A_SECOND: Final = 2.6
_VALUE_WORDS: Final = 4
_KEY_FIRST: Final = re.compile(
    r"\b(?:press|push|dial|oprima|pulse|marque|presione)\s+(?:\d|\*|#|star|pound|one|two|three|uno|dos|tres)"
    r"(?:\s+now)?\s+(?:for|to|if|para|si)\b",
    re.IGNORECASE,
)


def check(review: Review, graph: Graph) -> None:
    """Warn of what makes callers hang up."""
    for finding in review.findings():
        _prompts(finding)
        if isinstance(finding.node, MenuNode) and len(finding.node.options) > MOST_OPTIONS:
            count = len(finding.node.options)
            todo = "Callers remember three to five: put the rare ones into a second menu."
            finding.report("W601", ("options",), f"The menu has {count} options.", word=str(count), todo=todo)
    _depth(review, graph)
    _person(review, graph)


def seconds(parts: tuple[Part, ...]) -> float:
    """About how long a text takes to say."""
    words = 0
    for part in parts:
        words += sum(len(piece.split()) if isinstance(piece, str) else _VALUE_WORDS for piece in part.text.parts)
    return words / _WORDS_A_SECOND


def _prompts(finding: Finding) -> None:
    for path, value in finding.values:
        if not isinstance(value, Prompt):
            continue
        for parts in value.versions.values():
            length = seconds(parts)
            if length > LONGEST:
                todo = "Callers stop listening after eight: split it, or say less."
                finding.report(
                    "W603", (*path, *parts[0].path), f"This takes about {length:.0f} seconds to say.", todo=todo
                )
            for part in parts:
                match = _KEY_FIRST.search(part.text.source)
                if match is not None:
                    todo = "Write: For billing, press 2."
                    what = "The key is named before the thing."
                    finding.report("W602", (*path, *part.path), what, word=match.group(0), todo=todo)


def _depth(review: Review, graph: Graph) -> None:
    """The fewest menus on the way to each menu, from where calls begin."""
    if review.site is None:
        return
    depth: dict[Spot, int] = {}
    flows = [str(entry.flow) for entry in review.site.numbers.values()]
    pending = deque((graph.starts[name], 0) for name in flows if name in graph.starts)
    while pending:
        spot, menus = pending.popleft()  # fewest menus first: what costs a menu more goes to the end
        if spot not in graph.nodes or spot in depth:
            continue
        depth[spot] = menus + isinstance(graph.nodes[spot], MenuNode)
        for edge in graph.edges[spot]:
            if edge.kind not in {"exit", "call"}:
                continue
            (pending.appendleft if depth[spot] == menus else pending.append)((edge.target, depth[spot]))
    for finding in review.findings(whole=True):
        found = depth.get((finding.flow.name, finding.name), 0)
        if isinstance(finding.node, MenuNode) and found > DEEPEST:
            what = f"This is the caller's menu number {found}."
            finding.report("W604", (), what, word=finding.name, todo="Bring it nearer: each menu loses callers.")


def _person(review: Review, graph: Graph) -> None:
    if review.site is None:
        return
    for number, entry in review.site.numbers.items():
        start = graph.starts.get(str(entry.flow))
        if start is None:
            continue
        reached = [graph.nodes[spot] for spot in graph.reachable(start, everywhere=True)]
        if any(node.waits in {Waits.PERSON, Waits.MESSAGE} or isinstance(node, CallbackNode) for node in reached):
            _key_to_a_person(review, start[0])
        else:
            what = f"Who calls {number} finds no way to a person."
            review.in_site(
                "W605", ("numbers", number), what, word=number, todo="Lead the flow to a queue or a voicemail."
            )


def _key_to_a_person(review: Review, flow: str) -> None:
    """Key 0 is what callers try when nothing else fits."""
    found = review.draft.flows[flow]
    if any(option.press == "0" for option in found.header.always):
        return
    for name, node in found.nodes.items():
        own = node.options if isinstance(node, MenuNode) else []
        if isinstance(node, MenuNode | AskNode) and not any(option.press == "0" for option in own):
            what = f"At '{name}' and elsewhere the key 0 leads to nobody."
            todo = 'Write always: {"0": …} with the node of a person.'
            review.in_flow(found, "W622", ("flow",), what, word=name, todo=todo)
            return
