"""What a site says of its queues, as routing needs it. `console.wiring` makes these from site.yaml."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from routing.estimates import EwtRules
from routing.match import AgentChoice, Ring
from routing.waitlist import Disciplines


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
class Overflow:
    """Where callers go after so many seconds, their place kept; `also` says that the first queue serves them as well.

    `while_fewer` holds them back while so many wait there already.
    """

    to: str
    after: float
    also: bool = False
    while_fewer: int | None = None


@dataclass(frozen=True, slots=True)
class QueueConfig:
    """One queue. Times in seconds; None means that there is no limit, or no such thing.

    `credit` is how far its callers stand before those of other queues; a caller has no more credit than `most_credit`.
    `known_agent` is how long a caller waits for the agent alone who last talked with his number, in `known_within`.
    `resume_within` is how soon a lost caller must call again to have his place.
    """

    name: str
    rings: tuple[Ring, ...] = (Ring(),)
    service_level: ServiceLevel = ServiceLevel()
    max_wait: float | None = None
    max_size: int | None = None
    ring_time: float = 20.0
    wrap_up: WrapUp = WrapUp()
    ewt: EwtRules = field(default_factory=EwtRules)
    agent_choice: AgentChoice = AgentChoice.LONGEST_IDLE
    credit: float = 0.0
    most_credit: float = 3600.0
    known_agent: float | None = None
    known_within: float = 30 * 86400.0
    resume_within: float | None = None
    skip_unstaffed: bool = False
    leave_when_nobody: bool = False
    leave_when_empty: bool = False
    overflow: Overflow | None = None

    @property
    def is_watched(self) -> bool:
        """Whether somebody must look after its callers, since more than time decides on their wait."""
        crowds = any(ring.when_waiting is not None for ring in self.rings)
        return crowds or self.skip_unstaffed or self.leave_when_empty


class QueueBook:
    """The queues of the site that runs; replaced as a whole when the site changes."""

    def __init__(self, queues: Iterable[QueueConfig] = (), *, disciplines: Disciplines | None = None) -> None:
        self._queues: Mapping[str, QueueConfig] = {queue.name: queue for queue in queues}
        self.disciplines = disciplines or Disciplines()
        """Whom a freed agent takes."""

    def replace(self, queues: Iterable[QueueConfig], *, disciplines: Disciplines | None = None) -> None:
        """From now on these. Entries that wait keep the rings with which they came."""
        self._queues = {queue.name: queue for queue in queues}
        self.disciplines = disciplines or Disciplines()

    def get(self, name: str) -> QueueConfig:
        """The queue of that name; one with default values where the site no longer has it."""
        return self._queues.get(name) or QueueConfig(name)

    def all(self) -> tuple[QueueConfig, ...]:
        """All queues, in the site's order."""
        return tuple(self._queues.values())
