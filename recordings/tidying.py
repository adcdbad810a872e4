"""What is left to do once a sound is here or gone: the file of what is gone is removed, and the carrier's copy deleted.

Asked for until it is done, for ever: a copy that nobody minds is a promise broken in silence.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from foundation.clock import Clock
from foundation.db import Database
from foundation.errors import CallwrightError
from foundation.logs import get_logger
from recordings.content import stretch
from recordings.recording import BACK_OFF, Recording, RecordingState
from recordings.store import RecordingStore

log = get_logger(__name__)
LONG = 5
"""After so many attempts it is a warning."""
NOT_THERE = frozenset({"20404", "404"})
"""What a carrier says of a copy that it has not got."""

CarriersCopy = Callable[[str], None]
"""Deletes the carrier's copy by its id; raises a CallwrightError when it cannot."""


@dataclass(frozen=True, slots=True)
class Tidier:
    """Leaves each sound in one place, or in none."""

    db: Database
    store: RecordingStore
    delete: CarriersCopy | None
    clock: Clock

    def tidy(self, recording_id: str) -> bool:
        """Do what is left to do; False when what is here is no longer what was verified: then it is fetched again.

        The carrier's copy is deleted only when ours was read again, whole, from where it is kept.
        """
        with self.db.begin() as session:
            recording = session.get_one(Recording, recording_id)
        try:
            if recording.state == RecordingState.GONE and recording.path:
                self.store.delete(recording.path)
                self._removed(recording_id)
            is_needed = self.delete is not None and recording.carrier_gone_at is None
            if is_needed and recording.state == RecordingState.STORED and not is_whole(self.store, recording):
                return self._damaged(recording)
            if is_needed and self.delete is not None:
                _forget(self.delete, recording.carrier_sid)
        except CallwrightError as error:
            self._later(recording, error.problem.code)
        except OSError:
            log.exception("recording_not_removed", recording=recording_id)
            self._later(recording, "disk")
        else:
            self._done(recording_id, by_carrier=is_needed)
        return True

    def _removed(self, recording_id: str) -> None:
        with self.db.begin() as session:
            session.get_one(Recording, recording_id).path = ""

    def _done(self, recording_id: str, *, by_carrier: bool) -> None:
        with self.db.begin() as session:
            recording = session.get_one(Recording, recording_id)
            recording.retry_at = None
            if by_carrier:
                recording.carrier_gone_at = self.clock.now()

    def _later(self, recording: Recording, code: str) -> None:
        with self.db.begin() as session:
            row = session.get_one(Recording, recording.id)
            wait = BACK_OFF[min(row.carrier_attempts, len(BACK_OFF) - 1)]
            row.carrier_attempts += 1
            row.retry_at = self.clock.now() + timedelta(seconds=wait)
            attempts = row.carrier_attempts
        tell = log.warning if attempts >= LONG else log.info
        tell("carriers_copy_later", recording=recording.id, problem=code, attempts=attempts, seconds=wait)

    def _damaged(self, recording: Recording) -> bool:
        log.error("recording_damaged", recording=recording.id)
        with self.db.begin() as session:
            row = session.get_one(Recording, recording.id)
            row.become(RecordingState.FETCHING)
            row.problem, row.attempts = "sound_damaged", 1
        return False


def is_whole(store: RecordingStore, recording: Recording) -> bool:
    """Whether what is kept is what was verified: its length and its checksum."""
    try:
        size = store.size(recording.path)
        digest = hashlib.sha256()
        for piece in stretch(store.content(recording.path), 0, size):
            digest.update(piece)
    except CallwrightError as error:
        if error.problem.code in {"sound_missing", "sound_forged"}:
            return False
        raise
    return (size, digest.hexdigest()) == (recording.bytes, recording.sha256)


def _forget(delete: CarriersCopy, carrier_sid: str) -> None:
    try:
        delete(carrier_sid)
    except CallwrightError as error:
        if error.problem.code not in NOT_THERE:
            raise
