"""What is simulated: callers, groups of agents, the rules between them, and the window in which is counted.

A scenario is plain, frozen data in seconds. It says what comes and who is there; how callers and agents find each other
is not in it, for that is the live engine's affair.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from routing.config import Overflow
from routing.match import Ring
from routing.simulate.arrivals import Arrivals
from routing.simulate.laws import NEVER, Fixed, Law
from routing.skills import Skills
from routing.waitlist import Discipline


class Choice(StrEnum):
    """By what a free agent's turn is reckoned. The engine takes the lowest score; this says what the score is."""

    LONGEST_IDLE = "longest-idle"
    LINEAR = "linear"  # always the first of the list
    RANDOM = "random"
    LEAST_OCCUPIED = "least-occupied"


class CallbackMode(StrEnum):
    """Where a caller stands who took a callback."""

    KEEP_PLACE = "keep-place"  # at his virtual arrival, among those who wait on the line
    BEHIND_LIVE = "behind-live"  # as a site may choose: only when nobody waits on the line


@dataclass(frozen=True, slots=True)
class Callbacks:
    """Callbacks of a queue, dialled agent-first.

    offer_above     seconds of estimated wait, (waiting + 1) × mean service ÷ agents, above which one is offered
    accept          the chance that a caller takes it
    reserve         behind-live only, for comparison: so many agents are left free for live callers
    due_within      behind-live only: a callback that has waited so long goes before everybody
    ring, no_answer seconds of an agent's time for a dial that is answered, or not
    places_kept     for so many retries the place is given back; after that somebody else has waited longer
    """

    offer_above: float
    accept: float
    mode: CallbackMode = CallbackMode.KEEP_PLACE
    reserve: int = 0
    due_within: float | None = None
    ring: float = 0.0
    answer: float = 1.0
    no_answer: float = 25.0
    attempts: int = 1
    retry_after: float = 600.0
    places_kept: int = 1


@dataclass(frozen=True, slots=True)
class Redial:
    """Those who hang up or find all lines taken, and call again: with what chance, and after how long."""

    chance: float
    after: Law
    when_blocked: bool = False


@dataclass(frozen=True, slots=True)
class Callers:
    """The callers of one queue. `service` and `patience` may change with the time of arrival: ((0, law), (3600, law)).

    `credit` is priority in seconds of waiting; `max_wait`, `max_size` and `overflow` are the queue's. `choice` is its
    own way of choosing among free agents, where it differs from the scenario's.
    """

    queue: str
    arrivals: Arrivals
    service: Law | tuple[tuple[float, Law], ...]
    patience: Law | tuple[tuple[float, Law], ...] = NEVER
    rings: tuple[Ring, ...] = (Ring(),)
    credit: float = 0.0
    max_wait: float | None = None
    max_size: int | None = None
    callbacks: Callbacks | None = None
    redial: Redial | None = None
    overflow: Overflow | None = None
    choice: Choice | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Agents with the same skills. `count` may change: ((0, 12), (7200, 18)); who leaves finishes the call first.

    `pace` multiplies the length of their calls.
    """

    name: str
    skills: Skills
    count: int | tuple[tuple[float, int], ...]
    pace: float = 1.0

    @property
    def steps(self) -> tuple[tuple[float, int], ...]:
        """How many from when on."""
        return ((0.0, self.count),) if isinstance(self.count, int) else self.count

    @property
    def most(self) -> int:
        """The most there ever are."""
        return max(count for _, count in self.steps)


@dataclass(frozen=True, slots=True)
class Window:
    """Counted are the callers who come in [warm_up, warm_up + length); others come until `tail` seconds later."""

    length: float
    warm_up: float = 0.0
    tail: float = 0.0

    @property
    def opens(self) -> float:
        """From when on is counted."""
        return self.warm_up

    @property
    def closes(self) -> float:
        """Until when is counted."""
        return self.warm_up + self.length


@dataclass(frozen=True, slots=True)
class Scenario:
    """A contact centre for some time."""

    callers: tuple[Callers, ...]
    groups: tuple[Group, ...]
    window: Window
    discipline: Discipline = Discipline.LONGEST
    choice: Choice = Choice.LONGEST_IDLE
    trunks: int | None = None
    wrap_up: Law = field(default=Fixed(0.0))
    busyness: Law = field(default=Fixed(1.0))
