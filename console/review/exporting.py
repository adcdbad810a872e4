"""The place where found calls leave as a file: CSV that no spreadsheet can compute, or one JSON object a line.

Moments are in UTC and say so; the mood is that of the word lists, the silence the longest one in seconds.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.review.reading import row_of, rows_of, search_filters, which_calls
from console.review.words import find_places
from console.shown import CallFilter
from console.views import CallRow
from foundation.spreadsheet import csv_text
from transcription.understanding.kept import CallInsight, findings_of
from transcription.understanding.rules import Kind

MOST: Final = 10_000
_AT_ONCE: Final = 500
_WHOSE: Final = ("id", "began_utc", "seconds", "direction", "number", "name")
_TAKEN: Final = (*_WHOSE, "queue", "agent", "outcome", "disposition")
_UNDERSTOOD: Final = ("topics", "alerts", "caller_mood", "agent_share", "silence_seconds")
HEAD: Final = (*_TAKEN, *_UNDERSTOOD, "said")


def exported(session: Session, wanted: CallFilter, *, for_agent: str | None, most: int = MOST) -> list[dict[str, Any]]:
    """The calls that are wanted and that the reader may see, the newest first, at most so many."""
    which = which_calls(session, wanted, for_agent)
    found = session.execute(rows_of(which).limit(most)).all()
    rows: list[dict[str, Any]] = []
    for begin in range(0, len(found), _AT_ONCE):
        part = found[begin : begin + _AT_ONCE]
        ids = [call.id for call, _, _ in part]
        said = find_places(session, wanted.words, search_filters(wanted), ids)
        more = _understood(session, ids)
        for call, agent, disposition in part:
            row = row_of(call, agent, disposition, said.get(call.id, ()))
            rows.append(_values(row) | more[call.id] | {"said": _said(row)})
    return rows


def as_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """A table; several topics or places are joined within their cell."""
    return csv_text(HEAD, ([_cell(row.get(name)) for name in HEAD] for row in rows))


def as_jsonl(rows: Iterable[Mapping[str, Any]]) -> str:
    """One object a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _values(row: CallRow) -> dict[str, Any]:
    values = (row.id, row.started_at.isoformat(), row.seconds, row.direction, row.number, row.name)
    rest = (row.queue, row.agent, row.outcome, row.disposition)
    return dict(zip(_TAKEN, (*values, *rest), strict=True))


def _said(row: CallRow) -> list[dict[str, Any]]:
    return [
        {"second": place.second, "speaker": place.speaker, "text": "".join(text for text, _ in place.pieces)}
        for place in row.snippets
    ]


def _understood(session: Session, call_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What was understood of each of these calls; empty where nothing was."""
    found: dict[str, dict[str, Any]] = defaultdict(
        lambda: {"topics": [], "alerts": [], "caller_mood": None, "agent_share": None, "silence_seconds": None}
    )
    for one in findings_of(session, call_ids):
        found[one.call_id]["topics" if one.kind == Kind.TOPIC else "alerts"].append(one.name)
    for insight in session.scalars(select(CallInsight).where(CallInsight.call_id.in_(call_ids))):
        share = insight.agent_share
        found[insight.call_id] |= {
            "caller_mood": insight.caller_mood,
            "agent_share": None if share is None else round(share, 3),
            "silence_seconds": insight.longest_silence_ms / 1000,
        }
    return found


def _cell(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    texts = (f"{one['second']:.1f} {one['speaker']}: {one['text']}" if isinstance(one, dict) else one for one in value)
    return "; ".join(texts)
