"""The place where calls are read from SQL: the list with its filters, and who may see which."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from console.looking import looking
from console.review.words import Snippets, find_places
from console.services import Services
from console.shown import CallFilter
from console.views import CallPage, CallRow
from foundation.calls import Call, CallStatus
from routing.agents import Agent
from routing.entries import QueueEntry
from routing.reservations import Reservation
from transcription.search import SearchFilters, found_where
from transcription.understanding.kept import topics_known


def read_page(here: Services, wanted: CallFilter, *, offset: int, limit: int, for_agent: str | None) -> CallPage:
    """One page of the list, newest first; a search for words shows where they were said."""
    with looking(here.db) as session:
        which = which_calls(session, wanted, for_agent)
        total = session.scalar(select(func.count()).select_from(Call).where(which)) or 0
        rows = session.execute(rows_of(which).limit(limit).offset(offset)).all()
        said = find_places(session, wanted.words, search_filters(wanted), [call.id for call, _, _ in rows])
        shown = tuple(row_of(call, agent, disposition, said.get(call.id, ())) for call, agent, disposition in rows)
    return CallPage(shown, total, offset, limit)


def search_filters(wanted: CallFilter) -> SearchFilters:
    """What of the filter the search understands; whose calls they are is decided here."""
    return SearchFilters(
        speaker=wanted.speaker or None,
        queue=wanted.queue or None,
        since=wanted.since,
        until=wanted.before,
        longer=wanted.longer,
        shorter=wanted.shorter,
        topic=wanted.topic or None,
        mood_from=wanted.mood_from,
        mood_to=wanted.mood_to,
        silence=wanted.silence,
    )


def rows_of(which: ColumnElement[bool]) -> Select[Call, str | None, str | None]:
    """The calls with their agents' names and dispositions, the newest first."""
    return (
        select(Call, Agent.name, _disposition())
        .outerjoin(Agent, Agent.id == Call.agent_id)
        .where(which)
        .order_by(Call.started_at.desc(), Call.id)
    )


def _disposition() -> ColumnElement[str | None]:
    """The last disposition an agent gave this call."""
    return (
        select(Reservation.disposition)
        .join(QueueEntry, QueueEntry.id == Reservation.entry_id)
        .where(QueueEntry.call_id == Call.id, Reservation.disposition != "")
        .order_by(Reservation.ended_at.desc())
        .limit(1)
        .scalar_subquery()
    )


def which_calls(session: Session, wanted: CallFilter, for_agent: str | None) -> ColumnElement[bool]:
    """The condition on a call that it is wanted, and that the reader may see it: one query, however many there are."""
    digits = "".join(c for c in wanted.number if c.isdigit())
    rules = [
        was_on(for_agent) if for_agent else None,
        was_on(wanted.agent_id) if wanted.agent_id else None,
        found_where(session, wanted.words, search_filters(wanted)),
        Call.caller.contains(digits) if digits else None,
        or_(Call.outcome == wanted.outcome, and_(Call.outcome == "", Call.status == wanted.outcome))
        if wanted.outcome
        else None,
    ]
    return and_(Call.id.is_not(None), *(rule for rule in rules if rule is not None))


def was_on(agent_id: str) -> ColumnElement[bool]:
    """The calls an agent has talked on, or is held for."""
    held = (
        select(Reservation.id)
        .join(QueueEntry, QueueEntry.id == Reservation.entry_id)
        .where(QueueEntry.call_id == Call.id, Reservation.agent_id == agent_id, Reservation.accepted_at.is_not(None))
    )
    return or_(Call.agent_id == agent_id, exists(held))


def row_of(call: Call, agent: str | None, disposition: str | None, snippets: Snippets = ()) -> CallRow:
    """One call as the list shows it."""
    is_over = CallStatus(call.status).is_over
    end = call.ended_at or call.started_at
    return CallRow(
        id=call.id,
        started_at=call.started_at,
        seconds=(end - call.started_at).total_seconds() if is_over else None,
        direction=call.direction,
        number=call.caller,
        name=call.caller_name,
        queue=call.queue,
        agent=agent or "",
        outcome=call.outcome or call.status,
        disposition=disposition or call.disposition,
        snippets=snippets,
    )


def read_row(session: Session, call_id: str, *, for_agent: str | None) -> tuple[Call, CallRow] | None:
    """One call, if there is such a call and this reader may see it."""
    which = and_(Call.id == call_id, was_on(for_agent)) if for_agent else Call.id == call_id
    found = session.execute(rows_of(which)).first()
    if found is None:
        return None
    call, agent, disposition = found
    return call, row_of(call, agent, disposition)


def may_see(here: Services, call_id: str, *, for_agent: str | None) -> bool:
    """Whether there is such a call, and this reader may see it."""
    with looking(here.db) as session:
        return read_row(session, call_id, for_agent=for_agent) is not None


def read_choices(here: Services) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """What the filters offer: `queues`, `agents`, `outcomes` and `topics`, each as (value, name)."""
    with looking(here.db) as session:
        agents = session.execute(select(Agent.id, Agent.name).order_by(Agent.name)).all()
        known = select(Call.outcome).where(Call.outcome != "").distinct()
        outcomes = session.scalars(known.order_by(Call.outcome)).all()
        topics = topics_known(session)
    queues = [queue.name for queue in here.routing.queues.all()]
    return {
        "queues": tuple((name, name) for name in queues),
        "agents": tuple((agent_id, name) for agent_id, name in agents),
        "topics": tuple((name, name) for name in topics),
        "outcomes": tuple((name, name) for name in [*outcomes, "completed", "in-progress", "no-answer", "failed"]),
    }
