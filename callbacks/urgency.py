"""Where a callback stands in line, and when it goes before everybody. Pure; times in UTC, lengths in seconds.

Callbacks behind live calls are the last to be served while the line is long, and would wait all day: when one is about
to miss what was promised it is given credit and goes to the front (Armony and Maglaras, Operations Research 52:
live calls first, unless a callback risks its deadline).
"""

from datetime import datetime, timedelta

PUNCTUALITY = timedelta(minutes=10)
"""The least credit of a callback at a chosen time, so that it is made near that time."""
BEHIND = timedelta(days=1)
"""So far behind its arrival a callback stands that lets live calls go first."""
AHEAD = timedelta(days=2)
"""The credit of one that goes before everybody; more than `BEHIND`, so that those in front keep their order."""


def place_in_line(
    *, kept: datetime, now: datetime, chosen: datetime | None, behind: bool, given_back: bool, wait: float | None
) -> datetime:
    """The virtual arrival of a callback that comes in line.

    At a chosen time it is as if it had come `wait` before: who then waits longest has come at about that moment, so
    that its turn is now, and never before. `given_back` is the place kept, which a second retry has lost.
    """
    if chosen is not None and given_back:
        return chosen - max(PUNCTUALITY, timedelta(seconds=wait or 0.0))
    if behind:
        return now + BEHIND
    return kept if given_back else now


def in_front(kept: datetime) -> datetime:
    """The place before everybody else's; of two, who kept the earlier place comes first."""
    return kept - AHEAD


def is_at_risk(*, since: datetime, now: datetime, promise: float, lead: float | None) -> bool:
    """Whether a callback owed since then misses its promise unless it goes first.

    `lead` is how long even the first in line waits for the next free agent, and his phone rings.
    """
    return now + timedelta(seconds=lead or 0.0) >= since + timedelta(seconds=promise)
