"""<Number>: a telephone number to ring, inside <Dial>."""

from dataclasses import dataclass
from typing import Self

from exchange.calls import EVENTS, StatusPlan
from exchange.dialling import Party
from exchange.twiml.attributes import Attributes, Notes
from exchange.twiml.elements import Element
from exchange.twiml.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """Ring this number; `url` is a document that only the called one hears, before the caller."""

    number: str
    url: str = ""
    method: str = "POST"
    send_digits: str = ""
    status_callback: str = ""
    status_method: str = "POST"
    status_events: tuple[str, ...] = ("completed",)

    @classmethod
    def read(cls, element: Element, notes: Notes) -> Self:
        """The value of a <Number>."""
        attributes = Attributes(element, notes)
        number = cls(
            number=element.text,
            url=attributes.text("url"),
            method=attributes.method(),
            send_digits=attributes.text("sendDigits"),
            status_callback=attributes.text("statusCallback"),
            status_method=attributes.method("statusCallbackMethod"),
            status_events=attributes.words("statusCallbackEvent", EVENTS, ("completed",)),
        )
        attributes.done("byoc", "machineDetection", "amdStatusCallback", "amdStatusCallbackMethod")
        if not number.number:
            notes.add("<Number> has no number", element, code=13223)
        return number

    def party(self, stage: Stage) -> Party:
        """The party to ring."""
        return Party(
            address=self.number,
            url=stage.absolute(self.url) if self.url else "",
            method=self.method,
            status=status_plan(stage, self.status_callback, self.status_method, self.status_events),
            send_digits=self.send_digits,
        )


def status_plan(stage: Stage, url: str, method: str, events: tuple[str, ...]) -> StatusPlan | None:
    """Where the life of the dialled leg is told, if anywhere."""
    return StatusPlan(url=stage.absolute(url), method=method, events=events) if url else None
