"""What the screens show of what was said and understood, and what they look for, as values."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SaidBefore:
    """What a call was about so far, for whoever takes it next: lines of the transcript, topics, notes, the mood.

    Each line is (speaker, second, text). `mood` is the caller's, -1 to 1 by a list of words; None is unknown.
    """

    lines: tuple[tuple[str, float, str], ...] = ()
    topics: tuple[str, ...] = ()
    notes: str = ""
    mood: float | None = None


@dataclass(frozen=True, slots=True)
class KnowledgeCard:
    """An article of the site that may help now."""

    title: str
    answer: str


@dataclass(frozen=True, slots=True)
class FindingShown:
    """A topic or alert of a call, and the second it came up."""

    kind: str
    name: str
    text: str
    second: float


@dataclass(frozen=True, slots=True)
class Understood:
    """What was understood of a call: figures as (name, value), the findings, and lines as (speaker, second, text)."""

    figures: tuple[tuple[str, str], ...]
    findings: tuple[FindingShown, ...]
    summary: tuple[tuple[str, float, str], ...]


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """Where words that were looked for were said: by whom, at which second, and the text in pieces.

    Each piece says whether it is one of the words.
    """

    speaker: str
    second: float
    pieces: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls are wanted; empty means any. Moments are already in UTC."""

    since: datetime | None = None
    before: datetime | None = None
    queue: str = ""
    agent_id: str = ""
    number: str = ""
    outcome: str = ""
    words: str = ""
    speaker: str = ""
    topic: str = ""
    longer: float | None = None
    """Seconds, as `shorter` and `silence` (the longest one, at least)."""
    shorter: float | None = None
    silence: float | None = None
    mood_from: float | None = None
    """The caller's mood, -1 to 1."""
    mood_to: float | None = None
