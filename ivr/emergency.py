"""The emergency switch: named opening hours that somebody set to emergency, until somebody sets them back."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import String, delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.audit import record_access
from foundation.clock import Clock
from foundation.db import Base, Database, UtcDateTime
from foundation.logs import get_logger

log = get_logger(__name__)
KEPT_SECONDS = 1.0


class HoursSwitch(Base):
    """Hours that are in an emergency: the row is there while they are."""

    __tablename__ = "hours_switches"

    hours: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    who: Mapped[str] = mapped_column(String(64))


def switch_on(session: Session, hours: str, *, who: str, at: datetime) -> bool:
    """Set hours to emergency; False when they already were."""
    if session.get(HoursSwitch, hours) is not None:
        return False
    session.add(HoursSwitch(hours=hours, since=at, who=who))
    record_access(session, who=who, what="emergency on", subject=hours, at=at)
    return True


def switch_off(session: Session, hours: str, *, who: str, at: datetime) -> bool:
    """Set hours back to what their week says; False when they were not in an emergency."""
    row = session.get(HoursSwitch, hours)
    if row is None:
        return False
    session.execute(delete(HoursSwitch).where(HoursSwitch.hours == hours))
    record_access(session, who=who, what="emergency off", subject=hours, at=at)
    return True


def switches(session: Session) -> list[HoursSwitch]:
    """Every switch that is on."""
    return list(session.scalars(select(HoursSwitch).order_by(HoursSwitch.hours)))


class Emergencies:
    """Which hours are in an emergency now; another process may have switched them, so it looks once a second."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._kept: tuple[float, frozenset[str]] | None = None

    def now(self) -> Collection[str]:
        """Their names. What was known last holds while the database cannot be read."""
        moment = self._clock.monotonic()
        kept = self._kept
        if kept is not None and moment - kept[0] < KEPT_SECONDS:
            return kept[1]
        try:
            with self._db.begin() as session:
                found = frozenset(row.hours for row in switches(session))
        except SQLAlchemyError as error:
            log.warning("emergencies_unreadable", error=type(error).__name__)
            found = kept[1] if kept is not None else frozenset()
        self._kept = (moment, found)
        return found
