"""The verb `refuse`: do not answer the call."""

from typing import ClassVar, Literal

from pydantic import Field

from call_flows.actions import Refuse
from call_flows.nodes.base import Node, Outcome, Waits
from call_flows.turn import Turn


class RefuseNode(Node):
    """Rejects the call as busy or as not in service. Only before anything was said."""

    verb: ClassVar[str] = "refuse"
    waits = Waits.END
    on_hold = False

    refuse: Literal["busy", "rejected"] = Field(description="What the caller's telephone company is told.")

    def enter(self, turn: Turn) -> Outcome:
        """Refuse."""
        turn.end("refused", Refuse(self.refuse))
        return None
