"""What is left to be done: nodes that carry a `todo`, as the importers leave them."""

from call_flows.check.finding import Review


def check(review: Review) -> None:
    """Remind of every `todo`."""
    for finding in review.findings():
        if finding.node.todo:
            finding.report("W690", ("todo",), f"Still to be done here: {finding.node.todo}", word=finding.name)
