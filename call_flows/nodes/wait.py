"""The verb `wait`: stay silent for a while; in a hold flow, let the music play."""

from typing import ClassVar

from pydantic import Field

from call_flows.actions import Pause
from call_flows.events import Event, Resumed, WaitTurn
from call_flows.nodes.base import Node, Outcome, Waits
from call_flows.turn import Turn
from call_flows.values import Duration, NodeName


class WaitNode(Node):
    """Waits. In a flow that a waiting caller hears, this is where the music plays."""

    verb: ClassVar[str] = "wait"
    waits = Waits.TIME

    wait: Duration = Field(description="How long.")
    next: NodeName = Field(description="Where the call goes then.")

    def enter(self, turn: Turn) -> Outcome:
        """Begin to wait."""
        turn.actions.append(Pause(max(0.1, float(self.wait))))
        return None

    def react(self, turn: Turn, event: Event) -> Outcome:
        """Go on when the time is over."""
        return "next" if isinstance(event, Resumed | WaitTurn) else self.enter(turn)
