"""The verb `message`: send a text message."""

from collections.abc import Iterable
from typing import ClassVar, Final

from pydantic import Field

from call_flows.actions import SendMessage
from call_flows.events import Event, MessageAnswered
from call_flows.letter import Letter
from call_flows.nodes.base import Node, Outcome, Waits
from call_flows.nodes.fetch import MAX_IN_A_ROW
from call_flows.places import Path
from call_flows.plain import clean
from call_flows.text import Template
from call_flows.turn import Turn
from call_flows.values import NodeName, Text
from foundation.phone import NumberRefused, dialable, parse_number

LONGEST: Final = 1600
"""What a carrier takes as one message."""


class MessageNode(Node):
    """Sends a text message to the caller, or to another number.

    Only to countries and kinds of number that `dialing` in site.yaml allows, and so often a day to one number.
    """

    verb: ClassVar[str] = "message"
    waits = Waits.SERVICE

    message: Letter = Field(description="What it says; a mapping gives one text per language.")
    to: Text | None = Field(None, description="The number; else the one that calls.")
    next: NodeName = Field(description="When the carrier has taken it.")
    failed: NodeName = Field(description="When it cannot be sent: no number, not allowed, or refused by the carrier.")

    def sends(self) -> Iterable[tuple[Path, Template]]:
        """Messages lie readable at the carrier, and on a telephone's screen."""
        for part in self.message.parts():
            yield ("message", *part.path), part.text

    def enter(self, turn: Turn) -> Outcome:
        """Send it."""
        number = self._number(turn)
        text = self.message.written(turn.__getitem__, turn.language)[:LONGEST]
        turn.inner += 1
        if not number or not text or turn.inner > MAX_IN_A_ROW:
            turn.fault("message_refused", "number" if not number else "empty" if not text else "too_many_fetches")
            return "failed"
        turn.actions.append(SendMessage(number, text))
        return None

    def react(self, turn: Turn, event: Event) -> Outcome:
        """Go on with what became of it."""
        if not isinstance(event, MessageAnswered):
            return self.enter(turn)
        if not event.taken:
            turn.fault("message_refused", event.reason[:60])
        return "next" if event.taken else "failed"

    def _number(self, turn: Turn) -> str:
        """The number in E.164 when this site may write to it; else nothing."""
        written = turn.facts.caller.number or turn.caller
        if self.to is not None:
            written = self.to.fill(turn.__getitem__, clean)
        countries = turn.site.site.dialing.countries
        try:
            return dialable(parse_number(written, region=countries[0]), countries=countries)
        except NumberRefused:
            return ""
