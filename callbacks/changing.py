"""What a customer may do with what is owed: another time, now, not at all, or its place for himself."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from sqlalchemy.orm import Session

from callbacks.parts import Parts
from callbacks.promises import ABIDING_STATES, OPEN_STATES, Promise, PromiseEvent, PromiseState
from callbacks.promising import (
    GRACE,
    TRIES,
    PromiseRefused,
    Raced,
    cancel_promise,
    look,
    move_to,
    request_of,
    time_refusal,
    times_near,
)

UNDER_WAY = (PromiseState.DUE, *ABIDING_STATES)
"""Where a promise may still be changed: nobody dials."""


class Change(StrEnum):
    """What a customer asks for."""

    CANCEL = "cancel"
    MOVE = "move"  # to another time
    NOW = "now"  # in line at once, instead of at the chosen time
    USE = "use"  # he is on the line himself, and waits at the place that was kept


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of it: done when there is no `reason`; else `being_called`, `over`, or why the time will not do.

    `nearest` are times that would do; `place` is that of the customer who waits himself.
    """

    reason: str = ""
    nearest: tuple[datetime, ...] = ()
    place: datetime | None = None


def change(parts: Parts, session: Session, promise_id: str, asked: Change, due_at: datetime | None = None) -> Changed:
    """Change an open promise in the caller's transaction; what is being dialled stays as it is. Repeats are harmless.

    Raises PromiseUnknown.
    """
    promise = parts.promise(session, promise_id)
    if promise.state == PromiseState.CANCELLED and asked is Change.CANCEL:
        return Changed()
    if promise.state not in UNDER_WAY:
        return Changed("being_called" if promise.state in OPEN_STATES else "over")
    match asked:
        case Change.CANCEL:
            cancel_promise(parts, session, promise_id)
            return Changed()
        case Change.USE:
            return _used(parts, session, promise)
        case Change.NOW:
            return _now(parts, session, promise)
        case Change.MOVE:
            return _moved(parts, session, promise, due_at or parts.clock.now())
        case _:
            assert_never(asked)


def _used(parts: Parts, session: Session, promise: Promise) -> Changed:
    now = parts.clock.now()
    kept = promise.attempts <= 1 and not (promise.chosen_time and promise.due_at > now)
    cancel_promise(parts, session, promise.id)
    return Changed(place=min(promise.place, now) if kept else now)


def _now(parts: Parts, session: Session, promise: Promise) -> Changed:
    now = parts.clock.now()
    if promise.state == PromiseState.DUE or (promise.state == PromiseState.WAITING and promise.due_at <= now + GRACE):
        return Changed()
    asked = request_of(promise, now)
    reason = time_refusal(parts, asked, now)
    if reason:
        return Changed(reason, times_near(parts, session, asked, now))
    if promise.chosen_time:
        promise.place, promise.chosen_time, promise.slot_at, promise.seat = now, False, None, None
    promise.due_at = now
    parts.move(session, promise, PromiseEvent.SCHEDULE)
    return Changed()


def _moved(parts: Parts, session: Session, promise: Promise, due_at: datetime) -> Changed:
    refused = look(parts, session, request_of(promise, due_at))
    for _ in range(TRIES if refused is None else 0):
        try:
            moved = move_to(parts, session, promise, due_at)
        except Raced:
            continue
        return Changed(moved.reason, moved.nearest) if isinstance(moved, PromiseRefused) else Changed()
    return Changed(refused.reason, refused.nearest) if refused is not None else Changed("slot_full")
