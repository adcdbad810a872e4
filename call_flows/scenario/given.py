"""What a dialogue begins with: the moment, who calls whom, and what the world is like."""

from typing import Any

from pydantic import Field

from call_flows.scenario.kinds import Line, Moment, Open
from call_flows.strict import Strict
from call_flows.values import Duration, HoursName, Language, QueueName, SlotName

CALLER = "+12025550142"
"""Who calls when nothing is said of it."""
WITHHELD = "withheld"


class Customer(Strict):
    """What is known of the caller."""

    name: Line | None = Field(None, description="The name.")
    tier: Line | None = Field(None, description="The tier, such as gold.")
    language: Language | None = Field(None, description="The language of the record.")
    known: bool = Field(True, description="Whether there is a record at all.")
    tags: list[str] = Field(default_factory=list, description="The record's labels.")
    calls: int = Field(0, ge=0, description="How often the customer has called before.")


class QueueGiven(Strict):
    """One queue as it stands when the call comes, and for as long as it lasts."""

    waiting: int = Field(0, ge=0, description="Callers who wait already: this one comes after them.")
    agents: int | None = Field(None, ge=0, description="Agents signed in; else those seeded who can serve the queue.")
    wait: Duration | None = Field(None, description="The estimated wait; without it, none is told.")
    safe: bool = Field(True, description="Whether the estimate is safe to tell.")
    open: bool = Field(True, description="Whether it takes callers.")
    resumed: bool = Field(False, description="Whether the caller has the place back that a dropped call had lost.")


class CallbackGiven(Strict):
    """A callback that is owed to the caller's number already."""

    queue: QueueName = Field(description="The queue that calls back.")
    at: Moment | None = Field(None, description="When, on the site's own clock; without it, in line.")
    being_called: bool = Field(False, description="Whether it is being dialled at this moment.")


class Given(Strict):
    """What a dialogue begins with."""

    at: Moment | None = Field(
        None, description="The moment, on the site's own clock unless it has a zone; else Monday 2 March 2026, 10:00."
    )
    caller: Line = Field(CALLER, alias="from", description="The caller's number, or `withheld`.")
    to: Line | None = Field(None, description="The number that is called; else the first that the flow answers.")
    language: Language | None = Field(None, description="The language to begin in; else that of the number.")
    customer: Customer | None = Field(None, description="What is known of the caller; without it, nothing.")
    hours: dict[HoursName, Open] = Field(
        default_factory=dict, description="Hours that are open or closed whatever the moment."
    )
    queues: dict[QueueName, QueueGiven] = Field(
        default_factory=dict, description="Queues as they stand; those not named have nobody waiting."
    )
    callback: CallbackGiven | None = Field(None, description="A callback that is owed to the caller already.")
    slots: dict[SlotName, Any] = Field(
        default_factory=dict, description="Slots that have a value already: for flows that others run."
    )
