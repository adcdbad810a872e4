"""The transcript while it is spoken: told to whoever watches the call, and read back whole by a page that comes later.

Topic `call:<call id>`, kinds `partial` and `final`, data {speaker, leg, seq, text, start, end, model}; times in seconds
of the call. A line is known by (speaker, leg, seq): a later item replaces an earlier one, an empty partial removes it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from redis.exceptions import RedisError
from sqlalchemy.orm import Session

from foundation.live import LiveItem, LiveStream
from foundation.logs import get_logger
from transcription.store import Segment, transcript
from transcription.stream import Final, TrackNews

log = get_logger(__name__)
PARTIAL = "partial"
FINAL = "final"
KEPT = 1000

_Place = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a transcript as a page shows it; times in seconds of the call."""

    speaker: str
    leg: str
    seq: int
    text: str
    start: float
    end: float
    model: str
    final: bool


@dataclass(frozen=True, slots=True)
class WholeTranscript:
    """Everything said so far, in order, and the id of the live item after which a page goes on listening.

    `complete` is False when the live stream could not be read: the lines stored are there, what is being said is not.
    """

    lines: tuple[Line, ...]
    models: tuple[str, ...]
    last_id: str
    complete: bool


def topic_of(call_id: str) -> str:
    """The live topic of a call."""
    return f"call:{call_id}"


def tell(live: LiveStream, news: Iterable[TrackNews], *, call_id: str, speaker: str, model: str, leg: str = "") -> None:
    """Tell whoever watches the call. Finals are stored first (`store.add_segments`), so that none is only live."""
    for one in news:
        kind = FINAL if isinstance(one, Final) else PARTIAL
        live.push(topic_of(call_id), kind, _data(one, speaker=speaker, leg=leg, model=model))


def tell_hidden(
    live: LiveStream, lines: Iterable[Final], *, call_id: str, speaker: str, model: str, leg: str = ""
) -> None:
    """Tell lines of which less may be read than was told: what was told of them before is taken out of the stream."""
    topic = topic_of(call_id)
    for line in lines:
        live.take_back(topic, partial(_is_of, (speaker, leg, line.seq)))
        live.push(topic, FINAL, _data(line, speaker=speaker, leg=leg, model=model))


def read_back(session: Session, live: LiveStream, call_id: str) -> WholeTranscript:
    """The whole transcript: what is stored, and what is being said."""
    topic = topic_of(call_id)
    items: list[LiveItem] = []
    complete = True
    try:  # the live stream first: a final stored in between is then shown once here and once more live, never lost
        items = live.read({topic: "0"}, limit=KEPT)
    except RedisError as error:
        log.warning("live_stream_down", topic="call", error=type(error).__name__)
        complete = False
    stored = [_stored(segment) for segment in transcript(session, call_id)]
    known = {_place(line) for line in stored}
    lines = stored + [line for line in _unfinished(items) if _place(line) not in known]
    lines.sort(key=lambda line: (line.start, line.speaker, line.seq))
    models = tuple(sorted({line.model for line in lines}))
    return WholeTranscript(tuple(lines), models, items[-1].id if items else "0", complete)


def _unfinished(items: Iterable[LiveItem]) -> list[Line]:
    """The last word on each line that is only live: partials, and finals not stored yet."""
    lines: dict[_Place, Line] = {}
    for item in items:
        if item.kind not in {PARTIAL, FINAL}:
            continue
        line = Line(**item.data, final=item.kind == FINAL)
        if line.text:
            lines[_place(line)] = line
        else:
            lines.pop(_place(line), None)
    return list(lines.values())


def _is_of(place: _Place, data: Mapping[str, Any]) -> bool:
    return (data.get("speaker"), data.get("leg"), data.get("seq")) == place


def _place(line: Line) -> _Place:
    return (line.speaker, line.leg, line.seq)


def _stored(segment: Segment) -> Line:
    return Line(
        speaker=segment.speaker,
        leg=segment.leg,
        seq=segment.seq,
        text=segment.text,
        start=segment.start_ms / 1000,
        end=segment.end_ms / 1000,
        model=segment.model,
        final=True,
    )


def _data(news: TrackNews, *, speaker: str, leg: str, model: str) -> dict[str, Any]:
    return {
        "speaker": speaker,
        "leg": leg,
        "seq": news.seq,
        "text": news.text,
        "start": news.start_ms / 1000,
        "end": news.end_ms / 1000,
        "model": model,
    }
