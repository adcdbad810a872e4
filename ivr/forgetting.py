"""When what callers gave in private is forgotten: sealed inputs of replays go with the call's transcript."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Text, cast, select

from foundation.calls import Call
from foundation.db import Database
from foundation.legal_holds import not_held
from foundation.logs import get_logger
from ivr.tables import CallEvent

log = get_logger(__name__)
BATCH: Final = 500
LOOK_BACK: Final = timedelta(days=60)
"""A house that was off for less than this misses nothing."""


def forget_private(db: Database, *, keep_seconds: float, now: datetime) -> int:
    """Take the sealed inputs out of calls older than transcripts are kept; how many lines were changed.

    The open part of the log stays: the way, what was said in the open, and masks where something was private.
    """
    before = now - timedelta(seconds=keep_seconds)
    old = select(Call.id).where(Call.started_at < before, Call.started_at >= before - LOOK_BACK, not_held())
    sealed = cast(CallEvent.payload, Text).contains('"sealed"')
    with db.begin() as session:
        rows = session.scalars(select(CallEvent).where(CallEvent.call_id.in_(old), sealed).limit(BATCH)).all()
        for row in rows:
            row.payload = {name: value for name, value in row.payload.items() if name != "sealed"}
    if rows:
        log.info("private_inputs_forgotten", lines=len(rows))
    return len(rows)
