"""Finding calls by what was said in them: every wanted term somewhere in the call, no unwanted one anywhere.

Terms may be said by different people at different moments; a phrase is within one segment. Newest calls come first.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from foundation.calls import Call
from transcription.filters import ANYWHERE, SearchFilters, calls_within
from transcription.index import SearchIndex, index_for
from transcription.query import Query, Term, parse
from transcription.snippets import Snippet, snippet
from transcription.store import Segment

__all__ = ["ANYWHERE", "SearchFilters", "found_where", "places_in", "search"]

MOST_SNIPPETS = 3
MOST_SEGMENTS = 5000


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
    found = found_where(session, text, filters)
    total = session.scalar(select(func.count()).select_from(Call).where(found)) or 0
    page = select(Call).where(found).order_by(Call.started_at.desc(), Call.id).limit(limit).offset(offset)
    calls = list(session.scalars(page))
    segments = _segments(session, query, filters, [call.id for call in calls])
    hits = (Hit(call, _places(segments[call.id], query.wanted), len(segments[call.id])) for call in calls)
    return SearchPage(tuple(hits), total)


def found_where(session: Session, text: str, filters: SearchFilters = ANYWHERE) -> ColumnElement[bool]:
    """The condition on a row of `calls` that it is found, for lists that have conditions of their own.

    Without a text the filters alone decide; a text without a single word finds nothing.
    """
    query = parse(text)
    index = index_for(session.get_bind().dialect.name)
    said = _said(index, query, filters) if query.terms else [false() if text.strip() else true()]
    return and_(*said, *calls_within(filters))


def places_in(
    session: Session, text: str, filters: SearchFilters, call_ids: Sequence[str]
) -> Mapping[str, tuple[Found, ...]]:
    """The first places in each of these calls where it was said."""
    query = parse(text)
    segments = _segments(session, query, filters, call_ids)
    return {call_id: _places(segments[call_id], query.wanted) for call_id in call_ids}


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


def _segments(
    session: Session, query: Query, filters: SearchFilters, call_ids: Sequence[str]
) -> dict[str, list[Segment]]:
    """The segments of these calls that hold a wanted term, by call."""
    by_call: dict[str, list[Segment]] = defaultdict(list)
    if not call_ids or not query.wanted:
        return by_call
    index = index_for(session.get_bind().dialect.name)
    held = or_(*(index.holds(term) for term in query.wanted))
    rows = select(Segment).where(Segment.call_id.in_(list(call_ids)), held, *_by(filters))
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
