"""The verb `pay`: let the carrier take a card, so that its number never comes into this house."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from pydantic import Field

from call_flows.actions import TakeCard
from call_flows.events import Event, PaymentEnded
from call_flows.kinds import CardToken
from call_flows.nodes.base import Node, Outcome, Waits
from call_flows.places import Path
from call_flows.plain import as_number, clean
from call_flows.prompt import Prompt
from call_flows.text import Template
from call_flows.turn import Turn
from call_flows.values import Duration, If, Named, NodeName, SlotName, Text

if TYPE_CHECKING:
    from call_flows.check.finding import Finding

MOST: Final = 100_000
Card = Literal["visa", "mastercard", "amex", "maestro", "discover", "optima", "jcb", "diners-club", "enroute"]
_USUAL: Final[tuple[Card, ...]] = ("visa", "mastercard", "amex")
Learned = Literal["token", "last_four", "card", "confirmation", "result"]


class PayNode(Node):
    """Lets the carrier take a card: number, expiry date, security code and postal code by keys.

    What comes back is a token, the kind of card and its last four digits. Recording and transcript pause by
    themselves before the first digit, and go on after the last. Keys that work everywhere do not work here; the star
    key ends it.
    """

    verb: ClassVar[str] = "pay"
    waits = Waits.CALLER
    on_hold = False

    pay: Prompt = Field(description="What is said before the card is asked for.")
    amount: If | None = Field(None, description="What is charged, such as `balance` or 20.45; without it, nothing is.")
    currency: str | None = Field(
        None, pattern=r"^[a-z]{3}$", description="The currency's three letters; else the site's, or usd."
    )
    receipt: Text | None = Field(None, description="What stands on the caller's statement.")
    connector: Named = Field(Named("Default"), description="The carrier's payment connector.")
    token: CardToken = Field(CardToken.REUSABLE, description="Whether the token is good for one payment or many.")
    security_code: bool = Field(True, description="Whether the security code is asked for.")
    postal_code: bool = Field(True, description="Whether the postal code is asked for.")
    cards: list[Card] = Field(
        default_factory=lambda: list(_USUAL), min_length=1, description="The kinds that are taken."
    )
    into: dict[SlotName, Learned] = Field(default_factory=dict, description="Slots and what of the payment fills them.")
    tries: int = Field(3, ge=1, le=3, description="How often each thing is asked for.")
    timeout: Duration = Field(Duration(7), description="How long to wait for each key.")
    next: NodeName = Field(description="When the card was taken.")
    failed: NodeName = Field(description="When it was not: declined, given up, or no answer.")

    def sends(self) -> Iterable[tuple[Path, Template]]:
        """A receipt's text goes to the carrier and the card's bank."""
        return [] if self.receipt is None else [(("receipt",), self.receipt)]

    def fills(self, exit_name: str) -> Iterable[str]:
        """Only a confirmation depends on the connector."""
        return [str(name) for name, what in self.into.items() if exit_name == "next" and what != "confirmation"]

    def check(self, finding: "Finding") -> None:
        """A token may be kept only where it stays private."""
        for name, what in self.into.items():
            slot = finding.flow.header.slots.get(str(name))
            if slot is not None and what == "token" and not slot.private:
                told = f"The card's token goes into '{name}', which is not private."
                todo = f"Declare {name} with private: true."
                finding.report("E403", ("into", str(name)), told, word=str(name), todo=todo)

    def enter(self, turn: Turn) -> Outcome:
        """Say the words, then hand over to the carrier."""
        amount = self._amount(turn)
        if amount is None:
            turn.fault("amount_unfit")
            return "failed"
        receipt = "" if self.receipt is None else clean(self.receipt.fill(turn.__getitem__, clean))[:100]
        turn.actions.append(
            TakeCard(
                turn.prompt(self.pay),
                str(self.connector),
                amount,
                self.currency or (turn.site.site.currency or "usd").lower(),
                receipt,
                self.token,
                self.security_code,
                self.postal_code,
                tuple(self.cards),
                self.tries,
                float(self.timeout),
                turn.language,
            )
        )
        return None

    def react(self, turn: Turn, event: Event) -> Outcome:
        """Keep what may be kept."""
        if not isinstance(event, PaymentEnded):
            return self.enter(turn)
        known = {
            "token": event.token,
            "last_four": event.last_four[-4:],
            "card": event.card,
            "confirmation": event.confirmation,
            "result": event.result,
        }
        for name, what in self.into.items():
            slot = turn.flow.header.slots.get(str(name))
            turn.set_slot(str(name), None if slot is None else slot.coerce(known[what] or None))
        if not event.taken:
            turn.fault("payment_failed", event.result[:60])
        return "next" if event.taken else "failed"

    def _amount(self, turn: Turn) -> str | None:
        """The amount with two decimals; empty for no charge, None when it is none that may be charged."""
        if self.amount is None:
            return ""
        number = as_number(turn.evaluate(self.amount))
        if number is None or not 0 < number <= MOST:
            return None
        cents = Decimal(str(number)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return str(cents) if cents > 0 else None
