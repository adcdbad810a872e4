"""<Pause>: silence for `length` seconds."""

from dataclasses import dataclass
from typing import ClassVar, Self

from exchange.twiml.attributes import Attributes, Notes
from exchange.twiml.elements import Element
from exchange.twiml.stage import Stage
from exchange.twiml.verb import Outcome, Proceed, Verb


@dataclass(frozen=True, slots=True)
class Pause(Verb):
    """Be silent so many seconds."""

    length: int = 1

    name: ClassVar[str] = "Pause"

    @classmethod
    def read(cls, element: Element, notes: Notes) -> Self:
        """The value of a <Pause>."""
        attributes = Attributes(element, notes)
        length = attributes.number("length", 1)
        attributes.done()
        return cls(length)

    async def perform(self, stage: Stage) -> Outcome:
        """Wait."""
        stage.leg.cue("pause", f"{self.length} s")
        await stage.exchange.clock.sleep(self.length)
        return Proceed()
