"""The verb `leave`: in a flow that a waiting caller hears, leave the queue."""

from typing import ClassVar, Literal

from pydantic import Field

from call_flows.actions import LeaveQueue
from call_flows.nodes.base import Node, Outcome, Waits
from call_flows.turn import Turn


class LeaveNode(Node):
    """Ends the wait. The call goes on at the queue's node, by its exit of this name."""

    verb: ClassVar[str] = "leave"
    waits = Waits.END

    leave: Literal["callback", "left"] = Field(description="The queue's exit to take.")

    def enter(self, turn: Turn) -> Outcome:
        """Leave; outside a queue there is nothing to leave."""
        if not turn.holding:
            turn.fault("not_waiting")
            return "failed"
        turn.actions.append(LeaveQueue(self.leave))
        return None
