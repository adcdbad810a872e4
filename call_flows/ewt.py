"""What a queue says of telling its callers their estimated wait."""

from pydantic import Field

from call_flows.reading.waits import Telling
from call_flows.strict import Strict


class Ewt(Strict):
    """How callers are told their estimated wait, and when that is not safe."""

    mode: Telling = Field(
        Telling.PADDED,
        description="`padded`: a fifth more than estimated, rounded up; `range`: between 8 and 10 minutes; `precise`: "
        "rounded up only; `off`: never.",
    )
    min_samples: int = Field(10, ge=1, le=50, description="With fewer calls handled lately, no wait is told.")
    quiet_when_agents_below: int = Field(3, ge=0, le=1000, description="With fewer agents working, no wait is told.")
