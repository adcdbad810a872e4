"""What every part of callbacks works with, and the one way a promise changes its state."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from callbacks.news import PromiseMoved
from callbacks.policy import DialPolicy
from callbacks.promises import PROMISE_TABLE, DialAttempt, DialResult, Promise, PromiseEvent, PromiseState
from foundation.clock import Clock
from foundation.db import Database
from foundation.errors import CallwrightError, Problem
from foundation.events import Bus, publish
from foundation.ids import IdSource
from foundation.outbox import put
from routing.service import RoutingService

ENDED = "callbacks.ended"
"""What is owed to a customer who was not called or not reached: a message that says so (`ivr.callback_notices`)."""
NOT_REACHED = frozenset(
    {DialResult.BUSY, DialResult.NO_ANSWER, DialResult.NOT_CONFIRMED, DialResult.MACHINE, DialResult.HUNG_UP}
)


class PromiseUnknown(CallwrightError):
    """No promise has that id."""


class PolicyShelf:
    """The policy of the site that runs; replaced as a whole when the site changes."""

    def __init__(self, policy: DialPolicy) -> None:
        self.current = policy

    def replace(self, policy: DialPolicy) -> None:
        """From now on this one, also for promises already made."""
        self.current = policy


@dataclass(frozen=True, slots=True)
class Parts:
    """The collaborators."""

    db: Database
    clock: Clock
    ids: IdSource
    bus: Bus
    shelf: PolicyShelf
    routing: RoutingService

    @property
    def policy(self) -> DialPolicy:
        """The policy that holds now."""
        return self.shelf.current

    @contextmanager
    def session(self, given: Session | None = None) -> Iterator[Session]:
        """The caller's transaction when there is one, else one of our own."""
        if given is not None:
            yield given
            return
        with self.db.begin() as session:
            yield session

    @contextmanager
    def reading(self, given: Session | None = None) -> Iterator[Session]:
        """The caller's transaction when there is one, else a look that waits for no writer and keeps none waiting."""
        if given is not None:
            yield given
            return
        engine = self.db.engine.execution_options(isolation_level="AUTOCOMMIT")
        with Session(engine, expire_on_commit=False) as session:
            yield session

    def promise(self, session: Session, promise_id: str) -> Promise:
        """The promise, locked. Raises PromiseUnknown."""
        row = session.get(Promise, promise_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise PromiseUnknown(Problem("unknown_promise", "There is no promise of that id.", where=promise_id))
        return row

    @staticmethod
    def last_attempt(session: Session, promise: Promise) -> DialAttempt | None:
        """The latest dial of the promise."""
        rows = select(DialAttempt).where(DialAttempt.promise_id == promise.id).order_by(DialAttempt.attempt.desc())
        return session.scalars(rows.limit(1)).first()

    def move(self, session: Session, promise: Promise, event: PromiseEvent) -> None:
        """Take the promise along one row of the table, and say so. Raises MoveRefused."""
        promise.state = PROMISE_TABLE.after(PromiseState(promise.state), event)
        if promise.state != PromiseState.DIALLING:
            promise.lease_until = None
        if PROMISE_TABLE.is_final(PromiseState(promise.state)):
            promise.ended_at = self.clock.now()
        if promise.state == PromiseState.EXPIRED or (
            promise.state == PromiseState.GIVEN_UP and promise.last_result in NOT_REACHED
        ):
            put(
                session, row_id=self.ids.new("OB"), kind=ENDED, payload={"promise_id": promise.id}, now=self.clock.now()
            )
        moved = PromiseMoved(
            promise.id, promise.call_id, promise.queue, promise.state, promise.attempts, promise.due_at
        )
        publish(session, self.bus, moved)
