"""The verb `when`: branch on conditions, the first that holds."""

from typing import ClassVar

from pydantic import Field

from call_flows.nodes.base import Node, Outcome
from call_flows.places import Path
from call_flows.strict import Strict
from call_flows.turn import Turn
from call_flows.values import If, NodeName


class Case(Strict):
    """One branch."""

    condition: If = Field(alias="if", description="The condition.")
    next: NodeName = Field(description="Where the call goes when it holds.")


class WhenNode(Node):
    """Takes the first branch whose condition holds, else `else`. A condition that cannot be computed does not hold."""

    verb: ClassVar[str] = "when"

    when: list[Case] = Field(min_length=1, description="The branches, in order.")
    otherwise: NodeName = Field(alias="else", description="Where the call goes when none holds.")

    def exit_name(self, path: Path) -> str:
        """Branches are counted from one."""
        return f"case {int(path[1]) + 1}" if path[0] == "when" else "else"

    def enter(self, turn: Turn) -> Outcome:
        """Decide at once."""
        for place, case in enumerate(self.when, start=1):
            if turn.evaluate(case.condition):
                return f"case {place}"
        return "else"
