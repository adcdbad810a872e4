"""The door for whoever makes the calls: what to dial, what became of it, and what has been left lying."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from callbacks import ahead, dialling, mending, recording
from callbacks.do_not_call import AskedBy
from callbacks.falling_due import advance, expire, fall_due, needs_review
from callbacks.parts import Parts
from callbacks.promises import ABIDING_STATES, DialAttempt, Promise, PromiseState
from callbacks.recording import DialOrder

LIMIT = 50
HANDED = timedelta(seconds=2)
"""For so long a recorded dial is somebody's whom a job was given; then it is looked at again."""
ON_THE_WAY = (PromiseState.DIALLING, PromiseState.HOLDING)


class Dials:
    """Each method opens its own transaction unless it is given one. Any number of processes may call at once."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._mender = mending.Mender(parts)

    def due(self, *, limit: int = LIMIT) -> list[str]:
        """Bring every promise whose time has come in line, or record its dial; their ids."""
        self._mender.mend()
        now = self._parts.clock.now()
        with self._parts.reading() as session:
            set_back = (Promise.state == PromiseState.WAITING) & (Promise.asked_at > now)
            rows = select(Promise.id).where(Promise.state.in_(ABIDING_STATES), or_(Promise.due_at <= now, set_back))
            found = list(session.scalars(rows.order_by(Promise.due_at).limit(limit)))
        brought = []
        for promise_id in found:
            with self._parts.session() as session:
                if fall_due(self._parts, session, promise_id):
                    brought.append(promise_id)
        return brought

    def review(self) -> int:
        """Of those in line: what is about to be late goes to the front, what is over expires; how many."""
        parts, moved = self._parts, 0
        with parts.reading() as session:
            in_line = session.scalars(select(Promise).where(Promise.state == PromiseState.DUE)).all()
            due = [promise.id for promise in in_line if needs_review(parts, session, promise)]
        for promise_id in due:
            with parts.session() as session:
                moved += expire(parts, session, promise_id) or advance(parts, session, promise_id)
        return moved

    def overdue(self, *, limit: int = LIMIT) -> list[DialAttempt]:
        """Dials to be made now, and those of which nobody has spoken for too long; each is handed out once a lease."""
        now = self._parts.clock.now()
        # a lease of more than its length was written by a clock that has been set back since
        over = or_(
            Promise.lease_until.is_(None), Promise.lease_until <= now, Promise.lease_until > now + 2 * dialling.LEASE
        )
        waits = (Promise.state.in_(ON_THE_WAY), over)
        with self._parts.reading() as session:
            if session.scalar(select(Promise.id).where(*waits).limit(1)) is None:
                return []
        with self._parts.session() as session:
            late = session.scalars(select(Promise).where(*waits).limit(limit).with_for_update(skip_locked=True)).all()
            attempts = []
            for promise in late:
                attempt = self._parts.last_attempt(session, promise)
                promise.lease_until = now + _lease(promise, attempt)
                attempts.append(attempt)
        return [attempt for attempt in attempts if attempt is not None]

    def resume(self, key: str, *, seen: datetime | None, session: Session | None = None) -> DialOrder | None:
        """The order to make a recorded dial, for one of all who saw its `tried_at` so.

        None when it is another's or is over; when its agent is gone, the promise is in line again.
        """
        with self._parts.session(session) as own:
            order = recording.resume(self._parts, own, key, seen)
            if order is not None and not dialling.agent_is_there(self._parts, own, key):
                dialling.lose_agent(self._parts, own, order.promise_id)
                return None
            return order

    def attempt(self, key: str, *, session: Session | None = None) -> DialAttempt | None:
        """The record of a dial."""
        with self._parts.reading(session) as own:
            return own.get(DialAttempt, key)

    def picked_up(self, key: str, *, session: Session | None = None) -> None:
        """Somebody, or some machine, has answered: from now on it costs."""
        with self._parts.session(session) as own:
            attempt = own.get(DialAttempt, key)
            if attempt is not None and attempt.answered_at is None:
                attempt.answered_at = self._parts.clock.now()

    def confirmed(self, key: str, *, session: Session | None = None) -> bool:
        """The customer dialled ahead of an agent wants to be connected, and holds the line; False for a repeat."""
        with self._parts.session(session) as own:
            return ahead.confirm(self._parts, own, key)

    def nobody_came(self, key: str, *, session: Session | None = None) -> bool:
        """The customer has held the line long enough; False while an agent is on the way, and for a repeat."""
        with self._parts.session(session) as own:
            return ahead.nobody_came(self._parts, own, key)

    def never_call(self, key: str, asked_by: AskedBy, *, session: Session | None = None) -> bool:
        """The customer on the line asks never to be called: on the list, and owed no longer. False for a repeat."""
        with self._parts.session(session) as own:
            return dialling.never_call(self._parts, own, key, asked_by)


def _lease(promise: Promise, attempt: DialAttempt | None) -> timedelta:
    if promise.state == PromiseState.HOLDING:
        return ahead.LOOK_AGAIN
    if attempt is None or attempt.tried_at is None:
        return HANDED
    return recording.MAKING if attempt.carrier_sid is None else dialling.LEASE
