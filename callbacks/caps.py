"""How much may be dialled: numbers alike, a day, at once, minutes and money. The codes are those of `refusals`."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from callbacks.promises import DialAttempt, Promise, PromiseState

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ALIKE = 4
"""Numbers that differ in so many last digits only count as alike: one office, or one fraud."""
ON_THE_LINE = (PromiseState.DIALLING, PromiseState.HOLDING, PromiseState.TALKING)
MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Caps:
    """The site's limits; None is no limit, `calls_per_second` 0 too. Money is in whatever the price is in."""

    per_prefix_per_hour: int | None = None
    per_day: int | None = None
    concurrent: int | None = None
    seconds_per_call: float = 3600.0
    minutes_per_day: float | None = None
    spend_per_day: float | None = None
    price_per_minute: float = 0.0
    calls_per_second: float = 1.0


def cap_refusal(session: Session, caps: Caps, number: str, *, now: datetime) -> str:
    """The code of the cap that one dial more would pass; empty when it may be made."""
    if caps.per_prefix_per_hour is not None and _alike(session, number, now - HOUR) >= caps.per_prefix_per_hour:
        return "prefix_cap"
    if caps.per_day is not None and dials(session, since=now - DAY) >= caps.per_day:
        return "day_cap"
    refusal = _spent(session, caps, now)
    if refusal:
        return refusal
    return "concurrent" if caps.concurrent is not None and on_the_line(session) >= caps.concurrent else ""


def dials(session: Session, *, since: datetime, number: str | None = None) -> int:
    """How many dials were recorded since then, to a number or to anybody."""
    rows = select(func.count()).select_from(DialAttempt).where(DialAttempt.recorded_at > since)
    return session.scalar(rows if number is None else rows.where(DialAttempt.number == number)) or 0


def on_the_line(session: Session) -> int:
    """How many calls back are under way."""
    return session.scalar(select(func.count()).select_from(Promise).where(Promise.state.in_(ON_THE_LINE))) or 0


def minutes(session: Session, *, since: datetime, now: datetime) -> float:
    """Minutes that answered calls back have lasted, of those dialled since then; begun minutes count whole."""
    answered = DialAttempt.answered_at.is_not(None)
    rows = select(DialAttempt.answered_at, DialAttempt.ended_at).where(DialAttempt.recorded_at > since, answered)
    lasted = ((ended or now) - began for began, ended in session.execute(rows) if began is not None)
    return sum(max(1.0, -(-length.total_seconds() // MINUTE)) for length in lasted)


def _alike(session: Session, number: str, since: datetime) -> int:
    alike = DialAttempt.number.startswith(number[:-ALIKE], autoescape=True)
    rows = select(func.count()).select_from(DialAttempt).where(DialAttempt.recorded_at > since, alike)
    return session.scalar(rows) or 0


def _spent(session: Session, caps: Caps, now: datetime) -> str:
    if caps.minutes_per_day is None and caps.spend_per_day is None:
        return ""
    used = minutes(session, since=now - DAY, now=now)
    if caps.minutes_per_day is not None and used >= caps.minutes_per_day:
        return "minutes_cap"
    return "spend_cap" if caps.spend_per_day is not None and used * caps.price_per_minute >= caps.spend_per_day else ""
