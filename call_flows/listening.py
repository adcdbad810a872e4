"""What a site listens for in its calls: topics that are noted, alerts that supervisors are told."""

import re
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from call_flows.functions import PatternRefused, pattern_of
from call_flows.kinds import AlertLevel
from call_flows.strict import Strict
from call_flows.values import Duration, refuse

MOST_PHRASES: Final = 50
_WORD: Final = re.compile(r"[^\W_]")


def _phrase(value: str) -> str:
    if not _WORD.search(value) or len(value) > 80:
        todo = "Write words as they are spoken, such as: close my account. A * at the end lets the last word go on."
        raise refuse("E012", f"'{value[:60]}' is nothing that can be said.", word=value, todo=todo)
    return value


def _pattern(value: str) -> str:
    try:
        pattern_of(value)
    except PatternRefused as error:
        raise refuse(
            "E012", str(error), word=value, todo="Write a regular expression without back references."
        ) from error
    return value


def _several(value: object) -> object:
    return [value] if isinstance(value, str) else value


Phrases = Annotated[
    list[Annotated[str, AfterValidator(_phrase)]], BeforeValidator(_several), Field(max_length=MOST_PHRASES)
]
Pattern = Annotated[str, AfterValidator(_pattern)]
Party = Literal["caller", "agent"]
KINDS: Final = ("said", "pattern", "silence", "talk_over", "mood_falls", "calls_again")


class Heard(Strict):
    """What makes a rule hold: one of `said`, `pattern`, `silence`, `talk_over`, `mood_falls`, `calls_again`."""

    said: Phrases = Field(default_factory=list, description="Any of these is said; `refund*` is refunds, too.")
    pattern: Pattern | None = Field(
        None, description="A regular expression that holds somewhere in a line: small letters, no accents, no signs."
    )
    unless: Phrases = Field(default_factory=list, description="Lines that hold any of these do not count.")
    by: Party | None = Field(None, description="Who says it; else anybody.")
    then: Phrases = Field(default_factory=list, description="Any of these is said after it.")
    then_by: Party | None = Field(None, description="By whom; else anybody.")
    within: Duration = Field(Duration(30), description="How soon after; or in what time they talk over each other.")
    silence: Duration | None = Field(None, description="Nobody says anything for so long, music on hold aside.")
    talk_over: int | None = Field(None, ge=1, le=100, description="So often two talk at once, within the time.")
    mood_falls: float | None = Field(
        None, gt=0, le=2, description="The caller's mood (-1 to 1, by a list of words) falls by so much."
    )
    calls_again: int | None = Field(None, ge=2, le=99, description="The caller says that it is at least the n-th call.")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        given = [kind for kind in KINDS if getattr(self, kind) not in (None, [])]
        if len(given) != 1:
            what = f"A rule holds for one reason; this has {' and '.join(given) or 'none'}."
            raise refuse("E012", what, todo=f"Write one of {', '.join(KINDS)}.")
        if self.then and given[0] not in {"said", "pattern"}:
            raise refuse("E012", f"`then` follows what is said, not `{given[0]}`.", todo="Write `said` beside it.")
        return self


class Topic(Heard):
    """Something that calls are about: noted, counted, searched for."""


class AlertRule(Heard):
    """Something a supervisor is told of while the call is on."""

    text: str = Field(min_length=1, max_length=200, description="What the supervisor reads.")
    level: AlertLevel = Field(AlertLevel.WARNING, description="How soon to look: info, warning or urgent.")


class ListenFor(Strict):
    """What is listened for in transcripts, by rules that can be read."""

    topics: dict[str, Topic] = Field(default_factory=dict, max_length=100, description="Topics, by name.")
    alerts: dict[str, AlertRule] = Field(default_factory=dict, max_length=100, description="Alerts, by name.")
