"""The verb `hours`: open, closed, a holiday, or switched to emergency."""

from typing import ClassVar

from pydantic import Field

from call_flows.facts import HoursStatus
from call_flows.nodes.base import Node, Outcome
from call_flows.turn import Turn
from call_flows.values import HoursName, NodeName


class HoursNode(Node):
    """Branches on opening hours of the site, at the moment of the call.

    `callwright emergency on NAME` switches hours to emergency, at any hour, until it is switched off.
    """

    verb: ClassVar[str] = "hours"

    hours: HoursName = Field(description="Which hours.")
    open: NodeName = Field(description="When open.")
    closed: NodeName = Field(description="When closed.")
    holiday: NodeName | None = Field(None, description="On a public holiday; else the same as closed.")
    emergency: NodeName | None = Field(None, description="When switched to emergency; else the same as closed.")

    def enter(self, turn: Turn) -> Outcome:
        """Decide at once; hours nobody knows count as closed."""
        status = turn.facts.hours.get(str(self.hours), HoursStatus.CLOSED)
        if status is HoursStatus.HOLIDAY and self.holiday is None:
            return "closed"
        if status is HoursStatus.EMERGENCY and self.emergency is None:
            return "closed"
        return str(status)
