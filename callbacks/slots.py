"""How many callbacks are promised for one span of time: a seat each, and the database refuses the same seat twice."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from call_flows.appointment import nearest_times, span_of
from callbacks.parts import Parts
from callbacks.promises import OPEN_STATES, Promise

USUAL = timedelta(minutes=15)
SOONEST = timedelta(minutes=5)
"""No sooner is a time proposed."""
REACH = timedelta(days=9)


def free_seat(parts: Parts, session: Session, queue: str, due_at: datetime) -> tuple[datetime | None, int | None]:
    """The span and the first seat that nobody holds at that time; no span where the queue sets no bounds.

    No seat in a span: it is full.
    """
    plan = parts.policy.plan(queue)
    if plan.room is None:
        return None, None
    begins = span_of(due_at, plan.span)
    rows = select(Promise.seat).where(
        Promise.queue == queue, Promise.slot_at == begins, Promise.state.in_(OPEN_STATES), Promise.seat.is_not(None)
    )
    taken = set(session.scalars(rows))
    return begins, next((seat for seat in range(1, plan.room + 1) if seat not in taken), None)


def free_times(
    parts: Parts, session: Session, queue: str, wanted: datetime, will_do: Callable[[datetime], bool], count: int = 2
) -> tuple[datetime, ...]:
    """The times nearest to the wanted one that will do and have room, in their order."""
    plan, soonest = parts.policy.plan(queue), parts.clock.now() + SOONEST
    full = _full(session, queue, plan.room, wanted) if plan.room is not None else frozenset()

    def free(moment: datetime) -> bool:
        return moment >= soonest and span_of(moment, plan.span) not in full and will_do(moment)

    return tuple(nearest_times(wanted, free, plan.span, count))


def _full(session: Session, queue: str, room: int, around: datetime) -> frozenset[datetime]:
    held = select(Promise.slot_at, func.count()).where(
        Promise.queue == queue,
        Promise.state.in_(OPEN_STATES),
        Promise.slot_at.between(around - REACH, around + REACH),
    )
    seats = Counter({slot: count for slot, count in session.execute(held.group_by(Promise.slot_at)) if slot})
    return frozenset(slot for slot, count in seats.items() if count >= room)
