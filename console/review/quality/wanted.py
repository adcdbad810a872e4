"""The place where the filter form of reviews is read."""

from werkzeug.datastructures import MultiDict

from console.review.quality.shown import Wanted
from console.review.wanted import read_filter


def read_wanted(query: MultiDict[str, str]) -> Wanted:
    """What is wanted; days are the reader's own, and whatever is not understood is as if it were not asked for."""
    days = read_filter(query)
    return Wanted(
        agent_id=query.get("agent", "").strip(),
        scorecard=query.get("scorecard", "").strip(),
        since=days.since,
        before=days.before,
    )
