"""<Leave>: out of the queue; the document of <Enqueue> goes on."""

from dataclasses import dataclass
from typing import ClassVar, Self

from exchange.twiml.attributes import Attributes, Notes
from exchange.twiml.elements import Element
from exchange.twiml.stage import Stage
from exchange.twiml.verb import LeaveQueue, Outcome, Verb


@dataclass(frozen=True, slots=True)
class Leave(Verb):
    """Leave the queue."""

    name: ClassVar[str] = "Leave"

    @classmethod
    def read(cls, element: Element, notes: Notes) -> Self:
        """The value of a <Leave>."""
        Attributes(element, notes).done()
        return cls()

    async def perform(self, stage: Stage) -> Outcome:
        """Leave."""
        stage.leg.cue("leave")
        return LeaveQueue()
