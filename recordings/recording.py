"""What is known of a recording: whose it is, where it stands, what was verified of its sound."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, Float, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.db import Base, UtcDateTime
from foundation.ids import IdSource

BACK_OFF = (2, 5, 15, 30, 60, 300, 900, 3600)
"""Seconds before each further attempt at what did not succeed."""
UNTOLD = timedelta(seconds=60)
"""How long after a call's end the carrier may take to tell that its recording is complete."""


class RecordingKind(StrEnum):
    """A conversation, a message left for a queue, or a comment after a survey."""

    CALL = "call"
    VOICEMAIL = "voicemail"
    COMMENT = "comment"


class RecordingState(StrEnum):
    """Where a recording stands."""

    ASKED = "asked"  # the carrier records, or has recorded; nothing is here yet
    FETCHING = "fetching"
    STORED = "stored"
    FAILED = "failed"
    GONE = "gone"  # never made, or deleted

    def may_become(self, other: "RecordingState") -> bool:
        """Whether the table below has this step."""
        return other in TRANSITIONS[self]


TRANSITIONS: dict[RecordingState, frozenset[RecordingState]] = {
    RecordingState.ASKED: frozenset({RecordingState.FETCHING, RecordingState.FAILED, RecordingState.GONE}),
    RecordingState.FETCHING: frozenset(
        {RecordingState.FETCHING, RecordingState.STORED, RecordingState.FAILED, RecordingState.GONE}
    ),
    RecordingState.FAILED: frozenset({RecordingState.FETCHING, RecordingState.GONE}),
    RecordingState.STORED: frozenset({RecordingState.FETCHING, RecordingState.GONE}),  # damaged here: fetched again
    RecordingState.GONE: frozenset(),
}


class Recording(Base):
    """One recording. `queue` owns a voicemail; `told_seconds` is what the carrier said, `seconds` what was measured.

    `retry_at` is when somebody should ask for the job (again): to fetch the sound, or to delete the carrier's copy of
    one that is here or gone; None when there is nothing to do. `carrier_gone_at` is since when the carrier has no copy.
    A path of what is gone is that of a file still to be removed.
    """

    __tablename__ = "recordings"

    id: Mapped[str] = mapped_column(String(34), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    carrier_sid: Mapped[str] = mapped_column(String(34), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    queue: Mapped[str] = mapped_column(String(64), default="", index=True)
    state: Mapped[str] = mapped_column(String(16), default=RecordingState.ASKED)
    channels: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(Float, default=0.0)
    told_seconds: Mapped[float | None] = mapped_column(Float)
    bytes: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    path: Mapped[str] = mapped_column(String(160), default="")
    peaks: Mapped[list[list[float]]] = mapped_column(JSON, default=list, deferred=True)
    problem: Mapped[str] = mapped_column(String(64), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retry_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    carrier_attempts: Mapped[int] = mapped_column(default=0)
    carrier_gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def become(self, state: RecordingState) -> bool:
        """Go to the state if the table allows it; whether it did."""
        if not RecordingState(self.state).may_become(state):
            return False
        self.state = state
        return True


def note_recording(
    session: Session,
    ids: IdSource,
    *,
    call_id: str,
    carrier_sid: str,
    now: datetime,
    kind: RecordingKind = RecordingKind.CALL,
    queue: str = "",
    started_at: datetime | None = None,
) -> Recording:
    """The carrier records. The same recording told twice is one row."""
    known = find_by_carrier(session, carrier_sid)
    if known is not None:
        known.started_at = known.started_at or started_at
        return known
    made = Recording(
        id=ids.new("RC"),
        call_id=call_id,
        carrier_sid=carrier_sid,
        kind=kind,
        queue=queue,
        state=RecordingState.ASKED,
        asked_at=now,
        started_at=started_at,
    )
    session.add(made)
    session.flush()
    return made


def note_complete(recording: Recording, *, now: datetime, seconds: float | None, channels: int | None = None) -> None:
    """The carrier has the whole sound: it is to be fetched now. Told again of what is stored, nothing changes."""
    if recording.state in {RecordingState.STORED, RecordingState.GONE}:
        return
    is_news = recording.state == RecordingState.ASKED and recording.told_seconds is None
    recording.told_seconds = seconds if seconds is not None else recording.told_seconds
    recording.channels = channels or recording.channels
    # the call's end may have come first, and asked for a look a minute later: now is better
    recording.retry_at = now if is_news else recording.retry_at or now


def expect_after_end(session: Session, call_id: str, *, now: datetime) -> int:
    """The call is over: what the carrier does not tell to be complete is asked for a minute later. How many."""
    waiting = [row for row in recordings_of(session, call_id) if row.state == RecordingState.ASKED and not row.retry_at]
    for recording in waiting:
        recording.retry_at = now + UNTOLD
    return len(waiting)


def note_absent(recording: Recording) -> None:
    """The carrier made no sound of it."""
    if recording.state == RecordingState.ASKED and recording.become(RecordingState.GONE):
        recording.problem = "absent"
        recording.retry_at = None


def note_gone(recording: Recording, *, why: str, now: datetime) -> None:
    """It is given up: its picture goes now, its file and the carrier's copy as soon as the job can."""
    if recording.become(RecordingState.GONE):
        recording.problem, recording.peaks, recording.sha256 = why, [], ""
        recording.retry_at, recording.carrier_attempts = now, 0


def discard(session: Session, call_id: str, *, problem: str, now: datetime) -> int:
    """Never keep what is being recorded of the call; the carrier's copy is deleted once it can be. How many."""
    going = [row for row in recordings_of(session, call_id) if row.state == RecordingState.ASKED]
    for recording in going:
        recording.become(RecordingState.GONE)
        recording.problem, recording.retry_at = problem, now
    return len(going)


def note_taken_out(session: Session, call_id: str, *, now: datetime) -> int:
    """Words were taken out of the call's transcript: its sound, if it is here already, is muted soon. How many."""
    here = [row for row in recordings_of(session, call_id) if row.state == RecordingState.STORED]
    for recording in here:
        recording.retry_at = now
    return len(here)


def find_by_carrier(session: Session, carrier_sid: str) -> Recording | None:
    """The recording with the carrier's id."""
    return session.scalar(select(Recording).where(Recording.carrier_sid == carrier_sid))


def recordings_of(session: Session, call_id: str) -> Sequence[Recording]:
    """Everything recorded of a call, in order."""
    rows = select(Recording).where(Recording.call_id == call_id)
    return session.scalars(rows.order_by(Recording.asked_at, Recording.id)).all()


def voicemails_of(session: Session, queues: Sequence[str], *, limit: int = 100) -> Sequence[Recording]:
    """Messages left for these queues, newest first."""
    rows = select(Recording).where(Recording.kind == RecordingKind.VOICEMAIL, Recording.queue.in_(queues))
    return session.scalars(rows.order_by(Recording.asked_at.desc(), Recording.id).limit(limit)).all()
