"""<Hangup>: ends the call."""

from dataclasses import dataclass
from typing import ClassVar, Self

from exchange.twiml.attributes import Attributes, Notes
from exchange.twiml.elements import Element
from exchange.twiml.stage import Stage
from exchange.twiml.verb import End, Outcome, Verb


@dataclass(frozen=True, slots=True)
class Hangup(Verb):
    """Hang up."""

    name: ClassVar[str] = "Hangup"

    @classmethod
    def read(cls, element: Element, notes: Notes) -> Self:
        """The value of a <Hangup>."""
        Attributes(element, notes).done()
        return cls()

    async def perform(self, stage: Stage) -> Outcome:
        """The call ends."""
        stage.leg.cue("hangup")
        return End()
