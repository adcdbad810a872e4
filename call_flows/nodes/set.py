"""The verb `set`: change slots."""

from typing import ClassVar

from pydantic import Field

from call_flows.nodes.base import Node, Outcome
from call_flows.turn import Turn
from call_flows.values import If, NodeName, SlotName


class SetNode(Node):
    """Gives slots new values, in order. A value is an expression: words stand in quotes within it."""

    verb: ClassVar[str] = "set"

    set: dict[SlotName, If] = Field(min_length=1, description="Slots and the expressions they are set to.")
    next: NodeName = Field(description="Where the call goes then.")

    def enter(self, turn: Turn) -> Outcome:
        """Compute and set; what does not fit the slot's type empties it."""
        for name, expression in self.set.items():
            value = turn.evaluate(expression)
            slot = turn.flow.header.slots.get(str(name))
            fitting = None if slot is None else slot.coerce(value)
            if fitting is None and value is not None:
                turn.fault("value_refused", str(name))
            turn.set_slot(str(name), fitting)
        return "next"
