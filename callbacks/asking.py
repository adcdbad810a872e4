"""The door for those who are owed a callback, or may be: what there is, what could be, and another wish."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from callbacks import changing, promising
from callbacks.changing import Change, Changed
from callbacks.parts import Parts
from callbacks.promises import DialAttempt, Promise
from callbacks.promising import PromiseRefused, Request


class Asking:
    """Looks and changes; inside the `session`'s transaction, or one of their own."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def look(self, asked: Request, *, session: Session | None = None) -> PromiseRefused | None:
        """Why that could not be promised now, with the times near it that could be; None when it can."""
        with self._parts.session(session) as own:
            return promising.look(self._parts, own, asked)

    def open_for(self, number: str, *, session: Session | None = None) -> Sequence[Promise]:
        """Everything that is owed to a number in E.164, what comes next first."""
        with self._parts.reading(session) as own:
            return promising.open_promises(own, number)

    def change(
        self, promise_id: str, asked: Change, *, due_at: datetime | None = None, session: Session | None = None
    ) -> Changed:
        """Cancel it, move it to `due_at`, call at once, or give its place to the customer who is on the line."""
        with self._parts.session(session) as own:
            return changing.change(self._parts, own, promise_id, asked, due_at)

    def free_times(self, promise: Promise, wanted: datetime, *, count: int) -> tuple[datetime, ...]:
        """The times near the wanted one to which the promise may be moved."""
        asked = promising.request_of(promise, wanted)
        with self._parts.reading() as session:
            return promising.times_near(self._parts, session, asked, wanted, count)

    def attempts_of(self, promise_id: str, *, session: Session | None = None) -> Sequence[DialAttempt]:
        """Every dial that was made for it, the first first."""
        with self._parts.reading(session) as own:
            rows = select(DialAttempt).where(DialAttempt.promise_id == promise_id)
            return own.scalars(rows.order_by(DialAttempt.attempt)).all()
