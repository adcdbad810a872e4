"""Where a promise comes in line and is dialled: each dial recorded before it is made, each outcome noted once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from callbacks.parts import Parts
from callbacks.promises import ABIDING_STATES, DialAttempt, DialResult, Promise, PromiseEvent, PromiseState
from callbacks.promising import PromiseRefused, dials_today
from callbacks.schedule import next_attempt
from foundation.errors import CallwrightError, Problem
from routing.entries import EntryKind, Outcome
from routing.reservations import ReservationState

LEASE = timedelta(seconds=120)
"""For so long a dial is believed to go on without a word; longer than ringing and confirming, and shorter than
routing lets an accepted reservation wait, so that the carrier is asked before the agent is taken away."""
PUNCTUALITY = timedelta(minutes=10)
"""The credit in line of a callback at a chosen time, so that it is made near that time."""
LATER = timedelta(minutes=1)


class DialOutOfTurn(CallwrightError):
    """The promise is not in line, or another reservation is dialling it: do not dial."""


@dataclass(frozen=True, slots=True)
class DialOrder:
    """Dial this; `key` goes into the address the carrier calls back.

    `again` says that the order was given before: look for `carrier_sid`, or ask the carrier, before dialling.
    """

    key: str
    promise_id: str
    attempt: int
    number: str
    language: str
    call_id: str | None
    carrier_sid: str | None
    again: bool


def come_in_line(parts: Parts, session: Session, promise_id: str) -> bool:
    """The time has come: an entry in the queue at the place kept. Never early; later when the hours say so."""
    promise, now = parts.promise(session, promise_id), parts.clock.now()
    if promise.state not in ABIDING_STATES or promise.due_at > now:
        return False
    allowed = parts.policy.next_allowed(promise.number, promise.queue, now)
    if allowed is None:
        parts.move(session, promise, PromiseEvent.GIVE_UP)
        return False
    if allowed > now:
        promise.due_at = allowed
        return False
    place = _place(promise, now)
    entry = parts.routing.enqueue(
        session,
        call_id=promise.call_id,
        queue=promise.queue,
        needs=promise.needs,
        arrived_at=min(place, now),
        place=place,
        kind=EntryKind.CALLBACK,
        promise_id=promise.id,
    )
    promise.entry_id = entry.id
    parts.move(session, promise, PromiseEvent.FALL_DUE)
    return True


def start_attempt(parts: Parts, session: Session, promise_id: str, reservation_id: str) -> DialOrder | PromiseRefused:
    """Record the dial that is about to be made. Raises DialOutOfTurn when it must not be made at all."""
    promise, now = parts.promise(session, promise_id), parts.clock.now()
    last = parts.last_attempt(session, promise)
    if promise.state == PromiseState.DIALLING and last is not None and last.reservation_id == reservation_id:
        return _order(promise, last, again=True)
    if promise.state != PromiseState.DUE:
        raise DialOutOfTurn(Problem("dial_out_of_turn", f"The promise is {promise.state}.", where=promise_id))
    refusal = _refusal(parts, session, promise, now)
    if refusal:
        _put_off(parts, session, promise, now)
        return PromiseRefused(refusal)
    promise.attempts += 1
    attempt = DialAttempt(
        id=f"{promise.id}-{promise.attempts}",
        promise_id=promise.id,
        attempt=promise.attempts,
        number=promise.number,
        reservation_id=reservation_id,
        recorded_at=now,
        result="",
    )
    session.add(attempt)
    parts.move(session, promise, PromiseEvent.DIAL)
    promise.lease_until = now + LEASE
    return _order(promise, attempt, again=False)


def note_dialled(session: Session, key: str, carrier_sid: str) -> None:
    """The carrier has taken the dial and calls it so."""
    attempt = session.get(DialAttempt, key)
    if attempt is not None and attempt.carrier_sid is None:
        attempt.carrier_sid = carrier_sid


def fail_attempt(parts: Parts, session: Session, key: str, result: DialResult) -> bool:
    """The dial came to nothing: another one later, or given up; the agent is free. False when that is no news."""
    attempt = session.get(DialAttempt, key)
    if attempt is None or attempt.result:
        return False
    promise, now = parts.promise(session, attempt.promise_id), parts.clock.now()
    attempt.result, attempt.ended_at = result, now
    if promise.state != PromiseState.DIALLING or promise.attempts != attempt.attempt:
        return False
    promise.last_result = result
    plan = parts.policy.plan(promise.queue)
    again = next_attempt(
        failed_at=now,
        made=promise.attempts,
        attempts=plan.attempts,
        retry_after=plan.retry_after,
        conditions=parts.policy.conditions(promise.number, promise.queue),
    )
    if again is None:
        parts.move(session, promise, PromiseEvent.GIVE_UP)
    else:
        promise.due_at = again
        parts.move(session, promise, PromiseEvent.RETRY)
    _leave_line(parts, session, promise)
    return True


def answer(parts: Parts, session: Session, promise_id: str) -> bool:
    """The called party wants to be connected. False when the agent is gone, or they already talk."""
    promise = parts.promise(session, promise_id)
    attempt = parts.last_attempt(session, promise)
    if promise.state != PromiseState.DIALLING or attempt is None:
        return False
    if not (parts.routing.connected(attempt.reservation_id, session=session) or _together(parts, session, attempt)):
        return False
    attempt.result, promise.last_result = DialResult.ANSWERED, DialResult.ANSWERED
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
    if promise.state != PromiseState.DIALLING or attempt is None:
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


def _together(parts: Parts, session: Session, attempt: DialAttempt) -> bool:
    reservation = parts.routing.board.reservation(attempt.reservation_id, session=session)
    return reservation.state == ReservationState.ACCEPTED and reservation.connected_at is not None


def _place(promise: Promise, now: datetime) -> datetime:
    if promise.attempts > 1:
        return now  # the place is given back once; after that somebody else has waited longer
    if promise.chosen_time:
        return promise.due_at - PUNCTUALITY
    return promise.place


def _refusal(parts: Parts, session: Session, promise: Promise, now: datetime) -> str:
    number, refusal = parts.policy.number_refusal(promise.number)
    if refusal or not number:
        return refusal
    if parts.policy.next_allowed(promise.number, promise.queue, now) != now:
        return "quiet_hours"
    too_many = dials_today(parts, session, promise.number) >= parts.policy.max_per_number_per_day
    return "too_many" if too_many else ""


def _put_off(parts: Parts, session: Session, promise: Promise, now: datetime) -> None:
    _, never = parts.policy.number_refusal(promise.number)
    later = None if never else parts.policy.next_allowed(promise.number, promise.queue, now + timedelta(hours=1))
    if later is None:
        parts.move(session, promise, PromiseEvent.GIVE_UP)
    else:
        promise.due_at = later
        parts.move(session, promise, PromiseEvent.SCHEDULE)
    _leave_line(parts, session, promise)


def _leave_line(parts: Parts, session: Session, promise: Promise) -> None:
    entry_id, promise.entry_id = promise.entry_id, None
    if entry_id is not None:
        parts.routing.leave(entry_id, Outcome.FAILED, session=session)


def _order(promise: Promise, attempt: DialAttempt, *, again: bool) -> DialOrder:
    return DialOrder(
        key=attempt.id,
        promise_id=promise.id,
        attempt=attempt.attempt,
        number=promise.number,
        language=promise.language,
        call_id=promise.call_id,
        carrier_sid=attempt.carrier_sid,
        again=again,
    )
