"""What narrows a search besides words: who, where, when, how long, about what, in what mood, how silent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Float, exists, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from foundation.calls import Call
from transcription.understanding.kept import CallFinding, CallInsight
from transcription.understanding.rules import Kind


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """Where to look; what is None does not matter. `speaker` says whose words count; `since` ≤ start < `until`.

    `longer` and `shorter` are seconds from a call's beginning to its end. `topic` is the name of a rule. Moods are the
    caller's, -1 to 1: `mood_from` ≤ mood ≤ `mood_to`. `silence` is the longest silence in seconds, at least.
    """

    speaker: str | None = None
    queue: str | None = None
    agent_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    longer: float | None = None
    shorter: float | None = None
    topic: str | None = None
    mood_from: float | None = None
    mood_to: float | None = None
    silence: float | None = None


ANYWHERE = SearchFilters()


def calls_within(filters: SearchFilters) -> list[ColumnElement[bool]]:
    """The conditions on a call, all of which must hold; `speaker` is none of them."""
    rules: list[ColumnElement[bool]] = []
    if filters.queue is not None:
        rules.append(Call.queue == filters.queue)
    if filters.agent_id is not None:
        rules.append(Call.agent_id == filters.agent_id)
    if filters.since is not None:
        rules.append(Call.started_at >= filters.since)
    if filters.until is not None:
        rules.append(Call.started_at < filters.until)
    if filters.topic is not None:
        rules.append(_has_topic(filters.topic))
    return rules + _long(filters) + _understood(filters)


def _long(filters: SearchFilters) -> list[ColumnElement[bool]]:
    length = _SecondsBetween(Call.started_at, Call.ended_at)
    rules: list[ColumnElement[bool]] = []
    if filters.longer is not None:
        rules.append(length >= filters.longer)
    if filters.shorter is not None:
        rules.append(length <= filters.shorter)
    return rules


def _has_topic(name: str) -> ColumnElement[bool]:
    own = (CallFinding.call_id == Call.id, CallFinding.kind == Kind.TOPIC.value, CallFinding.name == name)
    return exists(select(CallFinding.id).where(*own))


def _understood(filters: SearchFilters) -> list[ColumnElement[bool]]:
    """What is asked of the call's insight, in one look."""
    rules: list[ColumnElement[bool]] = []
    if filters.mood_from is not None:
        rules.append(CallInsight.caller_mood >= filters.mood_from)
    if filters.mood_to is not None:
        rules.append(CallInsight.caller_mood <= filters.mood_to)
    if filters.silence is not None:
        rules.append(CallInsight.longest_silence_ms >= round(filters.silence * 1000))
    return [Call.id.in_(select(CallInsight.call_id).where(*rules))] if rules else []


class _SecondsBetween(FunctionElement[float]):
    """Seconds from one moment to a later one; each database has its own way to say so."""

    type = Float()
    inherit_cache = True
    name = "seconds_between"


@compiles(_SecondsBetween)
def _on_postgresql(element: _SecondsBetween, compiler: SQLCompiler, **options: Any) -> str:
    first, second = (compiler.process(one, **options) for one in element.clauses)
    return f"EXTRACT(EPOCH FROM ({second} - {first}))"


@compiles(_SecondsBetween, "sqlite")
def _on_sqlite(element: _SecondsBetween, compiler: SQLCompiler, **options: Any) -> str:
    first, second = (compiler.process(one, **options) for one in element.clauses)
    return f"ROUND((julianday({second}) - julianday({first})) * 86400.0, 3)"
