"""<Connect><Stream>: the app itself talks with the caller over a WebSocket, until the socket closes."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar, Self

from exchange.media_streams import Streams
from exchange.twiml.attributes import Attributes, Notes
from exchange.twiml.elements import Element
from exchange.twiml.stage import Stage
from exchange.twiml.stream import Stream
from exchange.twiml.verb import Outcome, Proceed, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect(Verb):
    """Connect the call to a stream that goes both ways."""

    stream: Stream | None
    action: str = ""
    method: str = "POST"

    name: ClassVar[str] = "Connect"

    @classmethod
    def read(cls, element: Element, notes: Notes) -> Self:
        """The value of a <Connect>."""
        attributes = Attributes(element, notes)
        action, method = attributes.text("action"), attributes.method()
        attributes.done()
        streams = [Stream.read(child, notes) for child in element.children if child.name == "Stream"]
        if not streams:
            notes.add("<Connect> of this exchange wants a <Stream>", element)
        return cls(stream=streams[0] if streams else None, action=action, method=method)

    async def perform(self, stage: Stage) -> Outcome:
        """Talk until the app closes the socket, or it cannot be opened."""
        live = self.stream.start(stage, both_ways=True) if self.stream is not None else None
        if live is None or live.task is None:
            return Proceed()
        stage.leg.cue("connect", live.wanted.url)
        stage.leg.source = live
        try:
            with stage.leg.keys(live.press):
                await asyncio.wait({live.task})
        finally:
            if stage.leg.source is live:
                stage.leg.source = None
            stage.exchange.part(Streams).stop(live)
        return stage.goto(self.action, method=self.method) if self.action else Proceed()
