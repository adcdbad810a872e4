"""The verb `flow`: run another flow and come back with its result."""

from typing import ClassVar, Final

from pydantic import Field

from call_flows.nodes.base import Node, Outcome
from call_flows.places import Path
from call_flows.turn import Turn
from call_flows.values import FlowName, NodeName

MAX_DEPTH: Final = 8


class FlowNode(Node):
    """Runs another flow. Its `return` comes back here: by the exit of its name, else by `next`."""

    verb: ClassVar[str] = "flow"

    flow: FlowName = Field(description="The flow to run.")
    results: dict[str, NodeName] = Field(default_factory=dict, description="Where each named result leads.")
    next: NodeName = Field(description="Where any other result leads.")
    failed: NodeName | None = Field(None, description="When flows are nested too deeply; else `next`.")

    def exit_name(self, path: Path) -> str:
        """A result's exit has its name."""
        return f"result {path[1]}" if path[0] == "results" else super().exit_name(path)

    def enter(self, turn: Turn) -> Outcome:
        """Go into the other flow."""
        target = turn.site.flows.get(str(self.flow))
        if target is None or len(turn.stack) >= MAX_DEPTH:
            turn.fault("flow_too_deep" if target is not None else "flow_unknown", str(self.flow))
            return "next" if self.failed is None else "failed"
        stack = (*turn.stack, (turn.flow.name, turn.node_name))
        turn.jump = (target, stack, str(target.header.start))
        return "enter"
