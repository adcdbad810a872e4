"""Finding calls by what was said in them: every wanted term somewhere in the call, no unwanted one anywhere.

Terms may be said by different people at different moments; a phrase is within one segment. Newest calls come first.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from foundation.calls import Call
from transcription.index import SearchIndex, index_for
from transcription.query import Query, Term, parse
from transcription.snippets import Snippet, snippet
from transcription.store import Segment

MOST_SNIPPETS = 3
MOST_SEGMENTS = 5000


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """Where to look; what is None does not matter. `speaker` says whose words count; `since` ≤ start < `until`."""

    speaker: str | None = None
    queue: str | None = None
    agent_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


ANYWHERE = SearchFilters()


@dataclass(frozen=True, slots=True)
class Found:
    """One place in a call: who said it, when (milliseconds), the words around it, and which model wrote them."""

    segment_id: int
    speaker: str
    start_ms: int
    end_ms: int
    model: str
    snippet: Snippet


@dataclass(frozen=True, slots=True)
class Hit:
    """One call that was found, its first places, and how many segments there are in all."""

    call: Call
    places: tuple[Found, ...]
    segments: int


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Some of the calls found, and how many there are in all."""

    hits: tuple[Hit, ...]
    total: int


def search(
    session: Session, text: str, filters: SearchFilters = ANYWHERE, *, limit: int = 20, offset: int = 0
) -> SearchPage:
    """Calls in which it was said. Any text is a query; one without a single word finds nothing."""
    query = parse(text)
    if not query.terms:
        return SearchPage((), 0)
    index = index_for(session.get_bind().dialect.name)
    found = and_(*_said(index, query, filters), *_where(filters))
    total = session.scalar(select(func.count()).select_from(Call).where(found)) or 0
    page = select(Call).where(found).order_by(Call.started_at.desc(), Call.id).limit(limit).offset(offset)
    calls = list(session.scalars(page))
    segments = _segments(session, index, query, filters, [call.id for call in calls])
    hits = (Hit(call, _places(segments[call.id], query.wanted), len(segments[call.id])) for call in calls)
    return SearchPage(tuple(hits), total)


def _said(index: SearchIndex, query: Query, filters: SearchFilters) -> list[ColumnElement[bool]]:
    conditions = [_in_call(index, term, filters) for term in query.wanted]
    conditions += [~_in_call(index, term, filters) for term in query.unwanted]
    if not query.wanted:  # only "-word": calls that have a transcript without it
        conditions.append(Call.id.in_(select(Segment.call_id).where(*_by(filters))))
    return conditions


def _in_call(index: SearchIndex, term: Term, filters: SearchFilters) -> ColumnElement[bool]:
    return Call.id.in_(select(Segment.call_id).where(index.holds(term), *_by(filters)))


def _by(filters: SearchFilters) -> list[ColumnElement[bool]]:
    return [] if filters.speaker is None else [Segment.speaker == filters.speaker]


def _where(filters: SearchFilters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.queue is not None:
        conditions.append(Call.queue == filters.queue)
    if filters.agent_id is not None:
        conditions.append(Call.agent_id == filters.agent_id)
    if filters.since is not None:
        conditions.append(Call.started_at >= filters.since)
    if filters.until is not None:
        conditions.append(Call.started_at < filters.until)
    return conditions


def _segments(
    session: Session, index: SearchIndex, query: Query, filters: SearchFilters, call_ids: list[str]
) -> dict[str, list[Segment]]:
    """The segments of these calls that hold a wanted term, by call."""
    by_call: dict[str, list[Segment]] = defaultdict(list)
    if not call_ids or not query.wanted:
        return by_call
    held = or_(*(index.holds(term) for term in query.wanted))
    rows = select(Segment).where(Segment.call_id.in_(call_ids), held, *_by(filters))
    for segment in session.scalars(rows.order_by(Segment.call_id, Segment.start_ms).limit(MOST_SEGMENTS)):
        by_call[segment.call_id].append(segment)
    return by_call


def _places(segments: list[Segment], terms: tuple[Term, ...]) -> tuple[Found, ...]:
    return tuple(
        Found(
            segment_id=segment.id,
            speaker=segment.speaker,
            start_ms=segment.start_ms,
            end_ms=segment.end_ms,
            model=segment.model,
            snippet=snippet(segment.text, terms),
        )
        for segment in segments[:MOST_SNIPPETS]
    )
