"""The verb `language`: go on in another language."""

from typing import ClassVar

from pydantic import Field

from call_flows.nodes.base import Node, Outcome
from call_flows.turn import Turn
from call_flows.values import Language, NodeName


class LanguageNode(Node):
    """Changes the language in which the caller is spoken to and listened to."""

    verb: ClassVar[str] = "language"

    language: Language = Field(description="One of the site's languages.")
    next: NodeName = Field(description="Where the call goes then.")

    def enter(self, turn: Turn) -> Outcome:
        """From here on."""
        turn.language = str(self.language)
        return "next"
