"""`callwright check`: what is wrong with a site beyond its single values, one family of checks a file."""

from collections.abc import Mapping

from call_flows.draft import Draft
from call_flows.problems import Problem


def check_draft(draft: Draft, prompts: Mapping[str, frozenset[str]] | None = None) -> list[Problem]:
    """Every problem of meaning. `prompts` None means that recordings are not known, and are not checked."""
    return []
