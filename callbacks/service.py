"""The one door of callbacks: promises are made, fall due, are dialled and kept only here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Unpack

from sqlalchemy.orm import Session

from callbacks import dialling, promising, recording
from callbacks.asking import Asking
from callbacks.dials import Dials
from callbacks.parts import Parts, PolicyShelf
from callbacks.policy import DialPolicy
from callbacks.promises import DialAttempt, DialResult, Promise
from callbacks.promising import PromiseRefused, Request, Story
from callbacks.recording import DialOrder
from foundation.clock import Clock
from foundation.db import Database
from foundation.events import Bus
from foundation.ids import IdSource
from routing.service import RoutingService

LIMIT = 50


class CallbackService:
    """Promises. Methods that take a `session` work inside that transaction; without one they open their own.

    `policy` can be replaced when the site changes; `asking` is the door of those who are owed something, or may be,
    `dials` that of whoever makes the calls; `parts` is for this folder's own modules.
    """

    def __init__(
        self, db: Database, clock: Clock, ids: IdSource, bus: Bus, policy: DialPolicy, routing: RoutingService
    ) -> None:
        self.policy = PolicyShelf(policy)
        self.parts = Parts(db, clock, ids, bus, self.policy, routing)
        self.asking = Asking(self.parts)
        self.dials = Dials(self.parts)

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
        """Bring what is due in line, or record its dial; the promises' ids. Any number may run at once."""
        return self.dials.due(limit=limit)

    def overdue(self, *, limit: int = LIMIT) -> list[DialAttempt]:
        """Dials to be made now, and those of which nobody has spoken for too long; each is handed out once a lease."""
        return self.dials.overdue(limit=limit)

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
            recording.note_dialled(self.parts, own, key, carrier_sid, dialling.LEASE)

    def attempt_failed(self, key: str, result: str, *, session: Session | None = None) -> bool:
        """The dial of that key came to nothing (a `DialResult`): again later or given up; the agent is free."""
        with self.parts.session(session) as own:
            return dialling.fail_attempt(self.parts, own, key, DialResult(result))

    def answered(self, promise_id: str, *, reservation_id: str = "", session: Session | None = None) -> bool:
        """The called party has pressed 1 and is with the agent; tells routing `connected` unless it knows.

        `reservation_id` is that of the agent who takes a customer dialled ahead. False when the agent is gone, and for
        a repeat.
        """
        with self.parts.session(session) as own:
            return dialling.answer(self.parts, own, promise_id, reservation_id)

    def kept(self, promise_id: str, *, session: Session | None = None) -> bool:
        """They have talked. Comes by itself when routing ends the reservation (`callbacks.listening`)."""
        with self.parts.session(session) as own:
            return dialling.keep(self.parts, own, promise_id)

    def get(self, promise_id: str, *, session: Session | None = None) -> Promise | None:
        """The promise; None when there is none of that id."""
        with self.parts.reading(session) as own:
            return own.get(Promise, promise_id)
