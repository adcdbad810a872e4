"""The record of a dial, written before it is made; and who may make it: one, and again only after asking the carrier.

`tried_at` is the fence: whoever sets out to dial writes it, and only if it still is what he saw. While it is empty
nobody has asked the carrier for anything.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from callbacks.caps import DAY, cap_refusal, dials
from callbacks.do_not_call import is_listed
from callbacks.pace import next_turn, take_turn
from callbacks.parts import Parts
from callbacks.promises import DialAttempt, Promise, PromiseState

MAKING = timedelta(seconds=6)
"""So long making a dial may take, the carrier's time-out included, before whoever makes it is taken for dead."""
LONGEST_TURN = timedelta(seconds=10)
"""No agent is kept for longer until it is his dial's turn at the carrier."""
UNSURE = timedelta(minutes=10)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class DialOrder:
    """Dial this; `key` goes into the address the carrier calls back.

    `go` says that whoever holds this order dials, at once; without it somebody else does, or the carrier is asked
    first. `again` says that the order was given before. `unsure_since` is when an earlier dial of the promise was
    begun of which nobody knows whether the carrier took it: it is looked for first.
    """

    key: str
    promise_id: str
    attempt: int
    number: str
    language: str
    queue: str
    call_id: str | None
    reservation_id: str
    carrier_sid: str | None
    dial_at: datetime
    tried_at: datetime | None
    unsure_since: datetime | None
    go: bool
    again: bool


def refusal(parts: Parts, session: Session, promise: Promise, now: datetime) -> str:
    """Why the number must not be dialled now (a code of `refusals`); empty when it may be."""
    number, refused = parts.policy.number_refusal(promise.number)
    if refused or not number:
        return refused
    if is_listed(session, number):
        return "do_not_call"
    if parts.policy.next_allowed(number, promise.queue, now) != now:
        return "quiet_hours"
    policy = parts.policy
    if dialled_today(session, number, now) >= policy.max_per_number_per_day:
        return "too_many"
    capped = cap_refusal(session, policy.caps, number, now=now)
    if capped:
        return capped
    turn = next_turn(session, now=now, per_second=policy.caps.calls_per_second)
    return "carrier_pace" if turn > now + LONGEST_TURN else ""


def dialled_today(session: Session, number: str, now: datetime) -> int:
    """How often the number was dialled within the last 24 hours."""
    return dials(session, since=now - DAY, number=number)


def carrier_is_free(parts: Parts, session: Session, now: datetime) -> bool:
    """Whether the carrier takes a call this moment."""
    return next_turn(session, now=now, per_second=parts.policy.caps.calls_per_second) <= now


def record(parts: Parts, session: Session, promise: Promise, *, reservation_id: str) -> DialAttempt:
    """Write down the dial that is about to be made, with its turn at the carrier."""
    now = parts.clock.now()
    promise.attempts += 1
    attempt = DialAttempt(
        id=f"{promise.id}-{promise.attempts}",
        promise_id=promise.id,
        attempt=promise.attempts,
        number=promise.number,
        reservation_id=reservation_id,
        recorded_at=now,
        dial_at=take_turn(session, now=now, per_second=parts.policy.caps.calls_per_second),
        result="",
    )
    session.add(attempt)
    session.flush()
    return attempt


def set_out(promise: Promise, attempt: DialAttempt, now: datetime) -> None:
    """Whoever works in this transaction makes the dial, now."""
    attempt.tried_at = now if attempt.tried_at is None else max(now, attempt.tried_at + MICROSECOND)
    promise.lease_until = now + MAKING


def resume(parts: Parts, session: Session, key: str, seen: datetime | None) -> DialOrder | None:
    """The order to make a recorded dial, for one of all who saw it so; None when it is another's, or is over."""
    attempt = session.get(DialAttempt, key)
    promise = parts.promise(session, attempt.promise_id) if attempt is not None else None
    if attempt is None or promise is None:
        return None
    session.refresh(attempt)
    done = attempt.result or attempt.carrier_sid or promise.attempts != attempt.attempt
    if done or promise.state != PromiseState.DIALLING or attempt.tried_at != seen:
        return None
    set_out(promise, attempt, parts.clock.now())
    return order_of(session, promise, attempt, go=True, again=seen is not None)


def note_dialled(parts: Parts, session: Session, key: str, carrier_sid: str, lease: timedelta) -> None:
    """The carrier has taken the dial and calls it so; from now on it tells how it goes."""
    attempt = session.get(DialAttempt, key)
    if attempt is None or not carrier_sid:
        return
    promise = parts.promise(session, attempt.promise_id)
    if attempt.carrier_sid is None:
        attempt.carrier_sid = carrier_sid
        attempt.tried_at = attempt.tried_at or parts.clock.now()
        if promise.state == PromiseState.DIALLING and promise.attempts == attempt.attempt:
            promise.lease_until = parts.clock.now() + lease


def order_of(session: Session, promise: Promise, attempt: DialAttempt, *, go: bool, again: bool) -> DialOrder:
    """The attempt as an order."""
    return DialOrder(
        key=attempt.id,
        promise_id=promise.id,
        attempt=attempt.attempt,
        number=promise.number,
        language=promise.language,
        queue=promise.queue,
        call_id=promise.call_id,
        reservation_id=attempt.reservation_id,
        carrier_sid=attempt.carrier_sid,
        dial_at=attempt.dial_at or attempt.recorded_at,
        tried_at=attempt.tried_at,
        unsure_since=_unsure_since(session, attempt),
        go=go,
        again=again,
    )


def _unsure_since(session: Session, attempt: DialAttempt) -> datetime | None:
    rows = select(DialAttempt.tried_at).where(
        DialAttempt.promise_id == attempt.promise_id,
        DialAttempt.attempt < attempt.attempt,
        DialAttempt.tried_at.is_not(None),
        DialAttempt.carrier_sid.is_(None),
        DialAttempt.recorded_at > attempt.recorded_at - UNSURE,
    )
    return session.scalar(rows.order_by(DialAttempt.attempt).limit(1))
