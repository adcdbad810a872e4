"""What a caller reads: the text of a message, in one language or several. A prompt that is never spoken."""

from dataclasses import dataclass

from pydantic import ValidationInfo

from call_flows.prompt import Prompt
from call_flows.text import Lookup
from call_flows.values import refuse


@dataclass(frozen=True, slots=True)
class Letter(Prompt):
    """A text per language."""

    @classmethod
    def read(cls, value: object, info: ValidationInfo) -> "Letter":
        """A text, or a mapping of languages to texts; sound cannot be written."""
        read = Prompt.read(value, info)
        for part in read.parts():
            if part.play is not None:
                raise refuse("E012", "A message holds no sound.", word=str(part.play), todo="Write its text.")
        return cls(read.versions, read.default)

    def written(self, lookup: Lookup, language: str) -> str:
        """The text in the language asked for, or in the flow's own where that is missing."""
        return " ".join(said.text for said in self.render(lookup, language)).strip()
