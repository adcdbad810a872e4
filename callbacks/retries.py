"""What follows a dial that came to nothing: another one after a while, or none. Pure."""

from collections.abc import Sequence

from callbacks.promises import DialResult

UNCOUNTED = frozenset({DialResult.AGENT_LOST, DialResult.NOBODY, DialResult.NOT_MADE})
"""What is our fault, not the customer's absence: it does not count as an attempt."""
FINAL = frozenset({DialResult.FAILED, DialResult.INVALID, DialResult.STOPPED})
"""Dialling again would not help."""
MACHINES = 2
"""After an answering machine there is one more attempt; a second machine is the end."""


def counted(results: Sequence[str]) -> int:
    """How many of the dials count as attempts."""
    return sum(bool(result) and result not in UNCOUNTED for result in results)


def wait_after(results: Sequence[str], *, attempts: int, retry_after: Sequence[float]) -> float | None:
    """Seconds until the next attempt, after dials that ended so (the last one last); None when there is none.

    The last of `retry_after` holds for all further attempts.
    """
    made = counted(results)
    if not results or results[-1] in FINAL or made >= attempts or not retry_after:
        return None
    if results[-1] in UNCOUNTED:
        return 0.0
    if sum(result == DialResult.MACHINE for result in results) >= MACHINES:
        return None
    return retry_after[min(made, len(retry_after)) - 1]
