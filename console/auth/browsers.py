"""The place of log-in sessions: one row a browser, ended by log-out, half an hour idle, or after twelve hours."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from console.auth.people import User
from foundation.clock import Clock
from foundation.db import Base, UtcDateTime
from foundation.ids import IdSource

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
TOUCH_EVERY = timedelta(seconds=20)


class BrowserSession(Base):
    """One browser that is logged in. The cookie holds a token, the table only its hash."""

    __tablename__ = "browser_sessions"
    __table_args__ = (Index("ix_browser_sessions_user_id", "user_id"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", name="fk_browser_sessions_user_id"))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    active_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def is_open(self, now: datetime) -> bool:
        """Whether the browser is still logged in."""
        return self.ended_at is None and now - self.active_at < IDLE and now - self.started_at < ABSOLUTE


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def start(session: Session, user: User, *, clock: Clock, ids: IdSource) -> str:
    """Begin a session and return its token, which nobody has seen before."""
    token = ids.new("BS") + ids.new("")
    now = clock.now()
    session.add(BrowserSession(token_hash=_hash(token), user_id=user.id, started_at=now, active_at=now))
    return token


def find(session: Session, token: str, *, clock: Clock) -> tuple[BrowserSession, User] | None:
    """The open session of a token and its person, if both are still allowed in."""
    row = session.get(BrowserSession, _hash(token))
    if row is None or not row.is_open(clock.now()):
        return None
    user = session.get(User, row.user_id)
    return (row, user) if user is not None and user.active else None


def needs_touch(row: BrowserSession, *, clock: Clock) -> bool:
    """Whether activity is worth writing: at most every twenty seconds."""
    return row.active_at < clock.now() - TOUCH_EVERY


def touch(session: Session, token: str, *, clock: Clock) -> None:
    """The person did something: half an hour begins again."""
    session.execute(
        update(BrowserSession)
        .where(BrowserSession.token_hash == _hash(token), BrowserSession.ended_at.is_(None))
        .values(active_at=clock.now())
    )


def end(session: Session, token: str, *, clock: Clock) -> None:
    """Log this browser out, for good: the cookie is worth nothing from now on."""
    session.execute(
        update(BrowserSession)
        .where(BrowserSession.token_hash == _hash(token), BrowserSession.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def end_all(session: Session, user: User, *, clock: Clock) -> None:
    """Log a person out everywhere, as after a new password."""
    session.execute(
        update(BrowserSession)
        .where(BrowserSession.user_id == user.id, BrowserSession.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
