"""The verb `record`: start, pause, resume or stop recording."""

from typing import ClassVar, Final, Literal

from pydantic import Field

from call_flows.actions import ImmediateAction, PauseRecording, ResumeRecording, StartRecording, StopRecording
from call_flows.nodes.base import Node, Outcome
from call_flows.turn import Turn
from call_flows.values import NodeName

_ACTIONS: Final[dict[str, ImmediateAction]] = {
    "start": StartRecording(),
    "pause": PauseRecording(),
    "resume": ResumeRecording(),
    "stop": StopRecording(),
}


class RecordNode(Node):
    """Changes the recording of the call. It can only start after the caller was told, by `consent`."""

    verb: ClassVar[str] = "record"
    on_hold = False

    record: Literal["start", "pause", "resume", "stop"] = Field(description="What to do.")
    next: NodeName = Field(description="Where the call goes then.")

    def enter(self, turn: Turn) -> Outcome:
        """Do it at once."""
        turn.actions.append(_ACTIONS[self.record])
        return "next"
