"""The verb `return`: end this flow, and go on where it was called."""

from typing import ClassVar

from pydantic import Field

from call_flows.actions import HangUp
from call_flows.nodes.base import Node, Outcome, Waits
from call_flows.turn import Turn
from call_flows.values import Named


class ReturnNode(Node):
    """Ends a flow that another flow runs. The name chooses the exit there; where nobody runs it, the call ends."""

    verb: ClassVar[str] = "return"
    waits = Waits.END

    result: Named | None = Field(alias="return", description="The result's name, or nothing.")

    def enter(self, turn: Turn) -> Outcome:
        """Leave by the calling node's exit of that name."""
        if not turn.stack:
            if turn.holding:
                turn.fault("return_on_hold")
                return "failed"
            turn.end("goodbye", HangUp())
            return None
        flow_name, node_name = turn.stack[-1]
        flow = turn.site.flows.get(flow_name)
        node = None if flow is None else flow.nodes.get(node_name)
        if flow is None or node is None:
            turn.fault("node_unknown", node_name)
            return "failed"
        exits = node.exits
        target = exits.get(f"result {self.result}") or exits.get("next", "")
        turn.jump = (flow, turn.stack[:-1], target)
        return f"return {self.result}" if self.result else "return"
