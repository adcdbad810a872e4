"""What the media process tells of itself: streams, frames, what was dropped, and how far recognition lags behind."""

from dataclasses import asdict, dataclass
from typing import Any

BEHIND_SECONDS = 2.0


@dataclass(slots=True)
class Gauges:
    """Counters since the start, and two gauges of the moment. Written by the event loop only."""

    streams: int = 0
    accepted: int = 0
    refused: int = 0
    frames: int = 0
    bad_messages: int = 0
    dropped_frames: int = 0
    lag_seconds: float = 0.0
    """The age of the oldest sound that waits to be recognised, over all streams."""

    def as_json(self) -> dict[str, Any]:
        """For the health page."""
        return {**asdict(self), "lag_seconds": round(self.lag_seconds, 3), "behind": self.lag_seconds > BEHIND_SECONDS}
