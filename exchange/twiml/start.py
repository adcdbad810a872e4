"""<Start>: begins something in the background, a stream or a recording, and goes on at once."""

from dataclasses import dataclass
from typing import ClassVar, Self

from exchange.twiml.attributes import Notes
from exchange.twiml.elements import Element
from exchange.twiml.recording import Recording
from exchange.twiml.stage import Stage
from exchange.twiml.stream import Stream
from exchange.twiml.verb import Outcome, Proceed, Verb

Begun = Stream | Recording


@dataclass(frozen=True, slots=True)
class Start(Verb):
    """Begin these."""

    begun: tuple[Begun, ...]

    name: ClassVar[str] = "Start"

    @classmethod
    def read(cls, element: Element, notes: Notes) -> Self:
        """The value of a <Start>."""
        return cls(background(element, notes))

    async def perform(self, stage: Stage) -> Outcome:
        """Begin them all."""
        for one in self.begun:
            stage.leg.cue("start", type(one).__name__.lower())
            one.start(stage)
        return Proceed()


def background(element: Element, notes: Notes) -> tuple[Begun, ...]:
    """The nouns inside <Start> and <Stop>."""
    begun: list[Begun] = []
    for child in element.children:
        if child.name == "Stream":
            begun.append(Stream.read(child, notes))
        elif child.name == "Recording":
            begun.append(Recording.read(child, notes))
        else:
            notes.add(f"<{child.name}> inside <{element.name}> is not of this exchange; it is skipped", child)
    return tuple(begun)
