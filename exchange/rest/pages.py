"""Lists: filtered by date, newest first, cut into pages as the 2010 API does it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final, TypeVar
from urllib.parse import urlencode

from exchange.rest.errors import invalid
from exchange.rest.request import Reply, RestRequest, ok

DEFAULT_SIZE: Final = 50
LARGEST: Final = 1000

T = TypeVar("T")


def page(
    request: RestRequest, name: str, items: Sequence[T], represent: Callable[[RestRequest, T], Mapping[str, object]]
) -> Reply:
    """One page of a list; `name` is the key under which it stands."""
    size = min(_number(request, "PageSize", DEFAULT_SIZE) or DEFAULT_SIZE, LARGEST)
    number = _number(request, "Page", 0)
    start = number * size
    shown = items[start : start + size]

    def uri(wanted: int) -> str:
        kept = [(key, value) for key, value in request.query.items() if key not in {"Page", "PageSize", "PageToken"}]
        return f"{request.path}?{urlencode([*kept, ('PageSize', size), ('Page', wanted)])}"

    return ok(
        {
            name: [represent(request, item) for item in shown],
            "first_page_uri": uri(0),
            "next_page_uri": uri(number + 1) if start + size < len(items) else None,
            "previous_page_uri": uri(number - 1) if number else None,
            "uri": uri(number),
            "page": number,
            "page_size": size,
            "start": start,
            "end": max(start, start + len(shown) - 1),
        }
    )


def matching(request: RestRequest, items: Iterable[T], **fields: Callable[[T], str]) -> list[T]:
    """The items whose fields equal the filters given in the query (To, From, Status, …); `From_` stands for From."""
    wanted = {name: request.query.get(name.rstrip("_"), "") for name in fields}
    return [item for item in items if all(not wanted[name] or of(item) == wanted[name] for name, of in fields.items())]


def dated(request: RestRequest, items: Iterable[T], name: str, of: Callable[[T], datetime | None]) -> list[T]:
    """The items within StartTime=, StartTime<= and StartTime>= (or whatever the name of the date is)."""
    limits = [(sign, _span(raw, name)) for sign in ("", "<", ">") if (raw := request.query.get(name + sign, ""))]
    return [item for item in items if all(_within(of(item), sign, *span) for sign, span in limits)]


def _within(moment: datetime | None, sign: str, begin: datetime, end: datetime) -> bool:
    if moment is None:
        return False
    if sign == "<":
        return moment <= end
    return moment >= begin if sign == ">" else moment.date() == begin.date()  # without a sign: on that day


def _span(raw: str, name: str) -> tuple[datetime, datetime]:
    """A day is all of the day, a moment is that second."""
    try:
        if len(raw) == len("2026-03-02"):
            day = datetime.combine(date.fromisoformat(raw), datetime.min.time(), UTC)
            return day, day + timedelta(days=1) - timedelta(microseconds=1)
        moment = datetime.fromisoformat(raw)
    except ValueError:
        raise invalid(name, raw) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment, moment + timedelta(microseconds=999_999)


def _number(request: RestRequest, name: str, default: int) -> int:
    raw = request.query.get(name, "")
    if raw and not raw.isdecimal():
        raise invalid(name, raw)
    return int(raw) if raw else default
