"""The place where the filter form of the calls list is read: days are the reader's own."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from werkzeug.datastructures import MultiDict

from console.views import CallFilter

WORDS_LONGEST = 200


def read_filter(query: MultiDict[str, str]) -> CallFilter:
    """What is wanted; whatever is not understood is as if it were not asked for."""
    zone = _zone(query.get("zone", ""))
    first, last = _day(query.get("from", ""), zone), _day(query.get("to", ""), zone)
    return CallFilter(
        since=first,
        before=_next_day(last) if last else None,
        queue=query.get("queue", "").strip(),
        agent_id=query.get("agent", "").strip(),
        number="".join(c for c in query.get("number", "") if c.isdigit() or c == "+"),
        outcome=query.get("outcome", "").strip(),
        words=query.get("q", "").strip()[:WORDS_LONGEST],
    )


def read_offset(query: MultiDict[str, str]) -> int:
    """How many calls come before this page."""
    written = query.get("offset", "0")
    return min(int(written), 10**6) if written.isdecimal() else 0


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
