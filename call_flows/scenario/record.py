"""What has become of a call so far: what was heard, asked, sent, promised and noted. Expectations read it."""

from dataclasses import dataclass, field

from call_flows.actions import Fetch, KeepComment, KeepScore, RaiseAlert, RecordMessage, SendMessage, TakeCard
from call_flows.callback_actions import PromiseCallback
from call_flows.notes import Note


@dataclass(frozen=True, slots=True)
class Spoken:
    """One thing that was heard; `at` is where its words begin in `Record.text`."""

    text: str
    language: str
    at: int


@dataclass(slots=True)
class Record:
    """A call's story."""

    text: str = ""
    """All that was heard, in one line."""
    spoken: list[Spoken] = field(default_factory=list)
    read: int = 0
    """Up to where the dialogue has followed `text`."""
    notes: list[Note] = field(default_factory=list)
    asked: list[Fetch] = field(default_factory=list)
    messages: list[SendMessage] = field(default_factory=list)
    alerts: list[RaiseAlert] = field(default_factory=list)
    scores: list[KeepScore] = field(default_factory=list)
    promises: list[tuple[PromiseCallback, str]] = field(default_factory=list)
    """Promises with why they were refused; made when that is empty."""
    callbacks: list[str] = field(default_factory=list)
    """What became of callbacks: promised, refused, moved, cancelled, used."""
    promises_read: int = 0
    tags: list[str] = field(default_factory=list)
    dialled: list[str] = field(default_factory=list)
    comments: list[KeepComment] = field(default_factory=list)
    left: list[RecordMessage] = field(default_factory=list)
    paid: TakeCard | None = None
    recording: bool = False
    consent: bool | None = None

    def hear(self, text: str, language: str) -> None:
        """Something is heard."""
        if self.text:
            self.text += " "
        self.spoken.append(Spoken(text, language, len(self.text)))
        self.text += text

    def pass_over(self) -> None:
        """What was heard so far counts as followed: the caller has acted on it."""
        self.read = len(self.text)

    def unread(self) -> list[Spoken]:
        """What was heard since the dialogue last followed it, each piece whole."""
        return [one for one in self.spoken if one.at + len(one.text) > self.read]
