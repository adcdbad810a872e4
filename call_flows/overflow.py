"""Where a queue's callers go when their own agents take too long."""

from pydantic import Field

from call_flows.strict import Strict
from call_flows.values import Duration, QueueName


class Overflow(Strict):
    """Where callers go after a while. They keep their place, and go on once."""

    to: QueueName = Field(description="The queue they go to.")
    after: Duration = Field(description="How long they have waited by then.")
    also: bool = Field(
        False, description="Whether the first queue goes on serving them; the other's agents then come as later rings."
    )
    while_fewer: int | None = Field(
        None, ge=1, le=5000, description="They go only while fewer than so many wait there; else as soon as that holds."
    )
