"""The verb `play`: a recorded prompt, or the text where no recording exists."""

from typing import ClassVar

from pydantic import Field

from call_flows.actions import Play
from call_flows.nodes.base import Node, Outcome
from call_flows.prompt import Prompt
from call_flows.turn import Turn
from call_flows.values import NodeName, PromptName


class PlayNode(Node):
    """Plays `prompts/<language>/<name>` of the site; `text` is spoken where there is no such recording."""

    verb: ClassVar[str] = "play"

    play: PromptName = Field(description="The prompt's name, without its suffix.")
    text: Prompt | None = Field(None, description="Spoken where there is no recording.")
    next: NodeName = Field(description="Where the call goes then.")

    def enter(self, turn: Turn) -> Outcome:
        """Play at once."""
        spoken = "" if self.text is None else " ".join(part.text for part in turn.prompt(self.text))
        turn.actions.append(Play(str(self.play), turn.language, spoken))
        return "next"
