"""The place where the screens ask recordings: which sounds a call has, whether they are here, and who listens."""

from flask_login import current_user
from sqlalchemy.orm import Session

from console.access import sees_only_own_calls
from console.looking import looking
from console.services import Services
from console.views import Sound, SoundState
from recordings.access import Cut, Listener, OpenSound, export_audio, open_audio, read_peaks
from recordings.links import SoundLink
from recordings.recording import Recording, RecordingKind, RecordingState, recordings_of

ABSENT = "absent"
STATES = {
    RecordingState.ASKED: SoundState.FETCHING,
    RecordingState.FETCHING: SoundState.FETCHING,
    RecordingState.STORED: SoundState.READY,
    RecordingState.FAILED: SoundState.FAILED,
    RecordingState.GONE: SoundState.DELETED,
}


def read_sounds(session: Session, call_id: str) -> tuple[Sound, ...]:
    """What was recorded of the call: the conversation first, then messages; what was never made is left out."""
    found = [one for one in recordings_of(session, call_id) if one.problem != ABSENT]
    found.sort(key=lambda one: one.kind != RecordingKind.CALL)
    return tuple(_sound(one) for one in found)


def _sound(recording: Recording) -> Sound:
    return Sound(
        state=STATES[RecordingState(recording.state)],
        recording_id=recording.id,
        seconds=recording.seconds or recording.told_seconds or 0.0,
        is_message=recording.kind == RecordingKind.VOICEMAIL,
    )


def listener() -> Listener:
    """Whoever asks, as the door to sound knows them: an agent hears the calls they were on, reviewers all."""
    own = sees_only_own_calls()
    return Listener(who=own or current_user.login, hears_all=own is None)


def open_sound(here: Services, recording_id: str) -> OpenSound | None:
    """The sound for whoever asks; opening it, and being refused, is noted."""
    with here.db.begin() as session:
        return open_audio(session, here.sounds, recording_id, listener=listener(), at=here.clock.now())


def open_linked(here: Services, link: SoundLink) -> OpenSound | None:
    """The sound for whoever holds the link, noted as heard by whoever asked for it."""
    with here.db.begin() as session:
        who = Listener(who=link.who, hears_all=True)
        return open_audio(session, here.sounds, link.recording_id, listener=who, at=here.clock.now())


def export_sound(here: Services, recording_id: str, cut: Cut) -> bytes | None:
    """A stretch of the sound to be taken away; noted each time."""
    with here.db.begin() as session:
        return export_audio(session, here.sounds, recording_id, listener=listener(), at=here.clock.now(), cut=cut)


def peaks_of(here: Services, recording_id: str) -> list[list[float]]:
    """Loudness over time, 0 to 1, one row a channel."""
    with looking(here.db) as session:
        return read_peaks(session, recording_id, listener=listener())
