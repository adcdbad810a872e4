"""What is counted in the chaos run, and how it is printed.

- lost: promises whose customer never talked with an agent, or that are not noted as kept.
- doubled: dials made twice under one key, and phones that rang while they rang already or after they had talked.
- early: phones that rang before the time of their promise.
- late: from the moment a promise falls due (or the agents are back from their rest during the flush, if that is later)
  until the customer's phone first rings; in between an agent's desk rings, is answered, and the agent picks up.
"""

import statistics
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.callback_chaos_carrier import DialBook
from benchmarks.callback_chaos_house import Kills
from callbacks.promises import Promise, PromiseState
from foundation.db import Database
from ivr.tables import Meeting
from routing.entries import QueueEntry
from routing.reservations import Reservation

LATEST = 5.0
SHOWN = 10


@dataclass(slots=True)
class Owed:
    """What was promised: to which number, for when; and when nobody was there to keep it."""

    due: dict[str, datetime] = field(default_factory=dict)
    rests: list[tuple[datetime, datetime]] = field(default_factory=list)
    order_kept: bool | None = None
    first_kill: datetime | None = None

    def expected(self, number: str) -> datetime:
        """When the number's phone is to ring."""
        due = self.due[number]
        return next((until for since, until in self.rests if since <= due < until), due)


@dataclass(frozen=True, slots=True)
class Counted:
    """What came of it; `order_kept` None when Redis was not flushed."""

    lost: int
    doubled: int
    early: int
    p99: float
    order_kept: bool | None

    @property
    def kept(self) -> bool:
        """Whether every promise was kept, whatever its hour."""
        return not (self.lost or self.doubled or self.early) and self.order_kept is not False

    @property
    def in_time(self) -> bool:
        """Whether 99 of 100 were kept in time."""
        return self.p99 <= LATEST


def open_promises(db: Database) -> int:
    """How many promises are not kept yet."""
    with _looking(db) as session:
        rows = select(func.count()).select_from(Promise).where(Promise.state != PromiseState.KEPT)
        return session.scalar(rows) or 0


def print_count(owed: Owed, book: DialBook, kills: Kills, db: Database) -> Counted:
    """Print what was kept and what was not."""
    with _looking(db) as session:
        states = {row.number: row.state for row in session.execute(select(Promise.number, Promise.state))}
    lost = [number for number in owed.due if states.get(number) != PromiseState.KEPT or not book.talked(number)]
    doubled = book.doubled()
    first = {number: book.rings[number][0].at for number in owed.due if book.rings.get(number)}
    early = [number for number, at in first.items() if at < owed.due[number]]
    late = {number: (at - owed.expected(number)).total_seconds() for number, at in first.items()}
    p99 = statistics.quantiles(late.values(), n=100)[98] if len(late) > 1 else float("inf")
    again = sum(len(rings) - 1 for rings in book.rings.values() if rings)
    print(f"killed {kills.total} processes: {kills}")
    print(f"promised {len(owed.due)}, rang {len(first)}, rang again after an attempt that failed {again}")
    for word, numbers in (("late", [n for n, s in late.items() if s > LATEST]), ("lost", lost), ("early", early)):
        for number in numbers[:SHOWN]:
            print(f"  {word}: {number} {_story(db, number, owed.expected(number), book)}")
    for key in doubled[:SHOWN]:
        print(f"  doubled: {key}")
    ordered = sorted(late.values()) or [0.0]
    middle, most = statistics.median(ordered), ordered[-1]
    print(
        f"early {len(early)}, late p50 {middle:.2f} s, p90 {ordered[len(ordered) * 9 // 10]:.2f} s, most {most:.2f} s"
    )
    print(f"lost {len(lost)} doubled {len(doubled)} late_p99 {p99:.1f}s")
    return Counted(len(lost), len(doubled), len(early), p99, owed.order_kept)


def _story(db: Database, number: str, due: datetime, book: DialBook) -> str:
    """What happened to a promise, in seconds after its time, for whoever must find out why."""
    with _looking(db) as session:
        promise = session.scalars(select(Promise).where(Promise.number == number)).one()
        entries = session.scalars(select(QueueEntry.id).where(QueueEntry.promise_id == promise.id)).all()
        held = session.scalars(select(Reservation).where(Reservation.entry_id.in_(entries))).all()
        met = {one.reservation_id: one for one in session.scalars(select(Meeting))}
    told = [f"is {promise.state} after {promise.attempts} attempts, {promise.last_result or 'no result'}"]
    for row in sorted(held, key=lambda row: row.created_at):
        moments = {"offered": row.created_at, "accepted": row.accepted_at, "ended": row.ended_at}
        if row.id in met:
            moments |= {"dialled": met[row.id].began_at, "met": met[row.id].connected_at, "over": met[row.id].ended_at}
        seconds = [f"{name} {(at - due).total_seconds():.2f}" for name, at in moments.items() if at]
        told.append(f"{row.agent_id} {row.state} {row.reason}: {', '.join(seconds)}")
    rings = [f"rang {(ring.at - due).total_seconds():.2f} talked {ring.talked}" for ring in book.rings.get(number, ())]
    return "; ".join(told + rings)


def _looking(db: Database) -> Session:
    return Session(db.engine.execution_options(isolation_level="AUTOCOMMIT"))
