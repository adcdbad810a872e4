"""<Redirect>: the document at another URL takes the place of what is left of this one."""

from dataclasses import dataclass
from typing import ClassVar, Self

from exchange.twiml.attributes import Attributes, Notes
from exchange.twiml.elements import Element
from exchange.twiml.stage import Stage
from exchange.twiml.verb import Outcome, Verb


@dataclass(frozen=True, slots=True)
class Redirect(Verb):
    """Go on with the document at this URL; an empty one asks the same URL again."""

    url: str
    method: str = "POST"

    name: ClassVar[str] = "Redirect"
    answers: ClassVar[bool] = False  # a document reached by it may still refuse the call

    @classmethod
    def read(cls, element: Element, notes: Notes) -> Self:
        """The value of a <Redirect>."""
        attributes = Attributes(element, notes)
        method = attributes.method()
        attributes.done()
        return cls(element.text, method)

    async def perform(self, stage: Stage) -> Outcome:
        """Ask the URL."""
        return stage.goto(self.url, method=self.method)
