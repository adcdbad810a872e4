"""What a site says of its queues, as routing needs it. `console.wiring` makes these from site.yaml."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from routing.match import Ring


class WrapUpMode(StrEnum):
    """How the work after a call ends."""

    NONE = "none"  # there is none
    OPTIONAL = "optional"  # when the agent says so
    TIMED = "timed"  # when the agent says so, at the latest at the limit
    MANDATORY = "mandatory"  # only with a disposition


@dataclass(frozen=True, slots=True)
class WrapUp:
    """The work after a call: mode, limit in seconds (timed only), the dispositions to choose from."""

    mode: WrapUpMode = WrapUpMode.TIMED
    limit: float = 60.0
    dispositions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """Answered within so many seconds shall be this share; who leaves sooner than `short_abandon` does not count."""

    target: float = 0.8
    within: float = 20.0
    short_abandon: float = 5.0


@dataclass(frozen=True, slots=True)
class QueueConfig:
    """One queue. Times in seconds; `max_wait` and `max_size` None mean no limit."""

    name: str
    rings: tuple[Ring, ...] = (Ring(),)
    service_level: ServiceLevel = ServiceLevel()
    max_wait: float | None = None
    max_size: int | None = None
    ring_time: float = 20.0
    wrap_up: WrapUp = WrapUp()


class QueueBook:
    """The queues of the site that runs; replaced as a whole when the site changes."""

    def __init__(self, queues: Iterable[QueueConfig] = ()) -> None:
        self._queues: Mapping[str, QueueConfig] = {queue.name: queue for queue in queues}

    def replace(self, queues: Iterable[QueueConfig]) -> None:
        """From now on these. Entries that wait keep the rings with which they came."""
        self._queues = {queue.name: queue for queue in queues}

    def get(self, name: str) -> QueueConfig:
        """The queue of that name; one with default values where the site no longer has it."""
        return self._queues.get(name) or QueueConfig(name)

    def all(self) -> tuple[QueueConfig, ...]:
        """All queues, in the site's order."""
        return tuple(self._queues.values())
