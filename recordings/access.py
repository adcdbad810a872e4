"""The one door to sound: who may hear it, noted each time somebody does."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.audit import AuditRow, record_access
from foundation.calls import Call
from recordings.audio import SoundFormat, export
from recordings.content import Content
from recordings.recording import Recording, RecordingKind, RecordingState
from recordings.store import RecordingStore, SoundMissing

LISTENED = "recording.listened"
EXPORTED = "recording.exported"
REFUSED = "recording.refused"
ONE_HEARING = timedelta(minutes=10)
"""A player asks for many ranges of one sound: within this time they are one hearing, and one row."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who wants to hear: everything (`hears_all`), or the own calls and the messages of the own queues."""

    who: str
    hears_all: bool = False
    queues: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class OpenSound:
    """A sound that may be heard, and what a player needs to know."""

    recording_id: str
    content: Content
    size: int
    seconds: float
    channels: int
    mimetype: str = "audio/wav"


@dataclass(frozen=True, slots=True)
class Cut:
    """What is to be taken away: from and to which second (None: its end), as what, and whether it is levelled."""

    to: SoundFormat = SoundFormat.WAV
    start: float = 0.0
    end: float | None = None
    level: bool = False


def open_audio(
    session: Session, store: RecordingStore, recording_id: str, *, listener: Listener, at: datetime
) -> OpenSound | None:
    """The sound, and a row in the audit. None when there is none, or none for this listener: he is told no difference.

    A refusal is noted too, so the caller's transaction must be committed either way.
    """
    opened = _open(session, store, recording_id, listener, at)
    if opened is not None:
        _note(session, recording_id, listener.who, at)
    return opened


def export_audio(
    session: Session, store: RecordingStore, recording_id: str, *, listener: Listener, at: datetime, cut: Cut
) -> bytes | None:
    """A stretch of the sound to be taken away, and a row in the audit each time. None as `open_audio` has it.

    Raises SoundUnreadable when there is nothing in that stretch.
    """
    opened = _open(session, store, recording_id, listener, at)
    if opened is None:
        return None
    taken = export(opened.content, cut.to, start=cut.start, end=cut.end, level=cut.level)
    record_access(session, who=listener.who, what=EXPORTED, subject=recording_id, at=at)
    return taken


def _open(
    session: Session, store: RecordingStore, recording_id: str, listener: Listener, at: datetime
) -> OpenSound | None:
    recording = session.get(Recording, recording_id)
    if recording is None:
        return None
    if not may_hear(session, recording, listener):
        record_access(session, who=listener.who, what=REFUSED, subject=recording.id, at=at)
        return None
    if recording.state != RecordingState.STORED:
        return None
    try:
        content, size = store.content(recording.path), store.size(recording.path)
    except SoundMissing:
        return None
    return OpenSound(recording.id, content, size, recording.seconds, recording.channels)


def read_peaks(session: Session, recording_id: str, *, listener: Listener) -> list[list[float]]:
    """The picture of a sound the listener may hear; empty when there is none. Looking at it is not hearing it."""
    recording = session.get(Recording, recording_id)
    if recording is None or not may_hear(session, recording, listener):
        return []
    return recording.peaks


def may_hear(session: Session, recording: Recording, listener: Listener) -> bool:
    """Whether the recording is for the listener's ears."""
    if listener.hears_all:
        return True
    if recording.kind == RecordingKind.VOICEMAIL:
        return recording.queue in listener.queues
    agent = session.scalar(select(Call.agent_id).where(Call.id == recording.call_id))
    return bool(agent) and agent == listener.who


def _note(session: Session, recording_id: str, who: str, at: datetime) -> None:
    noted = select(AuditRow.id).where(
        AuditRow.subject == recording_id,
        AuditRow.who == who,
        AuditRow.what == LISTENED,
        AuditRow.at > at - ONE_HEARING,
    )
    if session.scalar(noted.limit(1)) is None:
        record_access(session, who=who, what=LISTENED, subject=recording_id, at=at)
