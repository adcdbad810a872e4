"""<Stream>, inside <Start>, <Stop> and <Connect>: the call's sound over a WebSocket."""

from dataclasses import dataclass
from typing import Self

from exchange.media_streams import TOO_MANY, LiveStream, Streams, StreamWanted, TooManyStreams
from exchange.streams import Track
from exchange.twiml.attributes import Attributes, Notes
from exchange.twiml.client import parameters_of
from exchange.twiml.elements import Element
from exchange.twiml.stage import Stage

_TRACKS = tuple(track.value for track in Track)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Stream the call."""

    url: str
    stream_name: str = ""
    track: Track = Track.INBOUND
    callback: str = ""
    callback_method: str = "POST"
    parameters: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, element: Element, notes: Notes) -> Self:
        """The value of a <Stream>."""
        attributes = Attributes(element, notes)
        stream = cls(
            url=attributes.text("url"),
            stream_name=attributes.text("name"),
            track=Track(attributes.choice("track", _TRACKS, Track.INBOUND.value)),
            callback=attributes.text("statusCallback"),
            callback_method=attributes.method("statusCallbackMethod"),
            parameters=parameters_of(element, notes),
        )
        attributes.done("connectorName")
        return stream

    def start(self, stage: Stage, *, both_ways: bool = False) -> LiveStream | None:
        """Begin to stream; None (and an entry in the log) where that is not possible. The call goes on."""
        if not self.url.startswith(("ws://", "wss://")):
            stage.complain(31903, f"<Stream> wants a ws:// or wss:// URL, not {self.url!r}")
            return None
        wanted = StreamWanted(
            url=self.url,
            name=self.stream_name,
            track=Track.INBOUND if both_ways else self.track,
            callback=stage.absolute(self.callback) if self.callback else "",
            callback_method=self.callback_method,
            parameters=self.parameters,
        )
        try:
            return stage.exchange.part(Streams).start(stage.leg, wanted, both_ways=both_ways)
        except TooManyStreams as problem:
            stage.complain(TOO_MANY, str(problem))
            return None

    def stop(self, stage: Stage) -> None:
        """End the stream of this name."""
        streams = stage.exchange.part(Streams)
        running = streams.find(stage.leg.sid, self.stream_name)
        if running is None:
            stage.complain(31950, f"<Stop>: this call has no stream called {self.stream_name!r}")
        else:
            streams.stop(running)
