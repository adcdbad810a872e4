"""The place where the screens ask recordings: whether a call's sound is there yet, and where it begins."""

from sqlalchemy.orm import Session

from console.views import Sound, SoundState


def read_sound(_session: Session, _call_id: str) -> Sound:
    """What is known of the call's recording."""
    return Sound(SoundState.NONE)
