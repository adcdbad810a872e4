"""Media streams of live calls: what <Start><Stream>, <Connect><Stream> and REST begin and end."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from exchange.fields import moment
from exchange.legs import Leg
from exchange.stream_socket import Ended, StreamSocket
from exchange.streams import Messages, Outbox, Playback, Track
from exchange.twiml.verb import Ask

if TYPE_CHECKING:
    import asyncio

    from exchange.exchange import Exchange

TRACKS_PER_CALL: Final = 4
HANDSHAKE_FAILED: Final = 31920
TOO_MANY: Final = 31940
INVALID_MESSAGE: Final = 31951


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamWanted:
    """What <Stream> asks for; the URLs are absolute."""

    url: str
    name: str = ""
    track: Track = Track.INBOUND
    callback: str = ""
    callback_method: str = "POST"
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True, eq=False)
class LiveStream:
    """One stream: hears its leg (port `legs.Tap`) and, when it goes both ways, speaks to it (port `legs.Source`)."""

    sid: str
    leg: Leg
    wanted: StreamWanted
    socket: StreamSocket
    updated: datetime
    first_tick: int = 0
    ended: Ended | None = None
    task: "asyncio.Task[None] | None" = field(default=None)

    def frames(self, tick: int, inbound: bytes, outbound: bytes) -> None:
        """20 ms of the tracks that are wanted."""
        self.first_tick = self.first_tick or tick
        elapsed = (tick - self.first_tick) * 20
        for track in self.wanted.track.names:
            frame = inbound if track == "inbound" else outbound
            text = self.socket.messages.media(track, frame, elapsed_ms=elapsed)
            self.socket.send(text, droppable=True)

    def frame_for(self, leg: Leg, tick: int) -> bytes | None:  # noqa: ARG002 - the port's names
        """What the app wants the party to hear."""
        playback = self.socket.playback
        if playback is None:
            return None
        frame, marks = playback.next_frame()
        for name in marks:
            self.socket.send(self.socket.messages.mark(name))
        return frame

    def press(self, digit: str) -> None:
        """The party has pressed a key: told on streams that go both ways."""
        self.socket.send(self.socket.messages.dtmf(digit))


class TooManyStreams(ValueError):
    """Twilio's limit: four tracks of one-way streams a call, and one stream that goes both ways."""


class Streams:
    """The exchange's part that streams."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self.streams: dict[str, LiveStream] = {}

    async def close(self) -> None:
        """The sockets' tasks are the exchange's and end with it."""

    def start(self, leg: Leg, wanted: StreamWanted, *, both_ways: bool = False) -> LiveStream:
        """Begin to stream; the socket is opened in the background. Raises `TooManyStreams`."""
        self._limit(leg, wanted, both_ways=both_ways)
        sid, exchange = self._exchange.ids.new("MZ"), self._exchange
        socket = StreamSocket(
            url=wanted.url,
            auth_token=exchange.config.auth_token,
            messages=Messages(exchange.config.account_sid, leg.sid, sid),
            outbox=Outbox(),
            clock=exchange.clock,
            playback=Playback(sid) if both_ways else None,
            on_invalid=lambda why: self._complain(leg, INVALID_MESSAGE, why, wanted.url),
        )
        stream = self.streams[sid] = LiveStream(sid, leg, wanted, socket, exchange.clock.now())
        socket.send(socket.messages.connected())
        socket.send(socket.messages.start(wanted.track.names, dict(wanted.parameters)))
        leg.taps.append(stream)
        leg.watchers.append(lambda changed: self._over(stream) if changed.status.final else None)
        leg.sound_wanted()
        stream.task = exchange.spawn(self._run(stream))
        return stream

    def stop(self, stream: LiveStream) -> None:
        """End a stream: no more sound, the stop message, and the socket closes."""
        if stream in stream.leg.taps:
            stream.leg.taps.remove(stream)
            stream.updated = self._exchange.clock.now()
            stream.socket.stop()

    def find(self, call_sid: str, sid_or_name: str) -> LiveStream | None:
        """A stream of the call by its SID or name; the newest of that name."""
        of_call = [one for one in self.streams.values() if one.leg.sid == call_sid]
        return next((one for one in reversed(of_call) if sid_or_name in {one.sid, one.wanted.name}), None)

    def live(self, leg: Leg) -> list[LiveStream]:
        """The streams that hear the leg now."""
        return [tap for tap in leg.taps if isinstance(tap, LiveStream)]

    def _over(self, stream: LiveStream) -> None:
        self.stop(stream)
        self.streams.pop(stream.sid, None)

    def _limit(self, leg: Leg, wanted: StreamWanted, *, both_ways: bool) -> None:
        live = self.live(leg)
        if both_ways and any(one.socket.playback is not None for one in live):
            raise TooManyStreams("a call has at most one stream that goes both ways")
        tracks = sum(len(one.wanted.track.names) for one in live if one.socket.playback is None)
        if not both_ways and tracks + len(wanted.track.names) > TRACKS_PER_CALL:
            raise TooManyStreams(f"a call has at most {TRACKS_PER_CALL} one-way tracks")

    async def _run(self, stream: LiveStream) -> None:
        opened = self._exchange.spawn(self._when_open(stream))
        stream.ended = await stream.socket.run()
        opened.cancel()
        if stream in stream.leg.taps:
            stream.leg.taps.remove(stream)
        stream.updated = self._exchange.clock.now()
        if stream.ended is Ended.FAILED:
            error = stream.socket.error
            self._complain(stream.leg, HANDSHAKE_FAILED, error, stream.wanted.url)
            self._tell(stream, "stream-error", error)
        else:
            self._tell(stream, "stream-stopped")

    async def _when_open(self, stream: LiveStream) -> None:
        await stream.socket.opened.wait()
        self._tell(stream, "stream-started")

    def _tell(self, stream: LiveStream, event: str, error: str = "") -> None:
        if not stream.wanted.callback:
            return
        fields = {
            "AccountSid": self._exchange.config.account_sid,
            "CallSid": stream.leg.sid,
            "StreamSid": stream.sid,
            "StreamName": stream.wanted.name or stream.sid,
            "StreamEvent": event,
            "Timestamp": moment(self._exchange.clock.now()),
        }
        if error:
            fields["StreamError"] = error
        ask = Ask(url=stream.wanted.callback, method=stream.wanted.callback_method, params=tuple(fields.items()))
        self._exchange.webhooks.report(stream.leg, ask)

    def _complain(self, leg: Leg, code: int, message: str, url: str) -> None:
        self._exchange.log.warning(code, message, call_sid=leg.sid, url=url)
