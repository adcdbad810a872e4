"""The messages of a media stream, decoded straight into types: JSON and base64 in one pass."""

import msgspec


class _Message(msgspec.Struct, tag_field="event"):
    """What every message has."""


class Connected(_Message, tag="connected"):
    """The first word of a carrier's socket."""


class StartBody(msgspec.Struct, rename="camel"):
    """Whose sound follows."""

    call_sid: str
    tracks: list[str] = []


class Start(_Message, tag="start", rename="camel"):
    """The stream begins."""

    stream_sid: str
    start: StartBody


class MediaBody(msgspec.Struct):
    """20 ms of sound; `timestamp` is the carrier's count in milliseconds from the stream's beginning, as text."""

    payload: bytes
    timestamp: str = ""
    track: str = "inbound"


class Media(_Message, tag="media"):
    """Some sound."""

    media: MediaBody


class Mark(_Message, tag="mark"):
    """A mark of ours has been played; we send none."""


class Dtmf(_Message, tag="dtmf"):
    """A key was pressed: keys are the webhooks' business."""


class Stop(_Message, tag="stop"):
    """The stream ends."""


Message = Connected | Start | Media | Mark | Dtmf | Stop
decode = msgspec.json.Decoder(Message).decode
MessageRefused = msgspec.DecodeError
