"""`callwright check`: what is wrong with a site beyond its single values, one family of checks a file."""

from collections.abc import Mapping

from call_flows.check import (
    bearing,
    branches,
    callbacks,
    helping,
    ignores,
    languages,
    left_open,
    lines,
    numbers,
    options,
    order,
    privacy,
    references,
    scorecards,
    shape,
    staffing,
    talk,
)
from call_flows.check.finding import Review
from call_flows.check.graph import build
from call_flows.draft import Draft
from call_flows.problems import Problem


def check_draft(draft: Draft, prompts: Mapping[str, frozenset[str]] | None = None) -> list[Problem]:
    """Every problem of meaning. `prompts` None means that recordings are not known, and are not checked."""
    review = Review(draft, prompts)
    references.check(review)
    graph = build(review)
    for finding in review.findings():
        finding.node.check(finding)
    shape.check(review, graph)
    order.check(review, graph)
    options.check(review)
    privacy.check(review)
    staffing.check(review)
    bearing.check(review, graph)
    languages.check(review, graph)
    talk.check(review)
    lines.check(review)
    callbacks.check(review)
    helping.check(review)
    branches.check(review)
    numbers.check(review)
    left_open.check(review)
    scorecards.check(review)
    whole = draft.site is not None and not draft.broken and not review.confused
    return ignores.settle(review.problems, draft.texts, whole=whole)
