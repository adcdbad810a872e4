"""The models of site.yaml: numbers, hours, skills, queues, agents, dialling and privacy of one contact centre."""

from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from call_flows.callback_policy import CallbackPolicy
from call_flows.calling_back import Limits
from call_flows.ewt import Ewt
from call_flows.hours import Hours
from call_flows.listening import ListenFor
from call_flows.overflow import Overflow
from call_flows.problems import nearest
from call_flows.resting import MOST, USUAL, Reasons
from call_flows.strict import Strict
from call_flows.values import Duration, FlowName, HoursName, Language, Named, Share, SkillName, refuse, written

MAX_LEVEL: Final = 10
SILENCE: Final = (15.0, 600.0)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        near = nearest(name, available_timezones())
        todo = "Write a zone such as America/New_York."
        raise refuse("E012", f"'{name[:60]}' is not a time zone.", word=name, near=near, todo=todo) from error
    return name


def _number_entry(value: object) -> object:
    return {"flow": value} if isinstance(value, str) else value


def _clock_range(value: object) -> object:
    text = written(value) or ""
    parts = text.split("-")
    if len(parts) != 2 or not all(_is_clock(part.strip()) for part in parts):
        raise refuse("E012", f"'{text or value}' is not a span of time.", word=text, todo='Write "21:00-08:00".')
    return text


def _is_clock(text: str) -> bool:
    hour, _, minute = text.partition(":")
    return hour.isdigit() and minute.isdigit() and int(hour) <= 24 and int(minute) < 60 and len(minute) == 2


def _contact(length: Duration) -> Duration:
    if not SILENCE[0] <= float(length) <= SILENCE[1]:
        todo = "Desks are heard every 10 seconds: write a length between 15s and 10m."
        raise refuse("E013", f"'{length}' does not tell a lost desk from a slow one.", word=str(length), todo=todo)
    return length


Zone = Annotated[str, AfterValidator(_zone)]
Level = Annotated[int, Field(ge=1, le=MAX_LEVEL)]
ClockRange = Annotated[str, BeforeValidator(_clock_range)]
Needs = dict[SkillName, Level]
Contact = Annotated[Duration, AfterValidator(_contact)]


class NumberEntry(Strict):
    """What answers a telephone number."""

    flow: FlowName = Field(description="The call flow that answers.")
    language: Language | None = Field(None, description="The language it begins in; else the site's first.")


class Ring(Strict):
    """From when on a waiting caller is offered to agents with these skills."""

    after: Duration = Field(description="How long the caller has waited.")
    needs: Needs = Field(description="The skills an agent must have, with the least level of each.")
    when_waiting: int | None = Field(
        None, ge=1, le=5000, description="It opens sooner, at once, while so many wait in the queue: agents in reserve."
    )


class ServiceLevel(Strict):
    """The queue's aim."""

    target: Share = Field(Share(0.8), description="The share of callers to be answered in time.")
    within: Duration = Field(Duration(20), description="In time means within this.")
    short_abandon: Duration = Field(Duration(5), description="Who hangs up sooner is not counted.")


def _mode(value: object) -> object:
    return "mandatory" if value == "manual" else value  # what it was called at first


class WrapUp(Strict):
    """The agent's work after a call."""

    mode: Annotated[Literal["mandatory", "timed", "optional", "none"], BeforeValidator(_mode)] = Field(
        "timed",
        description="How it ends: with a disposition, however long that takes; by hand or at its limit; by hand; at "
        "once.",
    )
    limit: Duration = Field(Duration(60), description="The longest a timed one may take.")
    dispositions: list[str] = Field(default_factory=list, description="The outcomes an agent chooses from.")


class Queue(Strict):
    """A line of callers."""

    rings: list[Ring] = Field(min_length=1, description="What an agent must have; loosens as the caller waits.")
    service_level: ServiceLevel = Field(
        default_factory=lambda: ServiceLevel.model_validate({}), description="The aim that the wall shows."
    )
    hours: HoursName | None = Field(None, description="When the queue takes callers; else always.")
    when_nobody: Literal["join", "leave"] = Field(
        "join", description="Who comes while no agent is signed in waits, or takes the `nobody` exit."
    )
    leave_when_empty: bool = Field(
        False, description="Whether those who wait take the `nobody` exit when the last agent signs out."
    )
    skip_unstaffed: bool = Field(
        False, description="Whether a ring opens at once when nobody signed in serves the rings before it."
    )
    agent_choice: Literal["longest_idle", "least_occupied"] = Field(
        "longest_idle", description="Who of several free agents is asked: idle for longest, or least at work today."
    )
    credit: Duration = Field(
        Duration(0), description="Seconds of waiting with which its callers begin, beside queues that share agents."
    )
    most_credit: Duration = Field(
        Duration(3600), description="A caller has no more credit than this, whatever `priority` says: nobody starves."
    )
    known_agent: Duration | None = Field(
        None, description="How long a caller waits for the agent alone who last talked with the number; 0s never waits."
    )
    known_within: Duration = Field(Duration(30 * 86400), description="How long ago that talk may be.")
    resume_within: Duration | None = Field(
        None, description="A caller whose call dropped has the place back who calls again within this."
    )
    overflow: Overflow | None = Field(None, description="Another queue that helps; without it, none.")
    max_wait: Duration | None = Field(None, description="After this the queue's `timed_out` exit is taken.")
    max_size: int | None = Field(None, ge=1, le=5000, description="With so many waiting, the `full` exit is taken.")
    while_waiting: FlowName | None = Field(None, description="The flow that a waiting caller hears.")
    ring_time: Duration = Field(Duration(20), description="How long a desk rings before the agent is not ready.")
    wrap_up: WrapUp = Field(
        default_factory=lambda: WrapUp.model_validate({}), description="The agent's work after each call."
    )
    ewt: Ewt = Field(
        default_factory=lambda: Ewt.model_validate({}), description="What callers are told of their estimated wait."
    )
    callback: CallbackPolicy | None = Field(None, description="Callbacks from this queue; without it, none.")


class Agent(Strict):
    """An agent to begin with."""

    name: str = Field(min_length=1, max_length=80, description="As colleagues see it.")
    login: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$", description="Small letters and digits.")
    skills: dict[SkillName, Level] = Field(default_factory=dict, description="Each skill with its level, 1 to 10.")
    languages: list[Language] = Field(default_factory=list, description="What the agent speaks.")
    next_caller: Literal["longest_waiting", "innermost"] | None = Field(
        None, description="Whom this agent takes when free; else as the site's `next_caller` says."
    )


class Dialing(Limits):
    """Who may be dialled, and when."""

    countries: list[str] = Field(default_factory=lambda: ["US"], min_length=1, description="Two-letter countries.")
    quiet: ClockRange | None = Field(None, description="No calls are made between these, in the called number's zone.")
    max_per_number_per_day: int = Field(3, ge=1, le=100, description="How often one number is called in a day.")
    max_messages_per_number_per_day: int = Field(
        5, ge=0, le=100, description="How many text messages one number is sent in 24 hours."
    )
    max_requests_per_number_per_day: int = Field(
        6, ge=1, le=100, description="How many callbacks one number may ask for in 24 hours."
    )


class Keep(Strict):
    """How long what was recorded is kept."""

    recordings: Duration = Field(Duration(90 * 86400), description="Sound.")
    transcripts: Duration = Field(Duration(365 * 86400), description="Text.")


Redacted = Literal["card", "cvv", "expiry", "ssn", "phone", "birth_date", "email"]
_REDACTED: tuple[Redacted, ...] = ("card", "cvv", "expiry", "ssn")


class Privacy(Strict):
    """What is announced, taken out and kept."""

    consent: Literal["announce", "ask", "none"] = Field(
        "announce",
        description="How callers are told: at every consent node; with a key to opt out, which each must have; or only "
        "where their number's region wants it.",
    )
    redact: list[Redacted] = Field(
        default_factory=lambda: list(_REDACTED),
        description="What is taken out of the words and the sound of calls: a card's number, security code and expiry "
        "date, social security and telephone numbers, dates of birth, e-mail addresses. What was given to a private "
        "question is taken out always.",
    )
    keep: Keep = Field(default_factory=lambda: Keep.model_validate({}), description="How long.")


def _address(value: str) -> str:
    if not value.startswith(("http://", "https://")) or any(char.isspace() for char in value):
        raise refuse("E012", f"'{value[:60]}' is not a web address.", word=value, todo="Write http://… or https://….")
    return value.rstrip("/")


SecretName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Site(Strict):
    """site.yaml: a whole contact centre as text."""

    site: Named = Field(description="The site's name.")
    description: str = Field("", description="What it is.")
    title: str = Field("", max_length=40, description="What customers know it as, in text messages; else its name.")
    timezone: Zone = Field("UTC", description="The site's own clock, such as America/New_York.")
    languages: list[Language] = Field(
        default_factory=lambda: [Language("en-US")],
        min_length=1,
        description="What is spoken; the first is the site's own.",
    )
    currency: str | None = Field(
        None,
        pattern=r"^[A-Z]{3}$",
        description="The currency of amounts, such as EUR; else that of the language's country.",
    )
    numbers: dict[
        str,
        Annotated[
            NumberEntry,
            BeforeValidator(_number_entry),
            WithJsonSchema({"anyOf": [{"type": "string"}, {"$ref": "#/$defs/NumberEntry"}]}),
        ],
    ] = Field(default_factory=dict, description="Telephone numbers in E.164, each with the flow that answers.")
    hours: dict[str, Hours] = Field(default_factory=dict, description="Opening hours, by name.")
    skills: list[SkillName] = Field(default_factory=list, description="What agents can do.")
    queues: dict[str, Queue] = Field(default_factory=dict, description="Lines of callers, by name.")
    agents: list[Agent] = Field(default_factory=list, description="Agents to begin with.")
    next_caller: Literal["longest_waiting", "innermost"] = Field(
        "longest_waiting",
        description="Whom a freed agent takes: the longest waiting of all queues, or of his innermost ring first.",
    )
    not_ready: Reasons = Field(
        default_factory=lambda: list(USUAL),
        max_length=MOST,
        description="Why agents rest, as they choose it at the desk.",
    )
    no_contact_after: Contact = Field(
        Duration(30), description="An agent whose desk is silent for so long gets no calls until it is heard again."
    )
    dialing: Dialing = Field(
        default_factory=lambda: Dialing.model_validate({}), description="Who may be dialled, and when."
    )
    privacy: Privacy = Field(
        default_factory=lambda: Privacy.model_validate({}), description="What is announced, taken out and kept."
    )
    listening: ListenFor = Field(
        default_factory=lambda: ListenFor.model_validate({}), description="Topics and alerts in what is said."
    )
    services: dict[str, Annotated[str, AfterValidator(_address)]] = Field(
        default_factory=dict, description="Web addresses that flows use as {{ service.name }}."
    )
    steering: Literal["words", "sentences"] = Field(
        "words",
        description="How `steer` reads sentences: by their words, with what ships; or by a sentence model in the "
        "folder that STEER_MODEL_PATH names (with the extra `callwright[steer]`).",
    )
    secrets: list[SecretName] = Field(
        default_factory=list,
        description="Names of secrets that flows send as {{ secret.name }}; their values are in no file of the site.",
    )

    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.timezone)
