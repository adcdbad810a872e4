"""The verb `hang_up`: say goodbye and end the call."""

from typing import ClassVar

from pydantic import Field

from call_flows.actions import HangUp
from call_flows.nodes.base import Node, Outcome, Waits
from call_flows.prompt import Prompt
from call_flows.turn import Turn


class HangUpNode(Node):
    """Ends the call, after the words it is given."""

    verb: ClassVar[str] = "hang_up"
    waits = Waits.END

    hang_up: Prompt | None = Field(description="The goodbye; nothing to end in silence.")

    def enter(self, turn: Turn) -> Outcome:
        """Say goodbye and end."""
        goodbye = () if self.hang_up is None else turn.prompt(self.hang_up)
        turn.end("goodbye", *goodbye, HangUp())
        return None
