"""Why a number is not called: every code there is, in one table, and the count of refusals, which names no number."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.db import Base, UtcDateTime
from foundation.logs import get_logger
from foundation.phone import REASONS

log = get_logger(__name__)

REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        **REASONS,
        "do_not_call": "The number is on the list of numbers that are never called (`callwright dnc`).",
        "time_past": "The chosen time is over.",
        "time_too_far": "The chosen time is more than 30 days away.",
        "closed": "The queue's hours for callbacks do not allow it.",
        "quiet_hours": "It is within `dialing.quiet` somewhere the number may be.",
        "slot_full": "As many callbacks as there is room for are promised for that time (`callback.slots`).",
        "too_many_requests": "The number asked for `max_requests_per_number_per_day` callbacks in 24 hours.",
        "too_many": "The number was called `max_per_number_per_day` times in 24 hours.",
        "prefix_cap": "Numbers that differ in their last four digits only were called too often within an hour.",
        "day_cap": "The site has made `max_per_day` calls back in 24 hours.",
        "minutes_cap": "The site has spent `max_minutes_per_day` on calls back in 24 hours.",
        "spend_cap": "The site has spent `max_spend_per_day` on calls back in 24 hours.",
        "concurrent": "`max_concurrent` calls back are under way; tried again within seconds.",
        "carrier_pace": "The carrier takes `calls_per_second`, and that line is long; tried again within seconds.",
    }
)
"""Every code with which a callback is refused when it is asked for or when it is to be dialled, and what it means."""
SOON = frozenset({"concurrent", "carrier_pace"})
"""Refusals that are over in seconds: the promise keeps its place in line."""


class DialRefusal(Base):
    """One refusal. Whose number it was is not kept."""

    __tablename__ = "dial_refusals"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    queue: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(32))
    stage: Mapped[str] = mapped_column(String(8))
    """`promise` when it was asked for, `dial` when it was to be dialled."""


def note_refusal(session: Session, *, queue: str, reason: str, stage: str, now: datetime) -> None:
    """Count a refusal, in the transaction that refuses, and log it."""
    session.add(DialRefusal(at=now, queue=queue, reason=reason, stage=stage))
    log.info("callback_refused", queue=queue, reason=reason, stage=stage)


def refusals_since(session: Session, since: datetime) -> dict[str, int]:
    """How often each code was given since then."""
    rows = select(DialRefusal.reason, func.count()).where(DialRefusal.at >= since).group_by(DialRefusal.reason)
    return {reason: count for reason, count in session.execute(rows)}  # noqa: C416 - a row is not yet a pair to mypy


def page() -> str:
    """The table as a page, in Markdown: `docs/refusals.md` is what this writes."""
    rows = [
        "# Why a number is not called",
        "",
        "A callback is refused with one of these codes, when it is asked for and again at the moment of the dial.",
        "Refusals are counted by code and queue, and logged; neither names the number.",
        "",
        "| code | meaning |",
        "|---|---|",
    ]
    return "\n".join([*rows, *(f"| `{code}` | {meaning} |" for code, meaning in REFUSALS.items()), ""])
