"""How a promise is dialled: each dial recorded before it is made, each outcome noted once, the agent free at once."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from callbacks import do_not_call, recording
from callbacks.line import leave_line, results_of
from callbacks.parts import Parts
from callbacks.promises import DialAttempt, DialResult, Promise, PromiseEvent, PromiseState
from callbacks.promising import PromiseRefused
from callbacks.recording import DialOrder
from callbacks.refusals import SOON, note_refusal
from callbacks.retries import wait_after
from foundation.errors import CallwrightError, Problem
from routing.reservations import ReservationState

LEASE = timedelta(seconds=120)
"""For so long a dial the carrier has taken is believed to go on without a word; longer than ringing and confirming, and
shorter than routing lets an accepted reservation wait, so that the carrier is asked before the agent is taken away."""
LATER = timedelta(minutes=1)
SECONDS = timedelta(seconds=15)
AN_HOUR = timedelta(hours=1)
ON_THE_WAY = (PromiseState.DIALLING, PromiseState.HOLDING)

__all__ = ["DialOrder", "DialOutOfTurn"]


class DialOutOfTurn(CallwrightError):
    """The promise is not in line, or another reservation is dialling it: do not dial."""


def start_attempt(parts: Parts, session: Session, promise_id: str, reservation_id: str) -> DialOrder | PromiseRefused:
    """Record the dial that is about to be made. Raises DialOutOfTurn when it must not be made at all."""
    promise, now = parts.promise(session, promise_id), parts.clock.now()
    last = parts.last_attempt(session, promise)
    if promise.state == PromiseState.DIALLING and last is not None and last.reservation_id == reservation_id:
        return recording.order_of(session, promise, last, go=False, again=True)
    if promise.state != PromiseState.DUE:
        raise DialOutOfTurn(Problem("dial_out_of_turn", f"The promise is {promise.state}.", where=promise_id))
    refused = recording.refusal(parts, session, promise, now)
    if refused:
        note_refusal(session, queue=promise.queue, reason=refused, stage="dial", now=now)
        put_off(parts, session, promise, refused)
        return PromiseRefused(refused)
    attempt = recording.record(parts, session, promise, reservation_id=reservation_id)
    parts.move(session, promise, PromiseEvent.DIAL)
    at_once = attempt.dial_at is None or attempt.dial_at <= now
    if at_once:
        recording.set_out(promise, attempt, now)
    else:
        promise.lease_until = attempt.dial_at
    return recording.order_of(session, promise, attempt, go=at_once, again=False)


def fail_attempt(parts: Parts, session: Session, key: str, result: DialResult) -> bool:
    """The dial came to nothing: another one later, or given up; the agent is free. False when that is no news."""
    attempt = session.get(DialAttempt, key)
    if attempt is None or attempt.result:
        return False
    promise, now = parts.promise(session, attempt.promise_id), parts.clock.now()
    attempt = session.get_one(DialAttempt, key, populate_existing=True)
    if attempt.result:
        return False
    if promise.state == PromiseState.HOLDING and result is not DialResult.STOPPED:
        result = DialResult.HUNG_UP
    attempt.result, attempt.ended_at = result, now
    if promise.state not in ON_THE_WAY or promise.attempts != attempt.attempt:
        return False
    promise.last_result = result
    session.flush()
    _go_on(parts, session, promise)
    leave_line(parts, session, promise)
    return True


def never_call(parts: Parts, session: Session, key: str, asked_by: do_not_call.AskedBy) -> bool:
    """The customer who is dialled asks never to be called: on the list, and owed no longer. False for a repeat."""
    attempt = session.get(DialAttempt, key)
    if attempt is None:
        return False
    do_not_call.add(session, attempt.number, asked_by=asked_by, now=parts.clock.now())
    return fail_attempt(parts, session, key, DialResult.STOPPED)


def answer(parts: Parts, session: Session, promise_id: str, reservation_id: str = "") -> bool:
    """The called party wants to be connected. False when the agent is gone, or they already talk.

    `reservation_id` is that of the agent who takes a customer dialled ahead.
    """
    promise = parts.promise(session, promise_id)
    attempt = parts.last_attempt(session, promise)
    if promise.state not in ON_THE_WAY or attempt is None:
        return False
    if promise.state == PromiseState.HOLDING:
        attempt.reservation_id = reservation_id
    if not attempt.reservation_id:
        return False
    known = parts.routing.connected(attempt.reservation_id, session=session)
    if not (known or _together(parts, session, attempt)):
        return False
    attempt.result, promise.last_result = DialResult.ANSWERED, DialResult.ANSWERED
    attempt.answered_at = attempt.answered_at or parts.clock.now()
    parts.move(session, promise, PromiseEvent.ANSWER)
    return True


def keep(parts: Parts, session: Session, promise_id: str) -> bool:
    """They have talked: the promise is kept. False when that is no news."""
    promise = parts.promise(session, promise_id)
    if promise.state != PromiseState.TALKING:
        return False
    attempt = parts.last_attempt(session, promise)
    if attempt is not None:
        attempt.ended_at = parts.clock.now()
    parts.move(session, promise, PromiseEvent.KEEP)
    return True


def lose_agent(parts: Parts, session: Session, promise_id: str) -> bool:
    """The agent is gone before they met; the entry stands in line again. False when that is no news."""
    promise = parts.promise(session, promise_id)
    attempt = parts.last_attempt(session, promise)
    if promise.state != PromiseState.DIALLING or attempt is None or not attempt.reservation_id:
        return False
    attempt.result, attempt.ended_at = DialResult.AGENT_LOST, parts.clock.now()
    promise.last_result = DialResult.AGENT_LOST
    parts.move(session, promise, PromiseEvent.LOSE_AGENT)
    return True


def put_back(parts: Parts, session: Session, promise_id: str) -> bool:
    """The entry left the line without a dial: come in line again in a minute. False when that is no news."""
    promise = parts.promise(session, promise_id)
    if promise.state != PromiseState.DUE:
        return False
    promise.entry_id, promise.due_at = None, parts.clock.now() + LATER
    parts.move(session, promise, PromiseEvent.SCHEDULE)
    return True


def put_off(parts: Parts, session: Session, promise: Promise, refused: str) -> None:
    """It may not be dialled now: in seconds, when the hours allow it, or never."""
    now = parts.clock.now()
    _, never = parts.policy.number_refusal(promise.number)
    if never or refused == "do_not_call":
        parts.move(session, promise, PromiseEvent.GIVE_UP)
        leave_line(parts, session, promise)
        return
    later = now + (SECONDS if refused in SOON else AN_HOUR)
    allowed = parts.policy.next_allowed(promise.number, promise.queue, later)
    if allowed is None:
        parts.move(session, promise, PromiseEvent.GIVE_UP)
    else:
        promise.due_at = allowed
        parts.move(session, promise, PromiseEvent.SCHEDULE)
    leave_line(parts, session, promise)


def agent_is_there(parts: Parts, session: Session, key: str) -> bool:
    """Whether the agent for whom a dial was recorded still waits for it; one dialled ahead needs none."""
    reservation_id = session.scalar(select(DialAttempt.reservation_id).where(DialAttempt.id == key))
    if not reservation_id:
        return reservation_id is not None
    return parts.routing.board.reservation(reservation_id, session=session).state == ReservationState.ACCEPTED


def _go_on(parts: Parts, session: Session, promise: Promise) -> None:
    """What follows a dial that came to nothing."""
    plan, now = parts.policy.plan(promise.queue), parts.clock.now()
    wait = wait_after(results_of(session, promise), attempts=plan.attempts, retry_after=plan.retry_after)
    if wait is None:
        parts.move(session, promise, PromiseEvent.GIVE_UP)
        return
    again = parts.policy.next_allowed(promise.number, promise.queue, now + timedelta(seconds=wait))
    over = again is not None and promise.expires_at is not None and again >= promise.expires_at
    if again is None:
        parts.move(session, promise, PromiseEvent.GIVE_UP)
    elif over and promise.state == PromiseState.DIALLING:
        parts.move(session, promise, PromiseEvent.EXPIRE)
    else:
        promise.due_at = again
        parts.move(session, promise, PromiseEvent.RETRY)


def _together(parts: Parts, session: Session, attempt: DialAttempt) -> bool:
    reservation = parts.routing.board.reservation(attempt.reservation_id, session=session)
    return reservation.state == ReservationState.ACCEPTED and reservation.connected_at is not None
