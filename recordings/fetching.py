"""Bringing a recording home: fetched from the carrier, verified, kept, its picture drawn; asked for again until it is.

The row in SQL decides; a job is only a nudge. Repeating any step changes nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.clock import Clock
from foundation.db import Database
from foundation.errors import CallwrightError, Problem
from foundation.events import Bus, publish
from foundation.jobs import JobQueue
from foundation.logs import get_logger
from recordings.audio import SoundFacts, examine
from recordings.muting import TakenOut, mute, nothing_taken_out
from recordings.news import RecordingFailed, RecordingStored
from recordings.recording import BACK_OFF, Recording, RecordingState, find_by_carrier
from recordings.store import RecordingStore, Stored
from recordings.tidying import CarriersCopy, Tidier
from recordings.waveform import peaks

log = get_logger(__name__)
JOB = "recordings.jobs:fetch_recording"
OUR_TROUBLE = frozenset({"disk", "store_down"})
"""Problems that are not the sound's: it is asked for until they are over, however long that takes."""
LEASE = timedelta(minutes=16)
"""Longer than a job may run: so long a fetch that was begun is left alone."""
PATIENCE = timedelta(seconds=60)
"""How long a job that was asked for may wait for a worker before it is asked for again."""
TOLERANCE = 1.5
"""Seconds by which the sound may differ from what the carrier said (it says whole seconds)."""

SoundSource = Callable[[str], Iterable[bytes]]
"""The carrier's sound by its id, in pieces; raises a CallwrightError while there is none."""


class SoundRefused(CallwrightError):
    """The sound came, but is not what was told of it."""


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches recordings. `source` is the carrier, given by whoever assembles the house."""

    db: Database
    store: RecordingStore
    source: SoundSource
    clock: Clock
    bus: Bus = field(default_factory=Bus)
    delete: CarriersCopy | None = None
    """Deletes the carrier's copy of a sound that is here or gone; without it the carrier keeps all."""
    taken_out: TakenOut = nothing_taken_out
    """Of which stretches the words were taken out: they are silent in what is kept."""

    def fetch(self, carrier_sid: str) -> bool:
        """Bring it home; whether it is here now. What went wrong is noted, with the moment of the next attempt."""
        begun = self._begin(carrier_sid)
        if begun is None:
            return False
        if begun.state == RecordingState.GONE:
            self._tidied(begun)
            return False
        if begun.state == RecordingState.STORED:
            self._mute_again(begun)
            if self._tidied(begun):
                return True
        key = key_of(begun)
        try:
            stored = self.store.put(key, self.source(carrier_sid))
            facts = verified(self.store, key, begun)
            stored = mute(self.store, key, self.taken_out(begun)) or stored
            picture = peaks(self.store.content(key))
        except CallwrightError as error:
            self.store.delete(key)
            self._again(begun, error.problem.code)
            return False
        except OSError as error:
            log.exception("recording_not_kept", recording=begun.id, error=error.strerror)
            self._again(begun, "disk")
            return False
        return self._keep(begun.id, key, stored, facts, picture) and self._tidied(begun)

    def _mute_again(self, recording: Recording) -> None:
        """Mute what was taken out of the words after the sound was stored. What fails here is due again by its row."""
        stored = mute(self.store, recording.path, self.taken_out(recording))
        if stored is None:
            return
        picture = peaks(self.store.content(recording.path))
        with self.db.begin() as session:
            row = session.get_one(Recording, recording.id)
            row.bytes, row.sha256, row.peaks = stored.bytes, stored.sha256, picture

    def _tidied(self, recording: Recording) -> bool:
        """Let the carrier keep it no longer; False when what is here was damaged and is to be fetched again."""
        return Tidier(self.db, self.store, self.delete, self.clock).tidy(recording.id)

    def _begin(self, carrier_sid: str) -> Recording | None:
        with self.db.begin() as session:
            recording = find_by_carrier(session, carrier_sid)
            if recording is None:
                log.warning("recording_unknown", recording=carrier_sid)
                return None
            if recording.state in {RecordingState.STORED, RecordingState.GONE}:
                return recording
            if not recording.become(RecordingState.FETCHING):
                return None
            recording.attempts += 1
            recording.retry_at = self.clock.now() + LEASE
            return recording

    def _keep(self, recording_id: str, key: str, stored: Stored, facts: SoundFacts, picture: list[list[float]]) -> bool:
        with self.db.begin() as session:
            recording = session.get_one(Recording, recording_id)
            if recording.state == RecordingState.STORED:
                return True
            if not recording.become(RecordingState.STORED):  # deleted while it was fetched
                self.store.delete(key)
                return False
            recording.path, recording.bytes, recording.sha256 = key, stored.bytes, stored.sha256
            recording.seconds, recording.channels, recording.peaks = round(facts.seconds, 3), facts.channels, picture
            now = self.clock.now()
            goes_on = self.delete is not None or self.taken_out is not nothing_taken_out  # words may come later
            recording.stored_at, recording.retry_at, recording.problem = now, now if goes_on else None, ""
            publish(
                session, self.bus, RecordingStored(recording.id, recording.call_id, recording.kind, recording.queue)
            )
        return True

    def _again(self, begun: Recording, code: str) -> None:
        with self.db.begin() as session:
            recording = session.get_one(Recording, begun.id)
            if recording.state != RecordingState.FETCHING:
                return
            recording.problem = code[:64]
            if recording.attempts <= len(BACK_OFF) or code in OUR_TROUBLE:
                wait = BACK_OFF[min(recording.attempts, len(BACK_OFF)) - 1]
                recording.retry_at = self.clock.now() + timedelta(seconds=wait)
                log.info("recording_later", recording=begun.id, problem=code, seconds=wait)
                return
            recording.become(RecordingState.FAILED)
            recording.retry_at = None
            log.error("recording_failed", recording=begun.id, problem=code)
            publish(session, self.bus, RecordingFailed(recording.id, recording.call_id, code))


def nudge_due(db: Database, jobs: JobQueue, now: datetime) -> int:
    """Ask for the job of every recording that is due; for the ticker, any number of which may run. How many."""
    due = select(Recording).where(Recording.retry_at <= now).order_by(Recording.retry_at).limit(50)
    with Session(db.engine.execution_options(isolation_level="AUTOCOMMIT")) as looking:  # no lock when nothing is due
        if looking.scalar(due.with_only_columns(Recording.id).limit(1)) is None:
            return 0
    with db.begin() as session:
        rows = list(session.scalars(due.with_for_update(skip_locked=True)))
        for row in rows:
            row.retry_at = now + PATIENCE
        asked = [(row.id, row.carrier_sid, row.attempts) for row in rows]
    for recording_id, carrier_sid, attempts in asked:
        if not jobs.enqueue(JOB, carrier_sid, job_id=f"recording-{recording_id}-{attempts}"):
            _not_asked(db, recording_id, now)
    return len(asked)


def nudge_all(db: Database, jobs: JobQueue) -> int:
    """Ask anew for the job of every recording that is still to come, when the jobs themselves were lost. How many."""
    with Session(db.engine.execution_options(isolation_level="AUTOCOMMIT")) as looking:
        owed = select(Recording.id, Recording.carrier_sid, Recording.attempts).where(Recording.retry_at.is_not(None))
        asked = looking.execute(owed.order_by(Recording.retry_at)).all()
    return sum(jobs.enqueue(JOB, row.carrier_sid, job_id=f"recording-{row.id}-{row.attempts}") for row in asked)


def key_of(recording: Recording) -> str:
    """Where the sound of a recording is kept."""
    day = (recording.started_at or recording.asked_at).strftime("%Y/%m/%d")
    return f"{day}/{recording.id}.wav"


def verified(store: RecordingStore, key: str, recording: Recording) -> SoundFacts:
    """What the stored sound holds. Raises SoundUnreadable or SoundRefused when it is not what was told of it."""
    facts = examine(store.content(key))
    if recording.told_seconds is not None and facts.seconds < recording.told_seconds - TOLERANCE:
        what = f"{facts.seconds:.1f} s came of {recording.told_seconds:.1f} s."
        raise SoundRefused(Problem("sound_too_short", what, recording.id))
    if facts.channels < recording.channels:
        what = f"{facts.channels} channels came instead of {recording.channels}."
        raise SoundRefused(Problem("sound_channels", what, recording.id))
    return facts


def _not_asked(db: Database, recording_id: str, now: datetime) -> None:
    """The queue is down: the ticker asks again in a moment."""
    with db.begin() as session:
        session.get_one(Recording, recording_id).retry_at = now + timedelta(seconds=BACK_OFF[0])
