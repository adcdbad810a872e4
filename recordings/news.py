"""What recordings tell upward."""

from dataclasses import dataclass

from foundation.events import News


@dataclass(frozen=True, slots=True)
class RecordingStored(News):
    """The sound of a call is here, verified, and can be heard."""

    recording_id: str
    call_id: str
    kind: str
    queue: str


@dataclass(frozen=True, slots=True)
class RecordingFailed(News):
    """The sound could not be had; `problem` is a stable code."""

    recording_id: str
    call_id: str
    problem: str
