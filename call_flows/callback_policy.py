"""What a queue says of callbacks: when they are offered, for which times, how they are confirmed and tried."""

from typing import Literal

from pydantic import Field, model_validator

from call_flows.calling_back import CallingBack
from call_flows.strict import Strict
from call_flows.values import Duration, HoursName, If, Share, refuse


class Slots(Strict):
    """How many callbacks are promised for one span of time, so that one time is not promised to everyone."""

    every: Duration = Field(Duration(900), description="How long a span is; spans begin with the hour.")
    capacity: int | None = Field(None, ge=1, le=1000, description="How many callbacks a span has room for.")
    share: Share | None = Field(
        None, description="Instead: the share of the calls that the queue's agents can take in a span."
    )
    handling: Duration = Field(Duration(300), description="For `share`: how long a call takes.")

    @model_validator(mode="after")
    def _one_of_two(self) -> "Slots":
        if not 60 <= float(self.every) <= 86400 or 3600 % min(float(self.every), 3600) > 0:
            todo = "Write 5m, 10m, 15m, 20m, 30m or 1h."
            raise refuse("E012", "Spans of this length do not begin with the hour.", word=str(self.every), todo=todo)
        if (self.capacity is None) is (self.share is None):
            todo = "Write capacity: 4, or share: 50%, and not both."
            raise refuse("E012", "The spans have no room, or two.", word="capacity", todo=todo)
        return self


class CallbackPolicy(CallingBack):
    """When waiting callers are offered a callback, and how it is tried."""

    offer_when: If | None = Field(None, description="A condition such as `ewt > 120`; without it, always.")
    stop_when: If | None = Field(
        None,
        description="Once offered, callbacks are offered until this holds, such as `ewt < 60`: so that the offer does "
        "not come and go. Without it, until `offer_when` holds no longer.",
    )
    offer_again: Share = Field(
        Share(0.5),
        description="Who did not take the offer is asked again when the wait has grown by this share, and two minutes.",
    )
    attempts: int = Field(3, ge=1, le=10, description="How often it is tried.")
    retry_after: list[Duration] = Field(
        default_factory=lambda: [Duration(600), Duration(900)], description="How long between attempts."
    )
    hours: HoursName | None = Field(None, description="When callbacks may be made; else at any hour dialling allows.")
    slots: Slots | None = Field(None, description="How many chosen times there are; without it, any number.")
    confirm: Literal["sms", "none"] = Field(
        "none", description="Whether a promise is confirmed by text message, with a link and words to reply."
    )
    abandoned: Literal["call", "sms", "none"] = Field(
        "none",
        description="Who hung up while waiting and has not called again within 15 minutes is called back, or written "
        "to: once.",
    )
    abandoned_after: Duration = Field(Duration(30), description="Only who has waited so long.")
