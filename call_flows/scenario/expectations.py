"""What a dialogue may expect at a moment: everything that is written must hold."""

from typing import Annotated, Any, Literal

from pydantic import Field, Tag

from call_flows.scenario.kinds import Line, ManyLines, ManyWords, Moment, Shape, Words
from call_flows.site import Level
from call_flows.strict import Strict
from call_flows.values import FlowName, Language, NodeName, QueueName, SkillName, SlotName


class Asked(Strict):
    """A request to a web service; `*` in the address stands for any part of it."""

    fetch: Line = Field(description="The address.")
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] | None = Field(None, description="How it was asked.")
    body: dict[str, Any] | None = Field(None, description="Keys of the JSON that was sent.")
    headers: dict[str, str] | None = Field(None, description="Headers that were sent.")


class Sent(Strict):
    """A text message."""

    to: Line | None = Field(None, description="The number it was sent to.")
    text: Words | None = Field(None, description="Words of it.")


class Promised(Strict):
    """A promised callback."""

    queue: QueueName | None = Field(None, description="The queue that calls back.")
    number: Line | None = Field(None, description="The number that will be called.")
    at: Moment | None = Field(None, description="When, on the site's own clock; now-in-line has no moment.")
    needs: dict[SkillName, Level] | None = Field(None, description="The skills an agent must have, all of them.")


_Asked = Annotated[Annotated[Literal[False] | ManyLines, Tag("plain")] | Annotated[Asked, Tag("mapping")], Shape]
_Sent = Annotated[Annotated[bool, Tag("plain")] | Annotated[Sent, Tag("mapping")], Shape]
_Promised = Annotated[Annotated[bool, Tag("plain")] | Annotated[Promised, Tag("mapping")], Shape]


class Expect(Strict):
    """What must hold at this moment of the call."""

    queued: QueueName | Literal[False] | None = Field(None, description="The queue waited in; false for none.")
    needs: dict[SkillName, Level] | None = Field(
        None, description="What an agent must have at this moment of the wait: all of it, no more."
    )
    priority: float | None = Field(None, description="The seconds of waiting that the caller is credited with.")
    first_asked: Line | None = Field(None, description="The log-in of the agent whom the flow wants asked first.")
    position: int | None = Field(None, description="The caller's place in the queue.")
    connected: bool | None = Field(None, description="Whether the caller speaks to an agent or a dialled party.")
    dialled: Line | Literal[False] | None = Field(None, description="Whom the flow has dialled last.")
    promised: _Promised | None = Field(None, description="Whether a callback is promised, and which.")
    asked: _Asked | None = Field(
        None, description="Web services that were asked: addresses, `*` for any part; false for none."
    )
    heard: ManyWords | None = Field(None, description="Words heard at any time of the call.")
    not_heard: ManyWords | None = Field(None, description="Words not heard at any time of the call.")
    slot: dict[SlotName, Any] | None = Field(None, description="Values of slots.")
    tag: ManyLines | None = Field(None, description="Labels of the call, among others.")
    message: _Sent | None = Field(None, description="The last text message sent; false for none.")
    alert: Words | Literal[False] | None = Field(None, description="Words of the last alert; false for none.")
    score: dict[Literal["csat", "nps", "ces"], int] | None = Field(None, description="What the caller answered.")
    paid: bool | Line | None = Field(None, description="Whether a card was taken, or the amount it was charged.")
    recorded: bool | None = Field(None, description="Whether the call is being recorded now.")
    consent: bool | None = Field(None, description="What the caller answered to the notice.")
    left_message: bool | QueueName | None = Field(None, description="Whether a message was left, or for which queue.")
    logged: ManyWords | None = Field(None, description="Words of the log's notes, such as a fault's code.")
    language: Language | None = Field(None, description="The language of the call.")
    ended: bool | Line | None = Field(None, description="Whether the call is over, or why: goodbye, hung_up, …")
    flow: FlowName | None = Field(None, description="The flow the call stands in.")
    node: NodeName | None = Field(None, description="The node the call stands at; on hold, that of the hold flow.")
