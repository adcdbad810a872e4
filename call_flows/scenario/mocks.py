"""What the outside world does in a dialogue: web services, text messages, cards, promises and dialled parties."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field

from call_flows.scenario.given import Customer
from call_flows.scenario.kinds import Line, Moment
from call_flows.strict import Strict
from call_flows.values import Duration, QueueName

FetchFailure = Literal["timeout", "refused", "unreachable", "too_large", "private_address", "not_json"]


def _plain(value: object) -> object:
    """JSON as a service gives it: numbers do not remember how they were written."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, bool) or value is None:
        return value
    return int(value) if isinstance(value, int) else float(value) if isinstance(value, float) else value


class Mock(Strict):
    """One thing the outside world does; `times` is how often before the next that fits has its turn."""

    kind: ClassVar[str]

    times: int | None = Field(
        None,
        ge=1,
        le=1000,
        description="How often it holds. Without it: once where another with the same words follows, else always.",
    )


class FetchMock(Mock):
    """A web service. `*` in the address stands for any part of it."""

    kind: ClassVar[str] = "fetch"

    fetch: Line = Field(description="The address; {{ service.name }} stands for one of the site's services.")
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] | None = Field(None, description="Only for this method.")
    gives: Annotated[Any, AfterValidator(_plain)] = Field(None, description="The answer's JSON.")
    status: int = Field(200, ge=100, le=599, description="The answer's HTTP status.")
    delay: Duration = Field(Duration(0), description="How long it takes; longer than the flow waits is a time-out.")
    failure: FetchFailure | None = Field(None, description="Why there is no answer.")


class CustomerMock(Mock):
    """The customers' records, when another number than the caller's is looked up, or when they cannot be had."""

    kind: ClassVar[str] = "customer"

    customer: Line = Field(description="The number that is looked up; `*` stands for any part of it.")
    gives: Customer | None = Field(None, description="The record; without it there is none.")
    failure: Line | None = Field(None, description="Why the records cannot be had.")


class MessageMock(Mock):
    """Text messages: taken, unless a mock refuses them."""

    kind: ClassVar[str] = "message"

    message: Line = Field(description="The number they are sent to; `*` stands for any part of it.")
    refused: Line = Field(description="Why the message is refused, such as country or cap.")


class PayMock(Mock):
    """The carrier's taking of a card."""

    kind: ClassVar[str] = "pay"

    pay: Literal["taken", "failed", "too-many-failed-attempts", "caller-interrupted-with-star", "timeout"] = Field(
        description="How it ends; `failed` and the words after it are the carrier's."
    )
    last_four: Line = Field("4242", description="The card's last digits.")
    card: Line = Field("visa", description="The card's kind.")


class CallbackMock(Mock):
    """Promises to call back: made and changed, unless a mock refuses them."""

    kind: ClassVar[str] = "callback"

    callback: Literal["refused", "full", "being_called"] = Field(
        description="What becomes of the promise: refused, its time is full, or it is being dialled when it is changed."
    )
    reason: Line = Field("number_refused", description="Why it is refused, such as quiet_hours.")
    free: list[Moment] = Field(
        default_factory=list, description="For `full`: the nearest times with room, on the site's own clock."
    )

    @property
    def why(self) -> str:
        """The stable code."""
        return {"full": "slot_full", "being_called": "being_called"}.get(self.callback, self.reason)


class DialMock(Mock):
    """A dialled party that does not answer. Without a mock it rings until an `agent` step, or until it has rung out."""

    kind: ClassVar[str] = "dial"

    dial: Line = Field(description="Whom: as in the flow; `*` stands for any part of it.")
    gives: Literal["busy", "no_answer", "failed"] = Field(description="How it ends.")


class QueueMock(Mock):
    """A queue that a caller cannot wait in after all."""

    kind: ClassVar[str] = "queue"

    queue: QueueName = Field(description="The queue.")
    gives: Literal["full", "closed", "nobody", "failed"] = Field(description="What becomes of the wait.")


MOCKS = (FetchMock, CustomerMock, MessageMock, PayMock, CallbackMock, DialMock, QueueMock)
BY_KIND: dict[str, type[Mock]] = {mock.kind: mock for mock in MOCKS}
"""Every mock by its first key."""
