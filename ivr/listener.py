"""One stream on its way to words: a bounded queue of sound, and a track that is heard in a thread, batch by batch."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from foundation.clock import Clock
from foundation.db import Database
from foundation.live import LiveStream
from foundation.logs import get_logger
from ivr.redaction import Redaction, rules_without_site
from ivr.tokens import StreamGrant
from recordings.recording import note_taken_out
from transcription.live import tell, tell_hidden, topic_of
from transcription.recognizer import Engine
from transcription.redact.track import TrackMasker
from transcription.store import add_segments, amend_segments
from transcription.stream import Final, Partial, TrackNews, TrackStream

log = get_logger(__name__)
MAX_FRAMES = 1000
"""Twenty seconds of sound: a recogniser further behind than that loses the oldest, and says so."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Some sound, when the carrier says it was, and when it came."""

    payload: bytes
    timestamp_ms: int | None
    came_at: float


@dataclass(frozen=True, slots=True)
class Ear:
    """Where what is heard goes."""

    db: Database
    live: LiveStream
    clock: Clock
    redaction: Redaction | None = None
    """What is taken out before anything is kept or told; without it, everything there is a rule for."""


class Listener:
    """The event loop calls `take`; a thread calls `hear` and `finish`, one at a time: whose turn it is, `turn` says."""

    def __init__(self, grant: StreamGrant, stream_sid: str, engine: Engine | None, ear: Ear, *, start_ms: int) -> None:
        self.grant = grant
        self.turn = asyncio.Lock()
        self.dropped = 0
        self._stream_sid = stream_sid
        self._ear = ear
        self._model = engine.model_name if engine is not None else ""
        self._track = TrackStream(engine, start_ms=start_ms) if engine is not None else None
        self._masker = TrackMasker(
            rules_without_site(ear.db, grant) if ear.redaction is None else ear.redaction.rules(grant)
        )
        self._waiting: deque[Frame] = deque(maxlen=MAX_FRAMES)
        self._in_hand: float | None = None

    @property
    def waits(self) -> bool:
        """Whether there is sound to be heard."""
        return bool(self._waiting)

    def lag(self, now: float) -> float:
        """The age of the oldest sound that is not heard yet: waiting, or in the hands of a thread."""
        oldest = self._in_hand
        if oldest is None and self._waiting:
            oldest = self._waiting[0].came_at
        return 0.0 if oldest is None else now - oldest

    def take(self, frame: Frame) -> bool:
        """Queue some sound; False when the oldest had to go for it. Nobody listening, it is only let by."""
        if self._track is None:
            return True
        full = len(self._waiting) == MAX_FRAMES
        self.dropped += full
        self._waiting.append(frame)
        return not full

    def batch(self) -> list[Frame]:
        """Everything that waits, taken out; it counts as unheard until `hear` is through."""
        frames = list(self._waiting)
        self._waiting.clear()
        self._in_hand = frames[0].came_at if frames else None
        return frames

    def hear(self, frames: Sequence[Frame]) -> None:
        """Recognise, keep the finals, tell whoever watches."""
        if self._track is None:
            return
        news: list[TrackNews] = []
        try:
            for frame in frames:
                news += self._track.push(frame.payload, timestamp_ms=frame.timestamp_ms)
        finally:
            self._in_hand = None
        self._tell(news, self._track.position_ms)

    def finish(self, frames: Sequence[Frame]) -> None:
        """The stream is over: the last words before the hang-up."""
        if self._track is None:
            return
        self.hear(frames)
        self._tell(self._track.finish(), self._track.position_ms, over=True)

    def say_unheard(self) -> None:
        """Tell the desk that nobody listens to this party's language."""
        data = {"speaker": self.grant.speaker, "language": self.grant.language}
        self._ear.live.push(topic_of(self.grant.call_id), "unheard", data)

    def say_behind(self, seconds: float) -> None:
        """Tell the desk that what it reads is late."""
        data = {"speaker": self.grant.speaker, "seconds": round(seconds, 1), "dropped": self.dropped}
        self._ear.live.push(topic_of(self.grant.call_id), "behind", data)

    def _tell(self, news: list[TrackNews], position_ms: int, *, over: bool = False) -> None:
        told = self._masker.take(newest(news), position_ms=position_ms, over=over)
        finals = [one for one in told.news if isinstance(one, Final)]
        here = {"call_id": self.grant.call_id, "speaker": self.grant.speaker, "leg": self._stream_sid}
        if finals or told.again or told.hidden:
            with self._ear.db.begin() as session:
                add_segments(session, finals, model=self._model, **here)
                amend_segments(session, [*told.again, *told.hidden], model=self._model, **here)
                if any(word.redacted for line in (*finals, *told.again, *told.hidden) for word in line.words):
                    note_taken_out(session, self.grant.call_id, now=self._ear.clock.now())
        tell_hidden(self._ear.live, told.hidden, model=self._model, **here)
        tell(self._ear.live, [*told.again, *told.news], model=self._model, **here)


def newest(news: Sequence[TrackNews]) -> list[TrackNews]:
    """Of several partials of the same segment in one batch only the last is worth a push."""
    last = {one.seq: at for at, one in enumerate(news) if isinstance(one, Partial)}
    return [one for at, one in enumerate(news) if isinstance(one, Final) or last[one.seq] == at]
