"""What the shell itself remembers of a line: who listens, and what the carrier was last asked to do. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, NamedTuple

from call_flows.actions import (
    Collect,
    Dial,
    LeaveQueue,
    PauseRecording,
    RecordMessage,
    ResumeRecording,
    StartRecording,
    StopRecording,
    TakeCard,
)
from ivr.carrier import RecordingOrder
from ivr.twiml import Drawable


class Listening(StrEnum):
    """Whether the call is recorded and transcribed now."""

    OFF = "off"
    ON = "on"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Line:
    """The shell's own part of a session.

    `private`: the answer awaited is private, so it is masked in the log; `hushed`: listening was paused for it and goes
    on with the next document. `entry_id` is the caller's place in our queue, `leaving` the outcome with which the hold
    flow left it. `lane` is where the call goes on when the flow cannot.
    """

    listening: Listening = Listening.OFF
    private: bool = False
    hushed: bool = False
    guarded: bool = False
    """A card was given to a question that is not private: the call's state is sealed for the rest of the call."""
    unborn: bool = False
    """Paused before it began: the caller agreed, and the recording starts when the pause is over."""
    entry_id: str = ""
    queue: str = ""
    leaving: str = ""
    whisper: str = ""
    whisper_language: str = ""
    message_queue: str = ""
    lane: str = ""
    since: str = ""
    """When listening began (ISO): the moment from which a transcript's times count."""
    pending: dict[str, Any] | None = None
    """What the next document's webhook asks of others, since the last one made a promise first."""
    customer: dict[str, Any] | None = None
    """What the customer's record says of the caller, while the call lasts."""
    callbacks: list[dict[str, Any]] | None = None
    """What is owed to the caller's number."""
    place: str = ""
    """The place (ISO) that a callback has kept for a caller who would rather wait himself, in the queue `place_in`."""
    place_in: str = ""

    def to_json(self) -> dict[str, Any]:
        """Only what differs from the beginning."""
        if self == _AT_FIRST:
            return {}
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}

    @staticmethod
    def from_json(data: dict[str, Any]) -> "Line":
        """The line that `to_json` wrote."""
        if not data:
            return _AT_FIRST
        return Line(**{**data, "listening": Listening(data.get("listening", Listening.OFF))})


_AT_FIRST = Line(listening=Listening.OFF)


class Lowered(NamedTuple):
    """What is drawn, the line afterwards, and what the carrier's REST is asked before the document is answered."""

    actions: tuple[Drawable, ...]
    line: Line
    orders: tuple[RecordingOrder, ...]
    starts_stream: bool


def lower(actions: Sequence[Drawable], line: Line) -> Lowered:
    """Put the listening in order: nothing starts twice, and private keys are neither recorded nor streamed."""
    drawn: list[Drawable] = []
    orders: list[RecordingOrder] = []
    at_first = line.listening
    private = any(_is_private(action) for action in actions)
    if private != line.private:
        line = replace(line, private=private)
    if line.hushed and not private:
        line = _listen(ResumeRecording(), replace(line, hushed=False), drawn, orders)
    for action in actions:
        if isinstance(action, StartRecording | PauseRecording | ResumeRecording | StopRecording):
            line = _listen(action, line, drawn, orders)
            continue
        if _is_private(action) and line.listening is Listening.ON:
            line = replace(_listen(PauseRecording(), line, drawn, orders), hushed=True)
        line = _remember(action, line)
        drawn.append(action)
    if at_first is Listening.OFF:
        orders.clear()  # the carrier has no recording yet that could be paused or stopped
        if line.listening is Listening.PAUSED:
            drawn = [action for action in drawn if not isinstance(action, StartRecording | PauseRecording)]
            line = replace(line, unborn=True)
    starts = any(isinstance(action, StartRecording | ResumeRecording) for action in drawn)
    return Lowered(tuple(drawn), line, tuple(orders), starts)


def _is_private(action: Drawable) -> bool:
    """Whether what the caller presses or says for it is nobody's to keep."""
    return isinstance(action, TakeCard) or (isinstance(action, Collect) and action.private)


def _listen(
    action: StartRecording | PauseRecording | ResumeRecording | StopRecording,
    line: Line,
    drawn: list[Drawable],
    orders: list[RecordingOrder],
) -> Line:
    if line.unborn:
        return _begin_late(action, line, drawn)
    match (line.listening, action):
        case (Listening.OFF, StartRecording()):
            drawn.append(action)
            return replace(line, listening=Listening.ON)
        case (Listening.ON, PauseRecording()):
            drawn.append(action)
            orders.append("paused")
            return replace(line, listening=Listening.PAUSED)
        case (Listening.PAUSED, ResumeRecording() | StartRecording()):
            drawn.append(ResumeRecording())
            orders.append("in-progress")
            return replace(line, listening=Listening.ON, hushed=False)
        case (Listening.ON | Listening.PAUSED, StopRecording()):
            drawn.append(action)
            orders.append("stopped")
            return replace(line, listening=Listening.OFF, hushed=False)
        case _:
            return line


def _begin_late(
    action: StartRecording | PauseRecording | ResumeRecording | StopRecording, line: Line, drawn: list[Drawable]
) -> Line:
    """A recording that was paused before it began: it begins now, or never."""
    match action:
        case ResumeRecording() | StartRecording():
            drawn.append(StartRecording())
            return replace(line, listening=Listening.ON, hushed=False, unborn=False)
        case StopRecording():
            return replace(line, listening=Listening.OFF, hushed=False, unborn=False)
        case PauseRecording():
            return line


def _remember(action: Drawable, line: Line) -> Line:
    if isinstance(action, LeaveQueue):
        return replace(line, leaving=action.outcome)
    if isinstance(action, Dial):
        return replace(line, whisper=action.whisper)
    if isinstance(action, RecordMessage):
        return replace(line, message_queue=action.queue or line.message_queue)
    return line
