"""A recording heard again by another model: asked for, done by a job, compared, and taken in the transcript's place.

The row says how far it is; the job is only a nudge. What is heard is redacted as live words are, before it is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from foundation.calls import Call
from foundation.clock import Clock
from foundation.db import Database
from foundation.errors import CallwrightError, Problem
from foundation.ids import IdSource
from foundation.live import LiveStream
from foundation.logs import get_logger
from ivr.redaction import Redaction
from ivr.tokens import StreamGrant
from recordings.content import opened
from recordings.recording import Recording, RecordingKind, RecordingState, recordings_of
from recordings.store import RecordingStore
from transcription.again import (
    HeardSegment,
    Hearing,
    HearingState,
    ask_hearing,
    heard_of,
    replace_heard,
    spoken_again,
)
from transcription.batch import HeardTrack, hear_again
from transcription.compare import Comparison, Timed, compare, together
from transcription.recognizer import Engine
from transcription.redact.track import TrackMasker
from transcription.store import Segment, replace_transcript, transcript
from transcription.stream import Final as FinalLine
from transcription.understanding.kept import insight_of

log = get_logger(__name__)
JOB: Final = "console.work:hear_again"
TOLD_EVERY_MS: Final = 5_000


class NothingToHear(CallwrightError):
    """There is no such call, no recording of it, or no such hearing."""


@dataclass(frozen=True, slots=True)
class Hearings:
    """What hearing again needs."""

    db: Database
    clock: Clock
    ids: IdSource
    live: LiveStream
    sounds: RecordingStore
    redaction: Redaction

    def ask(self, call_id: str, *, model: str, language: str, who: str) -> Hearing:
        """Note that the call's recording is to be heard again. Raises NothingToHear when it has none at hand."""
        with self.db.begin() as session:
            call, recording = _recorded(session, call_id)
            return ask_hearing(
                session,
                self.ids,
                call_id=call.id,
                recording_id=recording.id,
                language=language or call.language,
                model=model,
                who=who,
                now=self.clock.now(),
            )

    def hear(self, hearing_id: str, engine: Engine) -> Hearing:
        """Do it; done already, nothing happens. A failure is noted in the row and raised."""
        with self.db.begin() as session:
            row = _hearing(session, hearing_id)
            if not row.become(HearingState.HEARING):
                return row
            recording = session.get_one(Recording, row.recording_id)
            path, call_id, language = recording.path, row.call_id, row.language
        try:
            told = _Told(self, hearing_id, call_id)
            tracks = hear_again(lambda: opened(self.sounds.content(path)), engine, progress=told.progress)
        except CallwrightError as error:
            with self.db.begin() as session:
                failed = _hearing(session, hearing_id)
                failed.become(HearingState.FAILED)
                failed.problem, failed.ended_at = error.problem.code, self.clock.now()
            raise
        kept = [(track.speaker, self._redacted(call_id, language, track)) for track in tracks]
        with self.db.begin() as session:
            row = _hearing(session, hearing_id)
            replace_heard(session, hearing_id, kept)
            session.flush()
            row.wer = together(list(compared(session, row).values()))
            row.model, row.done_ms, row.ended_at = engine.model_name, row.total_ms, self.clock.now()
            row.become(HearingState.DONE)
        log.info("heard_again", call_id=call_id, model=engine.model_name)
        return row

    def adopt(self, hearing_id: str) -> int:
        """Put it in the transcript's place: found, shown and understood from now on. How many segments it has."""
        with self.db.begin() as session:
            row = _hearing(session, hearing_id)
            if row.state != HearingState.DONE:
                raise NothingToHear(Problem("hearing_not_done", "This hearing is not done.", where=hearing_id))
            row.adopted_at = self.clock.now()
            insight = insight_of(session, row.call_id)
            if insight is not None:
                insight.settled = False
            return replace_transcript(session, row.call_id, spoken_again(session, hearing_id), model=row.model)

    def _redacted(self, call_id: str, language: str, track: HeardTrack) -> Sequence[FinalLine]:
        if not track.finals:
            return ()
        grant = StreamGrant(call_id, "", track.speaker, language)
        end = track.finals[-1].end_ms
        told = TrackMasker(self.redaction.rules(grant)).take(track.finals, position_ms=end, over=True)
        return [one for one in told.news if isinstance(one, FinalLine)]


class _Told:
    """Progress, kept in the row and told to whoever watches the call, every few seconds of sound."""

    def __init__(self, hearings: Hearings, hearing_id: str, call_id: str) -> None:
        self._hearings, self._hearing_id, self._call_id = hearings, hearing_id, call_id
        self._last = -TOLD_EVERY_MS

    def progress(self, done_ms: int, total_ms: int) -> None:
        if done_ms - self._last < TOLD_EVERY_MS and done_ms < total_ms:
            return
        self._last = done_ms
        with self._hearings.db.begin() as session:
            row = _hearing(session, self._hearing_id)
            row.done_ms, row.total_ms = min(done_ms, total_ms), total_ms
        self._hearings.live.push(f"call:{self._call_id}", "heard_again", {"done": done_ms, "total": total_ms})


def compared(session: Session, hearing: Hearing) -> dict[str, Comparison]:
    """What was heard at first beside what was heard now, for each speaker, word by word."""
    first, second = _words(transcript(session, hearing.call_id)), _words(heard_of(session, hearing.id))
    return {who: compare(first.get(who, []), second.get(who, [])) for who in sorted({*first, *second})}


def _words(lines: Sequence[Segment] | Sequence[HeardSegment]) -> dict[str, list[Timed]]:
    found: dict[str, list[Timed]] = {}
    for line in lines:
        found.setdefault(line.speaker, []).extend(Timed(word, line.start_ms) for word in line.text.split())
    return found


def _recorded(session: Session, call_id: str) -> tuple[Call, Recording]:
    call = session.get(Call, call_id)
    if call is None:
        raise NothingToHear(Problem("no_call", "There is no such call.", where=call_id))
    for recording in recordings_of(session, call_id):
        if recording.kind == RecordingKind.CALL and recording.state == RecordingState.STORED:
            return call, recording
    todo = "A recording is fetched a moment after the call has ended."
    raise NothingToHear(Problem("no_recording", "There is no recording of this call here.", where=call_id, todo=todo))


def _hearing(session: Session, hearing_id: str) -> Hearing:
    row = session.get(Hearing, hearing_id)
    if row is None:
        raise NothingToHear(Problem("no_hearing", "There is no such hearing.", where=hearing_id))
    return row
