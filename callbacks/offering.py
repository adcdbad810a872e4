"""Whether a queue's callers are offered a callback now: on at one condition, off at another, one row a queue."""

from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.clock import Clock
from foundation.db import Base, Database, UtcDateTime


class QueueOffer(Base):
    """A queue that offers callbacks, or has stopped to; a queue without a row has never begun."""

    __tablename__ = "queue_offers"

    queue: Mapped[str] = mapped_column(String(64), primary_key=True)
    is_on: Mapped[bool]
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class Offers:
    """The state of every queue's offer. Any number of processes may look and turn at once."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def now(self) -> dict[str, bool]:
        """Each queue that was ever turned on, and whether it is."""
        engine = self._db.engine.execution_options(isolation_level="AUTOCOMMIT")  # waits for no writer
        with Session(engine) as session:
            return {row.queue: row.is_on for row in session.scalars(select(QueueOffer))}

    def turn(self, queue: str, *, on: bool) -> bool:
        """Begin or stop offering; False when it was so already."""
        with self._db.begin() as session:
            row = session.get(QueueOffer, queue, with_for_update=True)
            if row is None and on:
                session.add(QueueOffer(queue=queue, is_on=True, since=self._clock.now()))
                return True
            if row is None or row.is_on is on:
                return False
            row.is_on, row.since = on, self._clock.now()
            return True
