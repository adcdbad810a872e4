"""Callers who hung up while waiting: who of them is called back or written to, once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import String, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from callbacks.do_not_call import is_listed
from callbacks.parts import Parts
from callbacks.promises import Why
from callbacks.promising import PromiseRefused, Request, make_promise, open_promises
from foundation.calls import Call
from foundation.db import Base, UtcDateTime
from foundation.outbox import put
from routing.entries import EntryKind, Outcome, QueueEntry

RESPITE = timedelta(minutes=15)
"""So long a caller has to call again by himself."""
OLDEST = timedelta(hours=1)
"""Who hung up longer ago has moved on: a house that was down does not ring him in the evening."""
ONCE = timedelta(hours=24)
OFFER = "callback.offer"
"""The side effect owed to a caller who hung up: a message that offers a callback."""
LIMIT = 50
CALLED, WRITTEN = "call", "sms"


class AbandonedCall(Base):
    """What was decided about a caller who hung up: `call`, `sms`, or why neither. Decided once an entry."""

    __tablename__ = "abandoned_calls"

    entry_id: Mapped[str] = mapped_column(String(34), primary_key=True)
    number: Mapped[str] = mapped_column(String(64), index=True)
    line: Mapped[str] = mapped_column(String(64), default="")
    queue: Mapped[str] = mapped_column(String(64))
    call_id: Mapped[str] = mapped_column(String(34), default="")
    language: Mapped[str] = mapped_column(String(16), default="en-US")
    decided: Mapped[str] = mapped_column(String(24))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    promise_id: Mapped[str | None] = mapped_column(String(34))


def look_at_abandoned(parts: Parts) -> int:
    """Decide on everybody who hung up a quarter of an hour ago and has not called again; how many are owed something.

    Any number of tickers may look at once.
    """
    queues = [queue for queue, plan in parts.policy.plans.items() if plan.abandoned != "none"]
    if not queues:
        return 0
    with parts.reading() as session:
        found = _undecided(parts, session, queues)
    return sum(_decide_alone(parts, entry_id) for entry_id in found)


def offered_to(session: Session, number: str, now: datetime) -> AbandonedCall | None:
    """The offer by text message that the number may still take."""
    rows = select(AbandonedCall).where(
        AbandonedCall.number == number,
        AbandonedCall.decided == WRITTEN,
        AbandonedCall.decided_at > now - ONCE,
        AbandonedCall.promise_id.is_(None),
    )
    return session.scalars(rows.order_by(AbandonedCall.decided_at.desc()).limit(1)).first()


def take_offer(parts: Parts, session: Session, offer: AbandonedCall) -> PromiseRefused | None:
    """The caller wants to be called after all, at the place he had; None when it is promised."""
    entry = session.get_one(QueueEntry, offer.entry_id)
    promised = make_promise(parts, session, _request(entry, offer, Why.MESSAGE))
    if isinstance(promised, PromiseRefused):
        return promised
    offer.promise_id = promised.id
    return None


def _undecided(parts: Parts, session: Session, queues: Sequence[str]) -> list[str]:
    now = parts.clock.now()
    decided = select(AbandonedCall.entry_id).where(AbandonedCall.entry_id == QueueEntry.id).exists()
    rows = select(QueueEntry.id).where(
        QueueEntry.queue.in_(queues),
        QueueEntry.kind == EntryKind.CALL,
        QueueEntry.outcome == Outcome.ABANDONED,
        QueueEntry.left_at <= now - RESPITE,
        QueueEntry.left_at > now - OLDEST,
        ~decided,
    )
    return list(session.scalars(rows.order_by(QueueEntry.left_at).limit(LIMIT)))


def _decide_alone(parts: Parts, entry_id: str) -> bool:
    """Decide in a transaction of its own; False when there is nothing to do, or another ticker was first."""
    try:
        with parts.session() as session:
            entry = session.get_one(QueueEntry, entry_id)
            call = session.get(Call, entry.call_id) if entry.call_id else None
            row = _row(parts, entry, call)
            session.add(row)
            session.flush()
            row.decided = _why_not(parts, session, entry, row.number) or parts.policy.plan(entry.queue).abandoned
            if row.decided == CALLED:
                row.decided = _call(parts, session, entry, row)
            if row.decided == WRITTEN:
                payload = {"entry_id": entry.id}
                put(session, row_id=parts.ids.new("OB"), kind=OFFER, payload=payload, now=parts.clock.now())
            return row.decided in {CALLED, WRITTEN}
    except IntegrityError:
        return False


def _why_not(parts: Parts, session: Session, entry: QueueEntry, number: str) -> str:
    """Why this caller is left in peace; empty when he is not."""
    left, now = entry.left_at or parts.clock.now(), parts.clock.now()
    if (left - entry.arrived_at).total_seconds() < parts.policy.plan(entry.queue).abandoned_after:
        return "too_short"
    refusal = parts.policy.number_refusal(number)[1] if number else "unknown_number"
    if refusal:
        return refusal
    if is_listed(session, number):
        return "do_not_call"
    again = select(Call.id).where(Call.caller == number, Call.started_at > left)
    if session.scalar(again.limit(1)) is not None:
        return "called_again"
    if open_promises(session, number):
        return "owed"
    since = select(AbandonedCall.entry_id).where(
        AbandonedCall.number == number,
        AbandonedCall.decided.in_((CALLED, WRITTEN)),
        AbandonedCall.decided_at > now - ONCE,
    )
    return "once" if session.scalar(since.limit(1)) is not None else ""


def _call(parts: Parts, session: Session, entry: QueueEntry, row: AbandonedCall) -> str:
    promised = make_promise(parts, session, _request(entry, row, Why.ABANDONED))
    if isinstance(promised, PromiseRefused):
        return promised.reason
    row.promise_id = promised.id
    return CALLED


def _request(entry: QueueEntry, row: AbandonedCall, why: Why) -> Request:
    left = entry.left_at or entry.arrived_at
    return Request(
        call_id=entry.call_id,
        number=row.number,
        queue=entry.queue,
        needs=entry.needs,
        place=entry.place,
        due_at=None,
        language=row.language,
        why=why,
        waited=(left - entry.arrived_at).total_seconds(),
        line=row.line,
    )


def _row(parts: Parts, entry: QueueEntry, call: Call | None) -> AbandonedCall:
    return AbandonedCall(
        entry_id=entry.id,
        number=call.caller if call is not None else "",
        line=call.dialled if call is not None else "",
        queue=entry.queue,
        call_id=entry.call_id or "",
        language=call.language if call is not None else "en-US",
        decided="",
        decided_at=parts.clock.now(),
    )
