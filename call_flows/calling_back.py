"""What a queue says of making the calls it has promised: who is dialled first, how late, and what machines are told."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from call_flows.strict import Strict
from call_flows.values import Duration, Language, refuse

ANY = "any"


def _by_language(value: object) -> object:
    return {ANY: value} if isinstance(value, str) else value


Texts = Annotated[
    dict[Language, Annotated[str, Field(min_length=1, max_length=1000)]],
    BeforeValidator(_by_language),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}]}),
]


class CallingBack(Strict):
    """How a queue's callbacks are made."""

    first: Literal["agent", "customer"] = Field(
        "agent",
        description="Whom to dial first. `customer`: only while an agent is as good as free (19 times in 20), else the "
        "agent.",
    )
    hold: Duration = Field(
        Duration(60),
        description="With `first: customer`: how long the customer hears music for an agent. Then he is told that he "
        "keeps the front place, and the agent is dialled first.",
    )
    place: Literal["keep", "behind"] = Field(
        "keep", description="Whether a callback keeps the caller's place, or stands behind all who wait on the line."
    )
    promise: Duration | None = Field(
        None, description="The latest a callback is to be made: before that it goes to the front. Needed by `behind`."
    )
    window: Duration = Field(
        Duration(86400), description="How long after its time a callback is still made; then it has expired."
    )
    at_closing: Literal["keep", "expire"] = Field(
        "keep", description="What is still owed when the queue's hours end: kept for the next day, or expired."
    )
    owner_waits: Duration = Field(
        Duration(3600), description="A callback owed by one agent is anyone's after so long; `0s`: at once."
    )
    detect_machines: bool = Field(True, description="Whether the carrier tells answering machines from people.")
    voicemail: Texts = Field(
        default_factory=dict,
        description="Said to an answering machine after its tone, once; by language, or one text. Without it, nothing.",
    )

    @model_validator(mode="after")
    def _no_endless_wait(self) -> "CallingBack":
        if self.place == "behind" and self.promise is None:
            todo = "Write promise: 30m, so that callbacks do not wait all day."
            raise refuse("E012", "Callbacks behind live calls need a promise.", word="behind", todo=todo)
        return self


class Limits(Strict):
    """How much may be dialled for callbacks."""

    max_per_prefix_per_hour: int | None = Field(
        None, ge=1, description="How many callbacks an hour to numbers that differ in their last four digits only."
    )
    max_per_day: int | None = Field(None, ge=1, description="How many callbacks are dialled in 24 hours.")
    max_concurrent: int | None = Field(None, ge=1, description="How many callbacks are under way at once.")
    longest_call: Duration = Field(Duration(3600), description="The longest a callback may last.")
    max_minutes_per_day: int | None = Field(None, ge=1, description="How many minutes of callbacks in 24 hours.")
    max_spend_per_day: float | None = Field(None, gt=0, description="What callbacks may cost in 24 hours.")
    price_per_minute: float = Field(0.0, ge=0, description="What a minute costs, for `max_spend_per_day`.")
    calls_per_second: float = Field(
        1.0, ge=0, le=1000, description="How many calls the carrier takes a second; 0 for no limit."
    )
