"""The models of a test file: one dialogue, or several that begin alike."""

from typing import Any

from pydantic import Field

from call_flows.scenario.given import Given
from call_flows.strict import Strict
from call_flows.values import FlowName


class Dialogue(Strict):
    """One call written as a dialogue."""

    test: str = Field(min_length=1, max_length=200, description="What it shows, as a sentence.")
    flow: FlowName | None = Field(None, description="The flow that is called; else that of the number in `given: to`.")
    given: Given = Field(default_factory=lambda: Given.model_validate({}), description="What it begins with.")
    mock: list[Any] = Field(default_factory=list, description="What the outside world does.")
    call: list[Any] = Field(min_length=1, description="What happens, step by step.")


class TestFile(Strict):
    """Several dialogues in one file; `flow`, `given` and `mock` hold for each that does not write its own."""

    __test__ = False

    tests: list[Any] = Field(min_length=1, description="The dialogues.")
    description: str = Field("", description="What they are about.")
    flow: FlowName | None = Field(None, description="The flow that is called.")
    given: Given = Field(default_factory=lambda: Given.model_validate({}), description="What all begin with.")
    mock: list[Any] = Field(default_factory=list, description="What the outside world does, after each one's own.")
