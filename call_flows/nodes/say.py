"""The verb `say`: speak, and go on."""

from typing import ClassVar

from pydantic import Field

from call_flows.nodes.base import Node, Outcome
from call_flows.prompt import Prompt
from call_flows.turn import Turn
from call_flows.values import NodeName


class SayNode(Node):
    """Speaks a text. Values are read out as `{{ name | filter }}`; a mapping gives one text per language."""

    verb: ClassVar[str] = "say"

    say: Prompt = Field(description="What is spoken.")
    next: NodeName = Field(description="Where the call goes then.")

    def enter(self, turn: Turn) -> Outcome:
        """Speak at once."""
        turn.actions.extend(turn.prompt(self.say))
        return "next"
