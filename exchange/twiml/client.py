"""<Client>: an agent's softphone to ring, inside <Dial>."""

from dataclasses import dataclass
from typing import Self

from exchange.calls import EVENTS
from exchange.dialling import Party
from exchange.twiml.attributes import Attributes, Notes
from exchange.twiml.elements import Element
from exchange.twiml.number import status_plan
from exchange.twiml.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Ring the client of this identity; its <Parameter>s are given to the softphone with the call."""

    identity: str
    url: str = ""
    method: str = "POST"
    status_callback: str = ""
    status_method: str = "POST"
    status_events: tuple[str, ...] = ("completed",)
    parameters: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, element: Element, notes: Notes) -> Self:
        """The value of a <Client>: the identity is its text, or an <Identity> inside."""
        attributes = Attributes(element, notes)
        inside = next((child.text for child in element.children if child.name == "Identity"), "")
        client = cls(
            identity=inside or element.text,
            url=attributes.text("url"),
            method=attributes.method(),
            status_callback=attributes.text("statusCallback"),
            status_method=attributes.method("statusCallbackMethod"),
            status_events=attributes.words("statusCallbackEvent", EVENTS, ("completed",)),
            parameters=parameters_of(element, notes),
        )
        attributes.done()
        if not client.identity:
            notes.add("<Client> has no identity", element, code=13212)
        return client

    def party(self, stage: Stage) -> Party:
        """The party to ring."""
        return Party(
            address=f"client:{self.identity.removeprefix('client:')}",
            url=stage.absolute(self.url) if self.url else "",
            method=self.method,
            status=status_plan(stage, self.status_callback, self.status_method, self.status_events),
            params=self.parameters,
        )


def parameters_of(element: Element, notes: Notes) -> tuple[tuple[str, str], ...]:
    """The <Parameter name value>s inside an element."""
    found: list[tuple[str, str]] = []
    for child in element.children:
        if child.name != "Parameter":
            continue
        attributes = Attributes(child, notes)
        found.append((attributes.text("name"), attributes.text("value")))
        attributes.done()
    return tuple(found)
