"""The verb `alert`: call a supervisor's attention to the call."""

from collections.abc import Iterable
from typing import ClassVar, Final

from pydantic import Field

from call_flows.actions import RaiseAlert
from call_flows.kinds import AlertLevel
from call_flows.nodes.base import Node, Outcome
from call_flows.places import Path
from call_flows.plain import clean
from call_flows.text import Template
from call_flows.turn import Turn
from call_flows.values import NodeName, Text

LONGEST: Final = 200


class AlertNode(Node):
    """Calls a supervisor's attention: the wall shows the text with the call. The caller hears nothing of it."""

    verb: ClassVar[str] = "alert"

    alert: Text = Field(description="What the supervisor reads.")
    level: AlertLevel = Field(AlertLevel.WARNING, description="How soon to look.")
    next: NodeName = Field(description="Where the call goes then.")

    def logs(self) -> Iterable[tuple[Path, Template]]:
        """Supervisors read it."""
        return [(("alert",), self.alert)]

    def enter(self, turn: Turn) -> Outcome:
        """Raise it at once."""
        text = clean(self.alert.fill(turn.__getitem__, clean))[:LONGEST]
        turn.actions.append(RaiseAlert(text, self.level))
        return "next"
