"""The place where the facts of an agent's part of a call are read: the words, the hold, the disposition."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.review.quality.automatic import CallFacts
from foundation.calls import Call
from ivr.holds import holds_of
from routing.agents import Agent
from routing.entries import QueueEntry
from routing.reservations import Reservation
from transcription.store import transcript
from transcription.understanding.turns import AGENT, Conversation, Span, Turn, turns_of

SLACK_MS = 2000
"""How far the clock of the words may be from the clock of the call."""


def agents_of(session: Session, call: Call) -> list[tuple[str, str]]:
    """Who talked on the call, as (agent id, name), the last first."""
    talked = [part.agent_id for part in _parts(session, call.id)]
    ids = dict.fromkeys([*([call.agent_id] if call.agent_id else []), *talked])
    names = dict(session.execute(select(Agent.id, Agent.name).where(Agent.id.in_(ids))).all())
    return [(agent_id, names.get(agent_id, agent_id)) for agent_id in ids]


def facts_of(session: Session, call: Call, agent_id: str) -> CallFacts:
    """What is known of this agent's part of the call."""
    parts = _parts(session, call.id)
    own = [part for part in parts if part.agent_id == agent_id]
    zero = call.answered_at or call.started_at
    turns = turns_of(transcript(session, call.id))
    if len({part.agent_id for part in parts}) > 1:
        spans = [_span(part, call, zero) for part in own]
        turns = tuple(turn for turn in turns if any(_is_in(turn, span) for span in spans))
    first = next((turn.start_ms for turn in turns if turn.speaker == AGENT), None)
    heard = tuple(turn for turn in turns if first is not None and turn.start_ms >= first)
    holds = [
        Span(_ms(hold.began_at, zero), _ms(_end(hold.ended_at, call), zero)) for hold in holds_of(session, call.id)
    ]
    within = [hold for hold in holds if not own or any(_touch(hold, _span(part, call, zero)) for part in own)]
    return CallFacts(
        conversation=Conversation(heard, holds=tuple(within)),
        hold_seconds=sum(hold.length_ms for hold in within) / 1000,
        disposition=next((part.disposition for part in own if part.disposition), ""),
    )


def _parts(session: Session, call_id: str) -> list[Reservation]:
    """Every reservation with which an agent talked on the call, the last first."""
    rows = (
        select(Reservation)
        .join(QueueEntry, QueueEntry.id == Reservation.entry_id)
        .where(QueueEntry.call_id == call_id, Reservation.accepted_at.is_not(None))
        .order_by(Reservation.created_at.desc())
    )
    return list(session.scalars(rows))


def _span(part: Reservation, call: Call, zero: datetime) -> Span:
    began = part.connected_at or part.accepted_at or part.created_at
    return Span(_ms(began, zero) - SLACK_MS, _ms(_end(part.hung_up_at or part.ended_at, call), zero) + SLACK_MS)


def _end(moment: datetime | None, call: Call) -> datetime:
    """A hold or a talk that nobody ended, ended with the call."""
    return moment or call.ended_at or call.started_at


def _ms(moment: datetime, zero: datetime) -> int:
    return round((moment - zero).total_seconds() * 1000)


def _is_in(turn: Turn, span: Span) -> bool:
    return span.start_ms <= turn.start_ms <= span.end_ms


def _touch(one: Span, other: Span) -> bool:
    return one.start_ms < other.end_ms and other.start_ms < one.end_ms
