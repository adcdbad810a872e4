"""What happens in a dialogue, one model a step; the first key of a step says which."""

from typing import ClassVar, Literal

from pydantic import Field

from call_flows.scenario.expectations import Expect
from call_flows.scenario.given import QueueGiven
from call_flows.scenario.kinds import Line, ManyWords, Message, PhoneKeys, Silence
from call_flows.strict import Strict
from call_flows.values import Duration, Language, QueueName

PATIENCE = Duration(300)
"""How long a caller listens for words before the test gives up."""


class Step(Strict):
    """One step of a dialogue."""

    kind: ClassVar[str]


class Hears(Step):
    """The caller hears these words, since the last key or word of the caller, in this order.

    Capitals and line breaks do not matter; between slashes stands a regular expression. Notices, pauses and music pass
    while the caller listens; questions do not.
    """

    kind: ClassVar[str] = "hears"

    hears: ManyWords = Field(description="The words, or a list of them.")
    language: Language | None = Field(None, description="The language in which they are spoken.")
    within: Duration = Field(PATIENCE, description="How long the caller listens for them.")


class Presses(Step):
    """The caller presses keys at the next question. A notice that one may opt out of is listened to first."""

    kind: ClassVar[str] = "presses"

    presses: PhoneKeys = Field(description="The keys.")


class Says(Step):
    """The caller says something at the next question, or to the agent."""

    kind: ClassVar[str] = "says"

    says: Line = Field(description="The words.")


class Silent(Step):
    """The caller gives no answer."""

    kind: ClassVar[str] = "silence"

    silence: Silence = Field(description="true for one unanswered question, the number of them, or how long.")


class After(Step):
    """Time goes by."""

    kind: ClassVar[str] = "after"

    after: Duration = Field(description="How long.")


class Expects(Step):
    """What must hold now."""

    kind: ClassVar[str] = "expect"

    expect: Expect = Field(description="What must hold.")


class AgentDoes(Step):
    """The agent who was waited for, or the party that was dialled, answers or hangs up."""

    kind: ClassVar[str] = "agent"

    agent: Literal["answers", "hangs up", "hangs_up"] = Field(description="What the agent does.")


class QueueDoes(Step):
    """What befalls those who wait: the emergency switch closes their queue, or its last agent signs out."""

    kind: ClassVar[str] = "queue"

    queue: Literal["closes", "empties"] = Field(description="What befalls them.")


class CallbackIs(Step):
    """What became of a callback since the last such step: of the caller's wish, or of the one that was owed."""

    kind: ClassVar[str] = "callback"

    callback: Literal["promised", "refused", "moved", "cancelled", "used"] = Field(
        description="What became of it: `used` when the caller waits on the line in its place."
    )


class QueuesAre(Step):
    """The queues stand otherwise from now on: waits grow and shrink."""

    kind: ClassVar[str] = "queues"

    queues: dict[QueueName, QueueGiven] = Field(description="The queues that change, as under `given`.")


class LeavesMessage(Step):
    """The caller leaves a message after the tone."""

    kind: ClassVar[str] = "leaves_message"

    leaves_message: Message = Field(description="How long it is, or what it says.")


class HangsUp(Step):
    """The caller hangs up."""

    kind: ClassVar[str] = "hangs_up"

    hangs_up: Literal[True] = Field(description="true.")


STEPS: tuple[type[Step], ...] = (
    *(
        Hears,
        Presses,
        Says,
        Silent,
        After,
        Expects,
        AgentDoes,
        QueueDoes,
        QueuesAre,
        CallbackIs,
        LeavesMessage,
        HangsUp,
    ),
)
BY_KIND: dict[str, type[Step]] = {step.kind: step for step in STEPS}
"""Every step by its first key."""
