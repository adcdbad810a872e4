"""How recordings stand as a whole: for whoever looks after the house."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from foundation.db import Database
from recordings.recording import Recording, RecordingState

OPEN = (RecordingState.FETCHING, RecordingState.FAILED)


@dataclass(frozen=True, slots=True)
class Standing:
    """Counts: recordings by state, copies that the carrier should no longer have, what stands against those to come."""

    by_state: dict[str, int]
    at_carrier: int
    problems: dict[str, int]

    @property
    def word(self) -> str:
        """`ok`, or what is wrong, in a word: a problem of ours first."""
        for ours in ("disk", "store_down"):
            if ours in self.problems:
                return ours
        return "failed" if self.by_state[RecordingState.FAILED] else "ok"


def standing(session: Session) -> Standing:
    """The counts of this moment."""
    counted = dict.fromkeys((state.value for state in RecordingState), 0)
    for state, count in session.execute(select(Recording.state, func.count()).group_by(Recording.state)):
        counted[state] = count
    settled = Recording.state.in_((RecordingState.STORED, RecordingState.GONE))
    late = select(func.count()).where(settled, Recording.retry_at.is_not(None), Recording.carrier_gone_at.is_(None))
    why = select(Recording.problem, func.count()).where(Recording.state.in_(OPEN), Recording.problem != "")
    found = session.execute(why.group_by(Recording.problem).order_by(Recording.problem)).all()
    problems = {row[0]: row[1] for row in found}
    return Standing(counted, session.scalar(late) or 0, problems)


def ask_again(db: Database, now: datetime) -> int:
    """Make every recording that failed due once more, as if it had never been asked for; how many."""
    failed = update(Recording).where(Recording.state == RecordingState.FAILED)
    with db.begin() as session:
        again = failed.values(state=RecordingState.FETCHING, attempts=0, retry_at=now)
        return len(session.scalars(again.returning(Recording.id)).all())
