"""How long sounds are kept: what is older than the site says goes, here and at the carrier, unless its call is held."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from foundation.calls import Call, CallStatus
from foundation.db import Database
from foundation.legal_holds import not_held
from foundation.logs import get_logger
from recordings.recording import Recording, RecordingState, note_gone

log = get_logger(__name__)
BATCH = 200
_LIVE = [status for status in CallStatus if not status.is_over]


def purge_old(db: Database, *, keep_seconds: float, now: datetime) -> int:
    """Give up every sound of a call that began longer ago than that; how many. Messages and comments are sounds too.

    Their files and the carrier's copies are removed by the job, which is due at once. For the ticker: repeating it is
    harmless, and any number may run.
    """
    before = now - timedelta(seconds=keep_seconds)
    old = _of_calls(Call.started_at < before, not_held(), Call.status.not_in(_LIVE))
    with db.begin() as session:
        rows = session.scalars(old.limit(BATCH).with_for_update(skip_locked=True, of=Recording)).all()
        give_up(rows, why="kept_long_enough", now=now)
    if rows:
        log.info("recordings_purged", recordings=len(rows))
    return len(rows)


def give_up_of(session: Session, calls: Sequence[str], *, why: str, now: datetime) -> list[Recording]:
    """Give up every sound of these calls, whatever its age; those that had been given up before are not among them."""
    rows = session.scalars(_of_calls(Call.id.in_(calls))).all()
    give_up(rows, why=why, now=now)
    return list(rows)


def give_up(rows: Sequence[Recording], *, why: str, now: datetime) -> None:
    """From here on they are gone; the picture goes at once, the file and the carrier's copy by the job."""
    for row in rows:
        note_gone(row, why=why, now=now)


def _of_calls(*which: ColumnElement[bool]) -> Select[Recording]:
    here = select(Recording).join(Call, Call.id == Recording.call_id).where(Recording.state != RecordingState.GONE)
    return here.where(*which).order_by(Recording.asked_at)
