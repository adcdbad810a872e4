"""The place of the messages that callers left: each is owned by its queue, and heard by those who serve it."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, abort, render_template
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.access import sees_only_own_calls
from console.here import services
from console.looking import looking
from console.review.sound import STATES
from console.review.taking import played
from console.services import Services
from console.views import SoundState
from foundation.calls import Call
from recordings.access import Listener, open_audio
from recordings.recording import Recording, RecordingState, voicemails_of
from routing.agents import Agent
from routing.match import innermost
from transcription.store import transcript

blueprint = Blueprint("messages", __name__, url_prefix="/messages")
MOST = 100


@dataclass(frozen=True, slots=True)
class Message:
    """One message: who left it and when, for which queue, what was said, and whether it can be heard."""

    recording_id: str
    call_id: str
    queue: str
    number: str
    name: str
    left_at: datetime
    seconds: float
    state: SoundState
    words: str


@blueprint.get("")
def page() -> str:
    """The newest messages of the queues that the person serves; whoever reviews calls sees every queue's."""
    here = services()
    with looking(here.db) as session:
        found = [_message(session, one) for one in voicemails_of(session, _queues(here, session), limit=MOST)]
    return render_template("review/messages.html", found=found, sees_call=sees_only_own_calls() is None)


@blueprint.get("/<recording_id>/audio")
def audio(recording_id: str) -> Response:
    """The message's sound; what is another queue's is told like what does not exist, and noted."""
    here = services()
    with here.db.begin() as session:
        listener = Listener(
            who=sees_only_own_calls() or current_user.login,
            hears_all=sees_only_own_calls() is None,
            queues=_queues(here, session),
        )
        opened = open_audio(session, here.sounds, recording_id, listener=listener, at=here.clock.now())
    if opened is None:
        abort(404)
    return played(opened)


def _queues(here: Services, session: Session) -> list[str]:
    """The queues one of whose rings the person's skills reach; all, for those who see all calls."""
    names = sorted(one.name for one in here.routing.queues.all())
    own = sees_only_own_calls()
    if own is None:
        return names
    agent = session.get(Agent, own)
    if agent is None:
        return []
    return [name for name in names if innermost(here.routing.queues.get(name).rings, agent.skills) is not None]


def _message(session: Session, recording: Recording) -> Message:
    call = session.execute(select(Call.caller, Call.caller_name).where(Call.id == recording.call_id)).one()
    said = [one.text for one in transcript(session, recording.call_id) if one.speaker == "caller"]
    return Message(
        recording.id,
        recording.call_id,
        recording.queue,
        call.caller,
        call.caller_name,
        recording.started_at or recording.asked_at,
        recording.seconds or recording.told_seconds or 0.0,
        STATES[RecordingState(recording.state)],
        " ".join(said[-3:]),
    )
