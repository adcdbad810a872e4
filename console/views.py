"""What the screens show, as values: no table of any folder, no sentence of any page."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from console.shown import FoundPlace, SaidBefore, Understood
from routing.estimates import Estimate
from routing.metrics import Figures


@dataclass(frozen=True, slots=True)
class PathStep:
    """One place of the flow the caller came through, and what was pressed or said there."""

    at: datetime
    node: str
    verb: str
    heard: str = ""


@dataclass(frozen=True, slots=True)
class SlotShown:
    """Something learned on the call; a private one is shown as known, never what it is."""

    name: str
    value: str
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class DialShown:
    """One earlier attempt to call back."""

    at: datetime
    result: str


@dataclass(frozen=True, slots=True)
class CallbackStory:
    """Why a customer is called back: read before the telephone rings. `waited` are seconds in line."""

    why: str
    asked_at: datetime
    due_at: datetime | None
    zone: str
    waited: float
    note: str
    owner: str
    asked_by: str
    attempts: tuple[DialShown, ...] = ()


@dataclass(frozen=True, slots=True)
class CallCard:
    """Who calls and why, as the agent sees it before answering."""

    call_id: str
    number: str
    name: str
    queue: str
    language: str
    arrived_at: datetime
    waiting_since: datetime
    is_callback: bool = False
    path: tuple[PathStep, ...] = ()
    slots: tuple[SlotShown, ...] = ()
    tags: tuple[str, ...] = ()
    story: CallbackStory | None = None
    before: SaidBefore | None = None


class Stage(StrEnum):
    """Where the agent's current call stands, as the desk draws it."""

    RINGING = "ringing"
    CONNECTING = "connecting"
    TALKING = "talking"
    WRAPPING = "wrapping"


@dataclass(frozen=True, slots=True)
class CurrentCall:
    """The one call an agent is held for."""

    reservation_id: str
    stage: Stage
    since: datetime
    until: datetime | None
    """When the ringing or the wrap-up ends by itself."""
    card: CallCard
    on_hold_since: datetime | None = None
    has_consent: bool | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True)
class AgentShown:
    """An agent and the state they are in; `next_reason` is what they rest for when this call is over."""

    id: str
    name: str
    state: str
    reason: str
    since: datetime
    next_reason: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """All that an agent's desk shows, at one moment."""

    agent: AgentShown
    current: CurrentCall | None
    dispositions: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    must_choose: bool = False
    """Whether the wrap-up ends only with a disposition."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One queue now."""

    name: str
    waiting: int
    longest_since: datetime | None
    target: float
    within_seconds: float
    agents_available: int
    agents_busy: int
    figures: Figures
    """Today's, as docs/metrics.md defines them."""
    ewt: Estimate | None
    callbacks: int = 0
    """Promises that keep a place in this line."""


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """Somebody in line, as the wall lists him: the number with its last two digits only."""

    entry_id: str
    number: str
    queue: str
    is_callback: bool
    since: datetime
    position: int
    estimate: float | None
    """Seconds; None where nothing can be said."""
    ringing: str = ""
    """The name of the agent whose desk rings for him."""


@dataclass(frozen=True, slots=True)
class AlertShown:
    """What a flow tells supervisors, until somebody has seen it."""

    id: str
    call_id: str
    level: str
    text: str
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class Board:
    """The wall: queues and agents now."""

    at: datetime
    queues: tuple[QueueRow, ...]
    agents: tuple[AgentShown, ...]
    callbacks_waiting: int = 0
    is_degraded: bool = False
    """Redis is down: callers keep their places, and nobody is being matched."""
    refused: tuple[str, ...] = ()
    """Why the site's files, as they stand, did not go live."""
    alerts: tuple[AlertShown, ...] = ()
    waiting: tuple[WaitingRow, ...] = ()
    waiting_more: int = 0
    """How many wait whom the list does not show."""
    repaired: tuple[tuple[str, int], ...] = ()
    """What reconciliation has put right today, by kind."""
    carrier_unheard: bool = False
    """Whether the carrier did not answer reconciliation's last questions."""


class Speaker(StrEnum):
    """Who is heard on a track."""

    CALLER = "caller"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Line:
    """One stretch of speech; seconds from the call's beginning. `key` tells it from every other of the call."""

    key: str
    speaker: str
    text: str
    start: float
    end: float
    is_settled: bool = True


@dataclass(frozen=True, slots=True)
class Transcript:
    """The words of a call, and the names of the models that listened."""

    lines: tuple[Line, ...]
    model: str = ""


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call in the list."""

    id: str
    started_at: datetime
    seconds: float | None
    direction: str
    number: str
    name: str
    queue: str
    agent: str
    outcome: str
    disposition: str
    has_recording: bool = False
    snippets: tuple[FoundPlace, ...] = ()


@dataclass(frozen=True, slots=True)
class CallPage:
    """One page of the list."""

    rows: tuple[CallRow, ...]
    total: int
    offset: int
    limit: int


class SoundState(StrEnum):
    """What is known of a call's recording."""

    FETCHING = "fetching"
    READY = "ready"
    FAILED = "failed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Sound:
    """One recording of a call. The transcript's times count from the beginning of the conversation's recording."""

    state: SoundState
    recording_id: str
    seconds: float = 0.0
    is_message: bool = False


@dataclass(frozen=True, slots=True)
class CallPaper:
    """One call's page: the row, the journey, the words, the sounds."""

    row: CallRow
    flow: str
    language: str
    consent: bool | None
    journey: tuple[PathStep, ...]
    slots: tuple[SlotShown, ...]
    transcript: Transcript
    sounds: tuple[Sound, ...]
    tags: tuple[str, ...] = field(default=())
    notes: str = ""
    is_over: bool = True
    understood: Understood | None = None

    @property
    def is_fetching(self) -> bool:
        """Whether a sound is still on its way."""
        return any(sound.state is SoundState.FETCHING for sound in self.sounds)

    def sound(self, recording_id: str) -> Sound | None:
        """The sound with this id, if it is here."""
        ready = (one for one in self.sounds if one.state is SoundState.READY)
        return next((one for one in ready if one.recording_id == recording_id), None)
