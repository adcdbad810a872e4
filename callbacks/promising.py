"""Where a promise is made, found again, moved to another time, or cancelled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from callbacks.parts import Parts
from callbacks.promises import ABIDING_STATES, OPEN_STATES, DialAttempt, Promise, PromiseEvent, PromiseState
from routing.entries import Outcome

GRACE = timedelta(seconds=20)
"""So long the caller has to hang up before an agent is held for him."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PromiseRefused:
    """Why there is no promise, or no dial; `reason` is a stable code such as `country`, `quiet_hours`, `too_many`."""

    reason: str


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for; `due_at` None means in line, at the place kept."""

    call_id: str | None
    number: str
    queue: str
    needs: Mapping[str, int]
    place: datetime | None
    due_at: datetime | None
    language: str


def make_promise(parts: Parts, session: Session, asked: Request) -> Promise | PromiseRefused:
    """The promise, in the caller's transaction; the open one of that number and queue, if there is one.

    A new time moves an open promise that has not fallen due.
    """
    number, refusal = parts.policy.number_refusal(asked.number)
    now = parts.clock.now()
    if not refusal and asked.due_at is not None:
        refusal = parts.policy.time_refusal(number, asked.queue, now=now, chosen=asked.due_at)
    if not refusal and dials_today(parts, session, number) >= parts.policy.max_per_number_per_day:
        refusal = "too_many"
    if refusal:
        return PromiseRefused(refusal)
    found = _open_promise(session, number, asked.queue)
    if found is not None:
        return _moved(parts, session, found, asked.due_at)
    due = asked.due_at or parts.policy.next_allowed(number, asked.queue, now + GRACE)
    if due is None:
        return PromiseRefused("closed")
    return _new(parts, session, asked, number, due)


def cancel_promise(parts: Parts, session: Session, promise_id: str) -> bool:
    """Owe it no longer; False when it was over. Raises MoveRefused while the number is dialled or they talk."""
    promise = parts.promise(session, promise_id)
    if promise.state not in OPEN_STATES:
        return False
    parts.move(session, promise, PromiseEvent.CANCEL)
    if promise.entry_id is not None:
        parts.routing.leave(promise.entry_id, Outcome.LEFT, session=session)
    return True


def dials_today(parts: Parts, session: Session, number: str) -> int:
    """How often the number was dialled within the last 24 hours."""
    since = parts.clock.now() - DAY
    dials = select(func.count()).where(DialAttempt.number == number, DialAttempt.recorded_at > since)
    return session.scalar(dials) or 0


def _open_promise(session: Session, number: str, queue: str) -> Promise | None:
    rows = select(Promise).where(Promise.number == number, Promise.queue == queue, Promise.state.in_(OPEN_STATES))
    return session.scalars(rows.with_for_update()).one_or_none()


def _moved(parts: Parts, session: Session, promise: Promise, due_at: datetime | None) -> Promise:
    if due_at is not None and promise.due_at != due_at and promise.state in ABIDING_STATES:
        promise.due_at, promise.chosen_time = due_at, True
        parts.move(session, promise, PromiseEvent.SCHEDULE)
    return promise


def _new(parts: Parts, session: Session, asked: Request, number: str, due: datetime) -> Promise:
    now = parts.clock.now()
    promise = Promise(
        id=parts.ids.new("PR"),
        call_id=asked.call_id,
        number=number,
        queue=asked.queue,
        needs=dict(asked.needs),
        language=asked.language,
        state=PromiseState.ASKED,
        chosen_time=asked.due_at is not None,
        place=asked.place or now,
        asked_at=now,
        due_at=due,
        attempts=0,
        last_result="",
    )
    session.add(promise)
    parts.move(session, promise, PromiseEvent.SCHEDULE if promise.chosen_time else PromiseEvent.KEEP_PLACE)
    return promise
