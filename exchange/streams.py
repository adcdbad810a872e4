"""Media streams without a socket: the messages of Twilio's WebSocket, their bounded outbox, and what an app plays back.

The socket itself is `exchange.stream_socket`. Numbers are sent as strings, as the protocol wants.
"""

import base64
import binascii
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import msgspec

from exchange.sound import FRAME, SILENCE

OUTBOX_LIMIT: Final = 500


class Track(StrEnum):
    """The track attribute of <Stream>."""

    INBOUND = "inbound_track"
    OUTBOUND = "outbound_track"
    BOTH = "both_tracks"

    @property
    def names(self) -> tuple[str, ...]:
        """The tracks as the start message lists them."""
        return {"inbound_track": ("inbound",), "outbound_track": ("outbound",)}.get(self.value, ("inbound", "outbound"))


class InvalidMessage(ValueError):
    """The app sent something that is no media-stream message (Twilio's error 31951)."""


@dataclass(slots=True)
class Messages:
    """Builds one stream's messages: one sequence for all, one chunk count a track."""

    account_sid: str
    call_sid: str
    stream_sid: str
    sequence: int = 0
    chunks: dict[str, int] = field(default_factory=dict)

    def connected(self) -> str:
        """The first message, before the stream has a SID."""
        return _text({"event": "connected", "protocol": "Call", "version": "1.0.0"})

    def start(self, tracks: Sequence[str], parameters: Mapping[str, str]) -> str:
        """Which call, which tracks, which format."""
        body = {
            "accountSid": self.account_sid,
            "streamSid": self.stream_sid,
            "callSid": self.call_sid,
            "tracks": list(tracks),
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": dict(parameters),
        }
        return self._numbered("start", body)

    def media(self, track: str, frame: bytes, *, elapsed_ms: int) -> str:
        """20 ms of one track; the time is that of the stream, so a dropped frame leaves a gap and moves nothing."""
        chunk = self.chunks[track] = self.chunks.get(track, 0) + 1
        payload = base64.b64encode(frame).decode("ascii")
        body = {"track": track, "chunk": str(chunk), "timestamp": str(elapsed_ms), "payload": payload}
        return self._numbered("media", body)

    def dtmf(self, digit: str) -> str:
        """A key was pressed (bidirectional streams only)."""
        return self._numbered("dtmf", {"track": "inbound_track", "digit": digit})

    def mark(self, name: str) -> str:
        """What the app sent before its mark has been played, or cleared."""
        return self._numbered("mark", {"name": name})

    def stop(self) -> str:
        """The last message."""
        return self._numbered("stop", {"accountSid": self.account_sid, "callSid": self.call_sid})

    def _numbered(self, event: str, body: Mapping[str, object]) -> str:
        self.sequence += 1
        number = str(self.sequence)
        return _text({"event": event, "sequenceNumber": number, "streamSid": self.stream_sid, event: body})


def _text(message: Mapping[str, object]) -> str:
    return msgspec.json.encode(message).decode()


@dataclass(slots=True)
class Outbox:
    """Messages on their way to the socket. Full: the oldest sound goes, and is counted; no other message is lost."""

    limit: int = OUTBOX_LIMIT
    dropped: int = 0
    _items: deque[tuple[str, bool]] = field(default_factory=deque)

    def __len__(self) -> int:
        return len(self._items)

    def put(self, text: str, *, droppable: bool = False) -> None:
        """Append; never waits."""
        if len(self._items) >= self.limit:
            self._drop_oldest()
        self._items.append((text, droppable))

    def take(self) -> str | None:
        """The next message, or None."""
        return self._items.popleft()[0] if self._items else None

    def _drop_oldest(self) -> None:
        for place, (_, droppable) in enumerate(self._items):
            if droppable:
                del self._items[place]
                self.dropped += 1
                return


@dataclass(slots=True)
class Playback:
    """What the app of a bidirectional stream has sent to be played: sound, marks in it, and clear."""

    stream_sid: str
    _sound: bytearray = field(default_factory=bytearray)
    _marks: deque[tuple[int, str]] = field(default_factory=deque)
    _received: int = 0
    _played: int = 0

    def receive(self, text: str | bytes) -> tuple[str, ...]:
        """Take one message; the names of marks that are due at once (nothing before them, or cleared)."""
        message = _parse(text, self.stream_sid)
        match message:
            case {"event": "media", "media": {"payload": str(payload)}}:
                self._hear(payload)
            case {"event": "mark", "mark": {"name": str(name)}}:
                self._marks.append((self._received, name))
            case {"event": "clear"}:
                self._played = self._received
                self._sound.clear()
            case _:
                raise InvalidMessage(f"not a media, mark or clear message: {message.get('event')!r}")
        return self._due()

    def next_frame(self) -> tuple[bytes | None, tuple[str, ...]]:
        """The next 20 ms, None when there is nothing to play, and the marks reached by it."""
        if not self._sound:
            return None, self._due()
        frame = bytes(self._sound[:FRAME])
        del self._sound[:FRAME]
        self._played += len(frame)
        return frame + SILENCE[len(frame) :], self._due()

    def _hear(self, payload: str) -> None:
        try:
            sound = base64.b64decode(payload, validate=True)
        except (binascii.Error, ValueError) as problem:
            raise InvalidMessage("the payload is not base64") from problem
        self._sound += sound
        self._received += len(sound)

    def _due(self) -> tuple[str, ...]:
        due: list[str] = []
        while self._marks and self._marks[0][0] <= self._played:
            due.append(self._marks.popleft()[1])
        return tuple(due)


def _parse(text: str | bytes, stream_sid: str) -> dict[str, object]:
    try:
        message = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise InvalidMessage("the message is not JSON") from problem
    if not isinstance(message, dict):
        raise InvalidMessage("the message is not an object")
    if message.get("streamSid") != stream_sid:
        raise InvalidMessage("the message names another stream")
    return message
