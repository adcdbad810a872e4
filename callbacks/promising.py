"""Where a promise is made, found again, or cancelled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypedDict
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from callbacks.do_not_call import is_listed
from callbacks.parts import Parts
from callbacks.promises import ABIDING_STATES, OPEN_STATES, DialAttempt, Promise, PromiseEvent, PromiseState, Why
from callbacks.refusals import note_refusal
from callbacks.schedule import next_allowed, outside_quiet
from callbacks.slots import free_seat, free_times
from foundation.outbox import put
from routing.entries import Outcome

GRACE = timedelta(seconds=20)
"""So long the caller has to hang up before an agent is held for him."""
DAY = timedelta(days=1)
CONFIRM = "callback.confirm"
"""The side effect owed to a customer whose callback was promised or moved: a message that says so."""
TRIES = 50
"""So often a seat is looked for that somebody else takes at the same moment."""


@dataclass(frozen=True, slots=True)
class PromiseRefused:
    """Why there is no promise, or no dial; `reason` is a stable code such as `country`, `quiet_hours`, `slot_full`.

    Of a refused time, `nearest` are the times near it that would do.
    """

    reason: str
    nearest: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for; `due_at` None means in line, at the place kept. The rest is the story that the agent reads.

    `zone` is the name of the clock on which the customer named the time, when it is known; `waited` are seconds in
    line before it was asked for; `line` is our number.
    """

    call_id: str | None
    number: str
    queue: str
    needs: Mapping[str, int]
    place: datetime | None
    due_at: datetime | None
    language: str
    zone: str = ""
    why: str = Why.FLOW
    waited: float = 0.0
    note: str = ""
    owner: str = ""
    asked_by: str = ""
    line: str = ""


class Story(TypedDict, total=False):
    """What a request may tell beside what it asks for: see `Request`."""

    zone: str
    why: str
    waited: float
    note: str
    owner: str
    asked_by: str
    line: str


class Raced(Exception):
    """Somebody else was first to a number or a seat: look again."""


def make_promise(parts: Parts, session: Session, asked: Request) -> Promise | PromiseRefused:
    """The promise, in the caller's transaction; the open one of that number and queue, if there is one.

    A new time moves an open promise that is not being dialled.
    """
    refused = look(parts, session, asked)
    if refused is not None:
        note_refusal(session, queue=asked.queue, reason=refused.reason, stage="promise", now=parts.clock.now())
        return refused
    asked = replace(asked, number=parts.policy.number_refusal(asked.number)[0])
    for _ in range(TRIES):
        try:
            return _made(parts, session, asked)
        except Raced:
            continue
    return PromiseRefused("slot_full")


def look(parts: Parts, session: Session, asked: Request) -> PromiseRefused | None:
    """Why the promise could not be made now; None when it could. Changes nothing."""
    number, refusal = parts.policy.number_refusal(asked.number)
    if not refusal and is_listed(session, number):
        refusal = "do_not_call"
    if not refusal and dials_today(parts, session, number) >= parts.policy.max_per_number_per_day:
        refusal = "too_many"
    if refusal:
        return PromiseRefused(refusal)
    found = open_promise(session, number, asked.queue)
    if found is None and asked.why != Why.AGENT and _too_often(parts, session, number):
        return PromiseRefused("too_many_requests")
    if asked.due_at is None:
        return None
    return _time_refused(parts, session, replace(asked, number=number), asked.due_at, found)


def _time_refused(
    parts: Parts, session: Session, asked: Request, moment: datetime, found: Promise | None
) -> PromiseRefused | None:
    reason = time_refusal(parts, asked, moment)
    if not reason and not (found is not None and found.due_at == moment):
        slot, seat = free_seat(parts, session, asked.queue, moment)
        held = found is not None and slot is not None and found.slot_at == slot
        reason = "slot_full" if slot is not None and seat is None and not held else ""
    return PromiseRefused(reason, times_near(parts, session, asked, moment)) if reason else None


def time_refusal(parts: Parts, asked: Request, moment: datetime) -> str:
    """Why the number cannot be called for the queue at that moment; empty when it can."""
    now, policy = parts.clock.now(), parts.policy
    reason = policy.time_refusal(asked.number, asked.queue, now=now, chosen=moment)
    if not reason and asked.zone and policy.quiet is not None:
        reason = "" if outside_quiet(*policy.quiet, [ZoneInfo(asked.zone)])(moment) else "quiet_hours"
    return reason


def times_near(
    parts: Parts, session: Session, asked: Request, wanted: datetime, count: int = 2
) -> tuple[datetime, ...]:
    """The times near the wanted one at which the number may be called for the queue, and that have room."""
    wanted = max(wanted, parts.clock.now())
    return free_times(parts, session, asked.queue, wanted, lambda moment: not time_refusal(parts, asked, moment), count)


def open_promise(session: Session, number: str, queue: str) -> Promise | None:
    """The one that is owed to the number for the queue, locked."""
    rows = select(Promise).where(Promise.number == number, Promise.queue == queue, Promise.state.in_(OPEN_STATES))
    return session.scalars(rows.with_for_update()).one_or_none()


def open_promises(session: Session, number: str) -> Sequence[Promise]:
    """Everything that is owed to a number, what comes next first."""
    rows = select(Promise).where(Promise.number == number, Promise.state.in_(OPEN_STATES))
    return session.scalars(rows.order_by(Promise.due_at)).all()


def cancel_promise(parts: Parts, session: Session, promise_id: str) -> bool:
    """Owe it no longer; False when it was over. Raises MoveRefused while the number is dialled or they talk."""
    promise = parts.promise(session, promise_id)
    if promise.state not in OPEN_STATES:
        return False
    parts.move(session, promise, PromiseEvent.CANCEL)
    if promise.entry_id is not None:
        parts.routing.leave(promise.entry_id, Outcome.LEFT, session=session)
    tell(parts, session, promise, "cancelled")
    return True


def request_of(promise: Promise, due_at: datetime | None) -> Request:
    """What was asked for, at another time."""
    return Request(
        call_id=promise.call_id,
        number=promise.number,
        queue=promise.queue,
        needs=promise.needs,
        place=promise.place,
        due_at=due_at,
        language=promise.language,
        zone=promise.zone,
        why=promise.why,
    )


def dials_today(parts: Parts, session: Session, number: str) -> int:
    """How often the number was dialled within the last 24 hours."""
    since = parts.clock.now() - DAY
    dials = select(func.count()).where(DialAttempt.number == number, DialAttempt.recorded_at > since)
    return session.scalar(dials) or 0


def _too_often(parts: Parts, session: Session, number: str) -> bool:
    """Whether the number has asked as often as one may within 24 hours."""
    since = parts.clock.now() - DAY
    asked = select(func.count()).where(
        Promise.number == number, Promise.asked_at > since, Promise.why.not_in((Why.AGENT, Why.ABANDONED))
    )
    return (session.scalar(asked) or 0) >= parts.policy.max_requests_per_number_per_day


def _made(parts: Parts, session: Session, asked: Request) -> Promise | PromiseRefused:
    found = open_promise(session, asked.number, asked.queue)
    if found is not None:
        if asked.due_at is not None and found.due_at != asked.due_at and found.state in ABIDING_STATES:
            found.zone = asked.zone or found.zone
            return move_to(parts, session, found, asked.due_at)
        return found
    soonest = parts.clock.now() + GRACE
    due = asked.due_at or next_allowed(soonest, parts.policy.conditions(asked.number, asked.queue))
    return PromiseRefused("closed") if due is None else _new(parts, session, asked, due)


def move_to(parts: Parts, session: Session, promise: Promise, due_at: datetime) -> Promise | PromiseRefused:
    """Take the promise to another time, and to a seat there. Raises Raced when somebody else was first to the seat."""
    slot, seat = free_seat(parts, session, promise.queue, due_at)
    if slot is not None and slot == promise.slot_at:
        seat = promise.seat
    if slot is not None and seat is None:
        return PromiseRefused("slot_full", times_near(parts, session, request_of(promise, due_at), due_at))
    try:
        with session.begin_nested():
            promise.slot_at, promise.seat = slot, seat
            session.flush()
    except IntegrityError as raced:
        session.refresh(promise)
        raise Raced from raced
    entry_id, promise.entry_id = promise.entry_id, None
    promise.due_at, promise.chosen_time = due_at, True
    parts.move(session, promise, PromiseEvent.SCHEDULE)
    if entry_id is not None:
        parts.routing.leave(entry_id, Outcome.LEFT, session=session)
    tell(parts, session, promise, "moved")
    return promise


def _new(parts: Parts, session: Session, asked: Request, due: datetime) -> Promise | PromiseRefused:
    slot, seat = free_seat(parts, session, asked.queue, due) if asked.due_at is not None else (None, None)
    if slot is not None and seat is None:
        return PromiseRefused("slot_full", times_near(parts, session, asked, due))
    promise = _row(parts, asked, due)
    promise.slot_at, promise.seat = slot, seat
    try:
        with session.begin_nested():
            session.add(promise)
            session.flush()
    except IntegrityError as raced:
        raise Raced from raced
    parts.move(session, promise, PromiseEvent.SCHEDULE if promise.chosen_time else PromiseEvent.KEEP_PLACE)
    tell(parts, session, promise, "made")
    return promise


def _row(parts: Parts, asked: Request, due: datetime) -> Promise:
    now = parts.clock.now()
    return Promise(
        id=parts.ids.new("PR"),
        call_id=asked.call_id,
        number=asked.number,
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
        zone=asked.zone,
        why=asked.why,
        waited=asked.waited,
        note=asked.note,
        owner=asked.owner,
        asked_by=asked.asked_by,
        line=asked.line,
    )


def tell(parts: Parts, session: Session, promise: Promise, what: str) -> None:
    """Owe the customer a message of what was `made`, `moved` or `cancelled`, where the queue confirms its promises."""
    if what == "cancelled" or not parts.policy.plan(promise.queue).confirms:
        return
    payload = {"promise_id": promise.id, "due_at": promise.due_at.isoformat()}
    put(session, row_id=parts.ids.new("OB"), kind=CONFIRM, payload=payload, now=parts.clock.now())
