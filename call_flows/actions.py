"""What a step asks for, imperative: of the carrier (rendered as TwiML by `ivr`) or of ourselves.

A step is any number of immediate actions and then exactly one waiting action, or an ending one.
The unions at the end are closed: a new action fails the type check wherever it is not yet rendered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from call_flows.callback_actions import ChangeCallback, PromiseCallback
from call_flows.kinds import AlertLevel, CardToken, SurveyKind


@dataclass(frozen=True, slots=True)
class Say:
    """Speak text in a language (BCP 47). The text is plain; what came from the caller is only ever data in it."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Play:
    """Play a prompt of the site, by name without suffix; `text` is spoken where no recording exists."""

    prompt: str
    language: str
    text: str = ""


Prompt = Say | Play


@dataclass(frozen=True, slots=True)
class StartRecording:
    """Record the call from here, both sides apart, and let it be transcribed. Only after consent."""


@dataclass(frozen=True, slots=True)
class PauseRecording:
    """Leave what follows out of recording and transcript."""


@dataclass(frozen=True, slots=True)
class ResumeRecording:
    """Go on recording."""


@dataclass(frozen=True, slots=True)
class StopRecording:
    """Record no more."""


@dataclass(frozen=True, slots=True)
class NoteConsent:
    """The caller was told of the recording and accepted, or opted out."""

    given: bool


@dataclass(frozen=True, slots=True)
class TagCall:
    """Label the call."""

    tag: str


@dataclass(frozen=True, slots=True)
class RaiseAlert:
    """Call a supervisor's attention to this call."""

    text: str
    level: AlertLevel = AlertLevel.WARNING


@dataclass(frozen=True, slots=True)
class KeepScore:
    """Keep the caller's answer to a survey; asked again at the same node, the new answer takes the old one's place."""

    survey: SurveyKind
    score: int
    flow: str
    node: str


@dataclass(frozen=True, slots=True)
class KeepComment:
    """Keep the comment spoken after a survey's score; `recording` is the carrier's id of the sound."""

    survey: SurveyKind
    recording: str
    seconds: float
    flow: str
    node: str


@dataclass(frozen=True, slots=True)
class Collect:
    """Wait for keys, words or both while the prompts are heard.

    `timeout` is seconds of silence after the prompts; `max_digits` None means any number up to the finish key;
    `hints` are the words expected, which restrict recognition; `private` keys are never logged nor recorded.
    """

    prompts: tuple[Prompt, ...]
    keys: bool = True
    speech: bool = False
    max_digits: int | None = None
    finish_on_key: str = "#"
    timeout: float = 5.0
    hints: tuple[str, ...] = ()
    language: str = "en-US"
    barge_in: bool = True
    private: bool = False


@dataclass(frozen=True, slots=True)
class Fetch:
    """Ask a web service. Inner: the shell performs it and brings `Fetched` within the same webhook.

    Headers and body may hold secrets by name, as `call_flows.secret.mark` writes them: only who performs the request
    puts their values in. `timeout` is of each try, `retries` how often it is tried again.
    """

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    timeout: float = 3.0
    retries: int = 0


@dataclass(frozen=True, slots=True)
class FindCustomer:
    """Look the customer's record up by number. Inner: `CustomerAnswered` follows."""

    number: str


@dataclass(frozen=True, slots=True)
class ChangeCustomer:
    """Change the customer's record: these of name, tier and language; tags are added or taken away.

    `create` makes a record where the number has none. Inner: `CustomerAnswered` follows.
    """

    number: str
    values: Mapping[str, str] = field(default_factory=dict)
    add_tags: tuple[str, ...] = ()
    drop_tags: tuple[str, ...] = ()
    create: bool = False


@dataclass(frozen=True, slots=True)
class SendMessage:
    """Send a text message to a number in E.164. Inner: `MessageAnswered` follows."""

    number: str
    text: str


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Wait in a queue for an agent; `rings` are (seconds waited, needs) in order, `priority` is credit in seconds.

    For `alone` seconds only the preferred agent is asked (None: as the queue has it); `keep_place` keeps the place of
    the call's earlier wait.
    """

    queue: str
    rings: tuple[tuple[float, Mapping[str, int]], ...]
    priority: float = 0.0
    preferred_agent: str = ""
    max_wait: float | None = None
    max_size: int | None = None
    alone: float | None = None
    keep_place: bool = False


@dataclass(frozen=True, slots=True)
class LeaveQueue:
    """End the wait from inside the hold flow; `QueueEnded(outcome)` follows."""

    outcome: str


class DialTarget(StrEnum):
    """What kind of party a dial reaches."""

    NUMBER = "number"
    AGENT = "agent"
    SIP = "sip"


@dataclass(frozen=True, slots=True)
class Dial:
    """Connect the caller to another party and wait until that ends. Times in seconds."""

    target: DialTarget
    address: str
    timeout: float = 30.0
    caller_id: str = ""
    whisper: str = ""


@dataclass(frozen=True, slots=True)
class RecordMessage:
    """Take a message after the tone; lengths in seconds. `queue` owns the message when the caller is done.

    `comment` makes it a remark after a survey, which is nobody's task.
    """

    max_seconds: float = 120.0
    silence_seconds: float = 5.0
    finish_on_key: str = "#"
    queue: str = ""
    beep: bool = True
    comment: bool = False


@dataclass(frozen=True, slots=True)
class TakeCard:
    """Let the carrier take a card by keys, so that its number never comes to us; `PaymentEnded` follows.

    With an `amount` (a decimal such as "20.45") it is charged, without one only the token is made. The call's
    recording and transcript are paused meanwhile.
    """

    prompts: tuple[Prompt, ...]
    connector: str = "Default"
    amount: str = ""
    currency: str = "usd"
    description: str = ""
    token: CardToken = CardToken.REUSABLE
    security_code: bool = True
    postal_code: bool = True
    cards: tuple[str, ...] = ("visa", "mastercard", "amex")
    attempts: int = 3
    timeout: float = 7.0
    language: str = "en-US"


@dataclass(frozen=True, slots=True)
class Pause:
    """Stay silent for some seconds, then go on with `Resumed`; in a hold flow the carrier asks again by itself."""

    seconds: float


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """Do not answer; `busy` or `rejected`."""

    reason: str = "rejected"


ImmediateAction = (
    Say
    | Play
    | StartRecording
    | PauseRecording
    | ResumeRecording
    | StopRecording
    | NoteConsent
    | TagCall
    | RaiseAlert
    | KeepScore
    | KeepComment
)
OutsideAction = Fetch | FindCustomer | ChangeCustomer | SendMessage
"""Inner actions that are performed while no transaction is held; each is harmless to repeat."""
InnerAction = OutsideAction | PromiseCallback | ChangeCallback
WaitingAction = Collect | Enqueue | LeaveQueue | Dial | RecordMessage | TakeCard | Pause
EndingAction = HangUp | Refuse
Action = ImmediateAction | InnerAction | WaitingAction | EndingAction
