"""Alerts: what flows tell supervisors, kept until somebody has seen it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from call_flows.actions import RaiseAlert
from foundation.db import Base, UtcDateTime
from foundation.events import Bus, News, publish
from foundation.ids import IdSource


@dataclass(frozen=True, slots=True)
class AlertRaised(News):
    """A flow calls a supervisor's attention to a call. What it says is in the row."""

    alert_id: str
    call_id: str
    level: str


class Alert(Base):
    """One alert."""

    __tablename__ = "alerts"

    id: Mapped[str] = mapped_column(String(34), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    level: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(String(200))
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    seen_by: Mapped[str] = mapped_column(String(64), default="")


def raise_alert(session: Session, bus: Bus, ids: IdSource, *, call_id: str, alert: RaiseAlert, now: datetime) -> None:
    """Keep the alert, and tell of it once that is written."""
    row = Alert(id=ids.new("AL"), call_id=call_id, level=alert.level.value, text=alert.text, raised_at=now)
    session.add(row)
    publish(session, bus, AlertRaised(row.id, call_id, row.level))


def unseen(session: Session, *, limit: int = 20) -> list[Alert]:
    """What nobody has seen yet, the newest first."""
    waiting = select(Alert).where(Alert.seen_at.is_(None)).order_by(Alert.raised_at.desc(), Alert.id).limit(limit)
    return list(session.scalars(waiting))


def see(session: Session, alert_id: str, *, who: str, now: datetime) -> bool:
    """Somebody has seen it; False when somebody else was first, or there is no such alert."""
    row = session.get(Alert, alert_id, with_for_update=True)
    if row is None or row.seen_at is not None:
        return False
    row.seen_at, row.seen_by = now, who
    return True
