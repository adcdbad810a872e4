"""The verb `tag`: label the call."""

from collections.abc import Iterable
from typing import ClassVar

from pydantic import Field

from call_flows.actions import TagCall
from call_flows.nodes.base import Node, Outcome
from call_flows.places import Path
from call_flows.plain import clean
from call_flows.text import Template
from call_flows.turn import Turn
from call_flows.values import NodeName, Text


class TagNode(Node):
    """Labels the call, for agents, lists and reports."""

    verb: ClassVar[str] = "tag"

    tag: Text = Field(description="The label.")
    next: NodeName = Field(description="Where the call goes then.")

    def logs(self) -> Iterable[tuple[Path, Template]]:
        """Everybody sees a label."""
        return [(("tag",), self.tag)]

    def enter(self, turn: Turn) -> Outcome:
        """Label at once; a label of nothing but empty slots is none."""
        label = clean(self.tag.fill(turn.__getitem__, clean)).strip()[:80]
        if label:
            turn.actions.append(TagCall(label))
        else:
            turn.fault("label_empty")
        return "next"
