"""The one door of callbacks: promises are made, fall due, are dialled and kept only here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Unpack

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from callbacks import dialling, promising
from callbacks.asking import Asking
from callbacks.dialling import DialOrder
from callbacks.parts import Parts, PolicyShelf
from callbacks.policy import DialPolicy
from callbacks.promises import ABIDING_STATES, DialAttempt, DialResult, Promise, PromiseState
from callbacks.promising import PromiseRefused, Request, Story
from foundation.clock import Clock
from foundation.db import Database
from foundation.events import Bus
from foundation.ids import IdSource
from routing.service import RoutingService

LIMIT = 50


class CallbackService:
    """Promises. Methods that take a `session` work inside that transaction; without one they open their own.

    `policy` can be replaced when the site changes; `asking` is the door of those who are owed something, or may be;
    `parts` is for this folder's own modules.
    """

    def __init__(
        self, db: Database, clock: Clock, ids: IdSource, bus: Bus, policy: DialPolicy, routing: RoutingService
    ) -> None:
        self.policy = PolicyShelf(policy)
        self.parts = Parts(db, clock, ids, bus, self.policy, routing)
        self.asking = Asking(self.parts)

    def promise(
        self,
        session: Session,
        *,
        call_id: str | None,
        number: str,
        queue: str,
        needs: Mapping[str, int] | None = None,
        place: datetime | None = None,
        due_at: datetime | None = None,
        language: str = "en-US",
        **story: Unpack[Story],
    ) -> Promise | PromiseRefused:
        """Owe a callback: in line at `place` (the virtual arrival of the caller's entry), or at `due_at`.

        One open promise a number and queue: asked again, the open one comes back, moved to a newly chosen time.
        """
        asked = Request(call_id, number, queue, needs or {}, place, due_at, language, **story)
        return promising.make_promise(self.parts, session, asked)

    def cancel(self, promise_id: str, *, session: Session | None = None) -> bool:
        """Owe it no longer. Raises MoveRefused while it is dialled or they talk; False when it was over."""
        with self.parts.session(session) as own:
            return promising.cancel_promise(self.parts, own, promise_id)

    def due(self, *, limit: int = LIMIT) -> list[str]:
        """Bring every promise whose time has come in line; their ids. Any number may run at once."""
        now = self.parts.clock.now()
        with self.parts.reading() as session:
            rows = select(Promise.id).where(Promise.state.in_(ABIDING_STATES), Promise.due_at <= now)
            found = list(session.scalars(rows.order_by(Promise.due_at).limit(limit)))
        return [promise_id for promise_id in found if self._come_in_line(promise_id)]

    def overdue(self, *, limit: int = LIMIT) -> list[DialAttempt]:
        """Dials of which nobody has spoken for too long; each is handed out once a lease."""
        now = self.parts.clock.now()
        overdue = (
            Promise.state == PromiseState.DIALLING,
            or_(Promise.lease_until.is_(None), Promise.lease_until < now),
        )
        with self.parts.reading() as session:
            if session.scalar(select(Promise.id).where(*overdue).limit(1)) is None:
                return []
        with self.parts.session() as session:
            late = session.scalars(select(Promise).where(*overdue).limit(limit).with_for_update(skip_locked=True)).all()
            for promise in late:
                promise.lease_until = now + dialling.LEASE
            attempts = [self.parts.last_attempt(session, promise) for promise in late]
        return [attempt for attempt in attempts if attempt is not None]

    def attempt_started(
        self, promise_id: str, *, reservation_id: str, session: Session | None = None
    ) -> DialOrder | PromiseRefused:
        """Record a dial before it is made; the same reservation twice gets the same order, marked `again`.

        Refused (hours, caps): the promise is put off and the agent is free. Raises DialOutOfTurn.
        """
        with self.parts.session(session) as own:
            return dialling.start_attempt(self.parts, own, promise_id, reservation_id)

    def attempt_dialled(self, key: str, carrier_sid: str, *, session: Session | None = None) -> None:
        """The carrier has taken the dial and calls it so."""
        with self.parts.session(session) as own:
            dialling.note_dialled(own, key, carrier_sid)

    def attempt_failed(self, key: str, result: str, *, session: Session | None = None) -> bool:
        """The dial of that key came to nothing (a `DialResult`): again later or given up; the agent is free."""
        with self.parts.session(session) as own:
            return dialling.fail_attempt(self.parts, own, key, DialResult(result))

    def answered(self, promise_id: str, *, session: Session | None = None) -> bool:
        """The called party has pressed 1 and is with the agent; tells routing `connected` unless it knows.

        False when the agent is gone, and for a repeat.
        """
        with self.parts.session(session) as own:
            return dialling.answer(self.parts, own, promise_id)

    def kept(self, promise_id: str, *, session: Session | None = None) -> bool:
        """They have talked. Comes by itself when routing ends the reservation (`callbacks.listening`)."""
        with self.parts.session(session) as own:
            return dialling.keep(self.parts, own, promise_id)

    def get(self, promise_id: str, *, session: Session | None = None) -> Promise | None:
        """The promise; None when there is none of that id."""
        with self.parts.reading(session) as own:
            return own.get(Promise, promise_id)

    def _come_in_line(self, promise_id: str) -> bool:
        with self.parts.session() as session:
            return dialling.come_in_line(self.parts, session, promise_id)
