"""<Reject>: as the first verb of an incoming call, ends it without answering; later it hangs up."""

from dataclasses import dataclass
from typing import ClassVar, Self

from exchange.status import CallStatus
from exchange.twiml.attributes import Attributes, Notes
from exchange.twiml.elements import Element
from exchange.twiml.stage import Stage
from exchange.twiml.verb import End, Outcome, Verb


@dataclass(frozen=True, slots=True)
class Reject(Verb):
    """Refuse the call: rejected (number not in service) or busy."""

    reason: str = "rejected"

    name: ClassVar[str] = "Reject"
    answers: ClassVar[bool] = False

    @classmethod
    def read(cls, element: Element, notes: Notes) -> Self:
        """The value of a <Reject>."""
        attributes = Attributes(element, notes)
        reason = attributes.choice("reason", ("rejected", "busy"), "rejected")
        attributes.done()
        return cls(reason)

    async def perform(self, stage: Stage) -> Outcome:
        """Refuse while it rings, hang up when it was answered."""
        return End(refused=self.reason if stage.leg.status is CallStatus.RINGING else "")
