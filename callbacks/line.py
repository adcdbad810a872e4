"""A promise's entry in the queue: put in, taken out; and how its dials have ended so far."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from callbacks.parts import Parts
from callbacks.promises import DialAttempt, Promise
from routing.entries import EntryKind, Outcome


def enter(
    parts: Parts, session: Session, promise: Promise, place: datetime, arrived: datetime, alone: float = 0.0
) -> bool:
    """Put its entry into the queue, at that place; False when the queue does not take it now.

    For `alone` seconds only the agent who owes it is asked.
    """
    entry = parts.routing.enqueue(
        session,
        call_id=promise.call_id,
        queue=promise.queue,
        needs=promise.needs,
        preferred_agent=promise.owner or None,
        alone=alone if promise.owner else None,
        arrived_at=min(arrived, parts.clock.now()),
        place=place,
        kind=EntryKind.CALLBACK,
        promise_id=promise.id,
    )
    promise.entry_id = entry.id if entry.is_in_line else None
    return entry.is_in_line


def leave_line(parts: Parts, session: Session, promise: Promise, outcome: Outcome = Outcome.FAILED) -> None:
    """Take its entry out of the queue, if there is one; an agent held for it is free."""
    entry_id, promise.entry_id = promise.entry_id, None
    if entry_id is not None:
        parts.routing.leave(entry_id, outcome, session=session)


def results_of(session: Session, promise: Promise) -> list[str]:
    """How each dial of it ended, the first first; empty of one that goes on."""
    rows = select(DialAttempt.result).where(DialAttempt.promise_id == promise.id)
    return list(session.scalars(rows.order_by(DialAttempt.attempt)))
