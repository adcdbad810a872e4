"""The verb `voicemail`: take a message for a queue."""

from typing import ClassVar

from pydantic import Field

from call_flows.actions import RecordMessage
from call_flows.events import Event, MessageRecorded
from call_flows.nodes.base import Node, Outcome, Waits
from call_flows.prompt import Prompt
from call_flows.turn import Turn
from call_flows.values import Duration, NodeName, QueueName


class VoicemailNode(Node):
    """Records a message after the tone. It is transcribed, and becomes a task for the queue."""

    verb: ClassVar[str] = "voicemail"
    waits = Waits.MESSAGE
    on_hold = False

    voicemail: Prompt = Field(description="What is said before the tone.")
    queue: QueueName = Field(description="The queue whose agents take care of it.")
    longest: Duration = Field(Duration(120), description="How long the message may be.")
    silence: Duration = Field(Duration(5), description="After so much silence it is over.")
    next: NodeName = Field(description="Where the call goes with a message.")
    empty: NodeName | None = Field(None, description="Where the call goes without one; else `next`.")

    def enter(self, turn: Turn) -> Outcome:
        """Say the words, then record."""
        turn.actions.extend(turn.prompt(self.voicemail))
        turn.actions.append(RecordMessage(float(self.longest), float(self.silence), queue=str(self.queue)))
        return None

    def react(self, turn: Turn, event: Event) -> Outcome:
        """Go on with the message, or without."""
        if not isinstance(event, MessageRecorded):
            return self.enter(turn)
        return "next" if event.seconds > 0 or self.empty is None else "empty"
