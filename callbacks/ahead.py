"""Dialling the customer first: only when an agent is as good as free, and never for longer than the site says."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from callbacks import recording
from callbacks.chance import ENOUGH, chance_of_agent
from callbacks.line import enter
from callbacks.parts import Parts
from callbacks.promises import DialAttempt, DialResult, Promise, PromiseEvent, PromiseState
from callbacks.urgency import in_front
from routing.agents import Agent, AgentState
from routing.entries import EntryState
from routing.match import innermost
from routing.reservations import Reservation

BUSY = (AgentState.ON_CALL, AgentState.WRAPPING_UP)
LATELY = timedelta(hours=4)
SAMPLES = 50
LOOK_AGAIN = timedelta(seconds=10)


def dial_ahead(parts: Parts, session: Session, promise: Promise) -> bool:
    """Record a dial of the customer before an agent is held; False when it must go the other way round."""
    now = parts.clock.now()
    if not recording.carrier_is_free(parts, session, now) or recording.refusal(parts, session, promise, now):
        return False
    if chance(parts, session, promise.queue) < ENOUGH:
        return False
    attempt = recording.record(parts, session, promise, reservation_id="")
    parts.move(session, promise, PromiseEvent.DIAL_AHEAD)
    promise.lease_until = attempt.dial_at
    return True


def chance(parts: Parts, session: Session, queue: str) -> float:
    """The probability that an agent is free when a customer of that queue, dialled now, answers."""
    facts = parts.routing.board.queue_facts(queue, session=session)
    under_way = select(func.count()).where(
        Promise.queue == queue,
        Promise.state.in_((PromiseState.DIALLING, PromiseState.HOLDING)),
        Promise.entry_id.is_(None),
    )
    return chance_of_agent(
        idle=facts.available,
        claims=facts.waiting + (session.scalar(under_way) or 0),
        busy=_busy(parts, session, queue),
        handling=_handling(session, queue, parts.clock.now()),
    )


def confirm(parts: Parts, session: Session, key: str) -> bool:
    """The customer who was dialled ahead wants to be connected: in line, before everybody. False when it is no news."""
    attempt = session.get(DialAttempt, key)
    promise = parts.promise(session, attempt.promise_id) if attempt is not None else None
    if promise is None or attempt is None or attempt.result or attempt.reservation_id:
        return False
    if promise.state != PromiseState.DIALLING or promise.attempts != attempt.attempt:
        return False
    now = parts.clock.now()
    attempt.answered_at = attempt.answered_at or now
    parts.move(session, promise, PromiseEvent.CONFIRM)
    promise.lease_until = now + timedelta(seconds=parts.policy.plan(promise.queue).hold)
    enter(parts, session, promise, in_front(promise.place), now)
    return True


def nobody_came(parts: Parts, session: Session, key: str) -> bool:
    """The customer has held the line long enough: he keeps the front place, and the agent is dialled first.

    False when an agent is on the way, or it is no news.
    """
    attempt = session.get(DialAttempt, key)
    promise = parts.promise(session, attempt.promise_id) if attempt is not None else None
    if promise is None or attempt is None or promise.state != PromiseState.HOLDING:
        return False
    if promise.attempts != attempt.attempt:
        return False
    now = parts.clock.now()
    entry = parts.routing.board.entry(promise.entry_id, session=session) if promise.entry_id is not None else None
    if entry is not None and entry.state == EntryState.RESERVED:
        promise.lease_until = now + LOOK_AGAIN
        return False
    attempt.result, attempt.ended_at = DialResult.NOBODY, now
    promise.last_result, promise.advanced_at = DialResult.NOBODY, now
    if entry is not None and entry.is_in_line:
        parts.move(session, promise, PromiseEvent.NOBODY_CAME)
        return True
    promise.entry_id, promise.due_at = None, now + LOOK_AGAIN
    parts.move(session, promise, PromiseEvent.RETRY)
    return True


def _busy(parts: Parts, session: Session, queue: str) -> int:
    rings = parts.routing.queues.get(queue).rings
    agents: Iterable[Agent] = session.scalars(select(Agent).where(Agent.state.in_(BUSY)))
    return sum(innermost(rings, agent.skills) is not None for agent in agents)


def _handling(session: Session, queue: str, now: datetime) -> float | None:
    rows = select(Reservation.connected_at, Reservation.ended_at).where(
        Reservation.queue == queue, Reservation.connected_at.is_not(None), Reservation.ended_at >= now - LATELY
    )
    found = session.execute(rows.order_by(Reservation.ended_at.desc()).limit(SAMPLES)).all()
    lengths = [(ended - began).total_seconds() for began, ended in found if began and ended]
    return sum(lengths) / len(lengths) if lengths else None
