"""The place where the filter form of the calls list is read: days are the reader's own."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from werkzeug.datastructures import MultiDict

from console.shown import CallFilter

WORDS_LONGEST = 200
NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,3})?")
SPEAKERS = frozenset({"caller", "agent"})
MOODS: Mapping[str, tuple[float | None, float | None]] = {"low": (None, -0.2), "high": (0.2, None)}
"""What the form calls a low and a high mood of the caller, as the word lists have it."""
FIELDS = (
    *("q", "from", "to", "queue", "agent", "number", "outcome"),
    *("speaker", "topic", "mood", "longer", "shorter", "silence"),
)
"""What of an address is the search itself, and not the page or the reader's clock."""


def read_filter(query: MultiDict[str, str]) -> CallFilter:
    """What is wanted; whatever is not understood is as if it were not asked for."""
    zone = _zone(query.get("zone", ""))
    lowest, highest = MOODS.get(query.get("mood", ""), (None, None))
    first, last = _day(query.get("from", ""), zone), _day(query.get("to", ""), zone)
    return CallFilter(
        since=first,
        before=_next_day(last) if last else None,
        queue=query.get("queue", "").strip(),
        agent_id=query.get("agent", "").strip(),
        number="".join(c for c in query.get("number", "") if c.isdigit() or c == "+"),
        outcome=query.get("outcome", "").strip(),
        words=query.get("q", "").strip()[:WORDS_LONGEST],
        speaker=query.get("speaker", "").strip() if query.get("speaker", "").strip() in SPEAKERS else "",
        topic=query.get("topic", "").strip(),
        longer=_number(query.get("longer", ""), 60),
        shorter=_number(query.get("shorter", ""), 60),
        silence=_number(query.get("silence", ""), 1),
        mood_from=lowest,
        mood_to=highest,
    )


def read_offset(query: MultiDict[str, str]) -> int:
    """How many calls come before this page."""
    written = query.get("offset", "0")
    return min(int(written), 10**6) if written.isdecimal() else 0


def search_part(query: MultiDict[str, str]) -> str:
    """The part of an address that says what is looked for, in one order, without what is empty."""
    return urlencode([(name, query[name].strip()) for name in FIELDS if query.get(name, "").strip()])


def _number(written: str, unit: float) -> float | None:
    """Seconds, where the form says minutes (`unit` 60) or seconds (1)."""
    written = written.strip()
    return float(written) * unit if NUMBER.fullmatch(written) else None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _day(written: str, zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.strptime(written, "%Y-%m-%d").replace(tzinfo=zone)
    except ValueError:
        return None


def _next_day(day: datetime) -> datetime:
    """The next midnight on the wall's clock: a day may have 23 or 25 hours."""
    following = day.replace(tzinfo=None) + timedelta(days=1)
    return following.replace(tzinfo=day.tzinfo)
