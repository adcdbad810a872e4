"""The verb `tag`: label the call."""

from typing import ClassVar

from pydantic import Field

from call_flows.actions import TagCall
from call_flows.nodes.base import Node, Outcome
from call_flows.reading import clean
from call_flows.turn import Turn
from call_flows.values import NodeName, Text


class TagNode(Node):
    """Labels the call, for agents, lists and reports."""

    verb: ClassVar[str] = "tag"

    tag: Text = Field(description="The label.")
    next: NodeName = Field(description="Where the call goes then.")

    def enter(self, turn: Turn) -> Outcome:
        """Label at once."""
        turn.actions.append(TagCall(clean(self.tag.fill(turn.__getitem__, clean))[:80]))
        return "next"
