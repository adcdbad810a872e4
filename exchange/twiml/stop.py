"""<Stop>: ends what <Start> began: the stream of that name, the recording."""

from dataclasses import dataclass
from typing import ClassVar, Self

from exchange.twiml.attributes import Notes
from exchange.twiml.elements import Element
from exchange.twiml.stage import Stage
from exchange.twiml.start import Begun, background
from exchange.twiml.verb import Outcome, Proceed, Verb


@dataclass(frozen=True, slots=True)
class Stop(Verb):
    """End these."""

    ended: tuple[Begun, ...]

    name: ClassVar[str] = "Stop"

    @classmethod
    def read(cls, element: Element, notes: Notes) -> Self:
        """The value of a <Stop>."""
        return cls(background(element, notes))

    async def perform(self, stage: Stage) -> Outcome:
        """End them all."""
        for one in self.ended:
            one.stop(stage)
        return Proceed()
