"""What the pages of quality show, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from call_flows.scorecards import Scorecard
from console.review.quality.agreement import Agreement
from console.review.quality.rows import CoachingNote, Review, ReviewAnswer
from console.review.quality.scoring import Score


@dataclass(frozen=True, slots=True)
class ReviewShown:
    """One review in a list; `caller` is what the calls list shows of the other party."""

    row: Review
    agent: str
    reviewer: str
    title: str
    call_at: datetime


@dataclass(frozen=True, slots=True)
class NoteShown:
    """One coaching note, with the names of whom it is for and from."""

    row: CoachingNote
    agent: str
    author: str
    call_at: datetime
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class ReviewPaper:
    """One review with its scorecard: everything of its page but the call."""

    shown: ReviewShown
    card: Scorecard
    answers: Mapping[str, ReviewAnswer]
    score: Score
    can_answer: bool
    can_take_back: bool
    can_acknowledge: bool
    calibration_is_open: bool = False


@dataclass(frozen=True, slots=True)
class AgentFigures:
    """An agent's submitted reviews taken together: how many, the mean score, the share that passed."""

    agent_id: str
    agent: str
    reviews: int
    score: float | None
    passed: float | None
    acknowledged: int


@dataclass(frozen=True, slots=True)
class CalibrationShown:
    """One calibration; `ready` are the logins that have submitted."""

    id: str
    call_id: str
    call_at: datetime
    agent: str
    title: str
    expert: str
    reviewers: Mapping[str, str]
    """Login to name."""
    ready: tuple[str, ...]
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class CalibrationPaper:
    """A closed calibration compared, or an open one with who is ready."""

    shown: CalibrationShown
    card: Scorecard
    own: Review | None
    scores: Mapping[str, float | None]
    agreement: Agreement | None
    comments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Question to login to what was written."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filter of reviews: each empty or None takes all."""

    agent_id: str = ""
    scorecard: str = ""
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class CallQuality:
    """What a call's page shows of quality."""

    call_id: str
    notes: tuple[NoteShown, ...]
    reviews: tuple[ReviewShown, ...]
    agents: tuple[tuple[str, str], ...]
    cards: tuple[tuple[str, str], ...]
    scorers: tuple[tuple[str, str], ...]
    can_review: bool
    is_over: bool
