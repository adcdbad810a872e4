"""Branches that are never taken: a condition that stands before under the same name, or that is always the same."""

from call_flows.check.finding import Finding, Review
from call_flows.expressions import FAILURES
from call_flows.nodes.when import WhenNode


def check(review: Review) -> None:
    """Look at every `when`."""
    for finding in review.findings():
        if isinstance(finding.node, WhenNode):
            _cases(finding, finding.node)


def _cases(finding: Finding, node: WhenNode) -> None:
    seen: dict[str, int] = {}
    for place, case in enumerate(node.when):
        source = " ".join(case.condition.source.split())
        at = ("when", place, "if")
        if source in seen:
            what = f"Branch {seen[source] + 1} has the same condition and is taken first."
            finding.report("W624", at, what, word=source, todo="Take one of them away.")
        elif not case.condition.names:
            told = "always" if _constant(node, place) else "never"
            finding.report("W624", at, f"This condition {told} holds.", word=source, todo="Ask for a slot or a name.")
        seen.setdefault(source, place)


def _constant(node: WhenNode, place: int) -> bool:
    try:
        return bool(node.when[place].condition.value({}))
    except FAILURES:
        return False
