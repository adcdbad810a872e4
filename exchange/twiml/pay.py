"""<Pay>: takes a card by keys, so that the app never sees its number; brings the result to its action.

There is no bank behind this exchange: every right card is taken, but for the numbers of `DECLINED`, which card
companies publish for trying out a refusal.
"""

import re
from dataclasses import dataclass
from typing import ClassVar, Final, Self

from exchange.ports import Speech
from exchange.twiml.attributes import INVALID_CHILD, Attributes, Notes
from exchange.twiml.card import AMEX, KINDS, is_good, is_right, kind_of
from exchange.twiml.collecting import Collecting, Wanted
from exchange.twiml.elements import Element
from exchange.twiml.gather import PROMPTS
from exchange.twiml.pay_words import spoken
from exchange.twiml.say import Say
from exchange.twiml.stage import Interruption, Stage
from exchange.twiml.verb import GoTo, Outcome, Proceed, Verb

DECLINED: Final = frozenset({"4000000000000002", "4000000000009995"})
_AMOUNT: Final = re.compile(r"\d{1,7}(?:\.\d{1,2})?")
_LONGEST: Final = {"payment-card-number": 19, "expiration-date": 4, "security-code": 4, "postal-code": 10}


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPrompt:
    """Words of the app's own for one step."""

    steps: tuple[str, ...]
    attempts: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    cards: tuple[str, ...] = ()
    verbs: tuple[Verb, ...] = ()

    def fits(self, step: str, attempt: int, error: str, card: str) -> bool:
        """Whether they are for this moment."""
        return (
            step in self.steps
            and (not self.attempts or str(attempt) in self.attempts)
            and (error in self.errors if self.errors else not error)
            and (not self.cards or card in self.cards)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay(Verb):
    """Take a card; `amount` "0" makes only a token."""

    action: str = ""
    connector: str = "Default"
    amount: str = "0"
    currency: str = "usd"
    token: str = "reusable"  # noqa: S105 - a kind of token
    security_code: bool = True
    postal_code: str = "true"
    least_postal: int = 0
    cards: tuple[str, ...] = ("visa", "mastercard", "amex")
    attempts: int = 1
    timeout: int = 5
    language: str = "en-US"
    prompts: tuple[CardPrompt, ...] = ()

    name: ClassVar[str] = "Pay"

    @classmethod
    def read(cls, element: Element, notes: Notes) -> Self:
        """The value of a <Pay>."""
        attributes = Attributes(element, notes)
        pay = cls(
            action=attributes.text("action"),
            connector=attributes.text("paymentConnector", "Default"),
            amount=attributes.text("chargeAmount", "0"),
            currency=attributes.text("currency", "usd"),
            token=attributes.choice("tokenType", ("one-time", "reusable", "payment-method"), "reusable"),
            security_code=attributes.flag("securityCode", default=True),
            postal_code=attributes.text("postalCode", "true").lower(),
            least_postal=attributes.number("minPostalCodeLength", 0, most=10),
            cards=attributes.words("validCardTypes", (*KINDS, "optima", "enroute"), ("visa", "mastercard", "amex")),
            attempts=attributes.number("maxAttempts", 1, least=1, most=3),
            timeout=attributes.number("timeout", 5, least=1),
            language=attributes.text("language", "en-US"),
            prompts=tuple(_prompt(child, notes) for child in element.children if child.name == "Prompt"),
        )
        attributes.choice("paymentMethod", ("credit-card",), "credit-card")
        attributes.choice("input", ("dtmf",), "dtmf")
        attributes.done("statusCallback", "statusCallbackMethod", "description", "bankAccountType")
        for child in element.children:
            if child.name not in {"Prompt", "Parameter"}:
                notes.add(f"<{child.name}> is not allowed in <Pay>; it is skipped", child, code=INVALID_CHILD)
        return pay

    async def perform(self, stage: Stage) -> Outcome:
        """Ask for each thing; what is known of the card then goes to the action, and no more."""
        stage.leg.cue("pay", self.amount if _charged(self.amount) else "token", language=self.language)

        async def hung_up(why: Interruption) -> None:
            if self.action and why is Interruption.HANGUP:
                stage.tell(self.action, self._told({}, "caller-hung-up"))

        with stage.if_interrupted(hung_up):
            result, card = await self._card(stage)
        if not self.action:
            return Proceed()
        return self._go(stage, card, result)

    def _go(self, stage: Stage, card: dict[str, str], result: str) -> GoTo:
        told = self._told(card, result)
        if result == "success":
            told["PaymentToken"] = stage.exchange.ids.new("tok_")
            if _charged(self.amount):
                told["PaymentConfirmationCode"] = stage.exchange.ids.new("ch_")
                told["ChargeAmount"] = self.amount
        return stage.goto(self.action, params=told)

    async def _card(self, stage: Stage) -> tuple[str, dict[str, str]]:
        """The result's word, and the keys by step; what was keyed lives no longer than this performance."""
        if not (_AMOUNT.fullmatch(self.amount) and len(self.currency) == 3):  # noqa: PLR2004 - currencies have three
            stage.complain(64014, f"<Pay>: {self.amount} {self.currency} is no amount")
            return "validation-error", {}
        keyed: dict[str, str] = {}
        for step in self._steps():
            word = await self._step(stage, step, keyed)
            if word:
                return word, {}
        if keyed["payment-card-number"] in DECLINED:
            return "payment-connector-error", keyed
        return "success", keyed

    def _steps(self) -> tuple[str, ...]:
        wanted = {"security-code": self.security_code, "postal-code": self.postal_code == "true"}
        return tuple(step for step in _LONGEST if wanted.get(step, True))

    async def _step(self, stage: Stage, step: str, keyed: dict[str, str]) -> str:
        """Ask for one thing as often as allowed; empty when it was given, else the result's word."""
        error = ""
        for attempt in range(1, self.attempts + 2):
            kind = kind_of(keyed.get("payment-card-number", ""))
            stage.leg.cue("pay-step", step, language=self.language)
            wanted = Wanted(
                prompts=self._words(step, attempt, error, kind),
                timeout=self.timeout,
                max_digits=_LONGEST[step] if step == "expiration-date" else 0,
                finish_keys=frozenset("#*"),
                language=self.language,
            )
            keys, starred = await _collect(wanted, stage)
            if starred:
                return "caller-interrupted-with-star"
            error = self._wrong(stage, step, keys, kind)
            if not error:
                keyed[step] = keys
                return ""
        return "too-many-failed-attempts"

    def _words(self, step: str, attempt: int, error: str, card: str) -> tuple[Verb, ...]:
        for prompt in self.prompts:
            if prompt.fits(step, attempt, error, card):
                return prompt.verbs
        text = spoken(step, error, self.language)
        return (Say(Speech(content=(text,), language=self.language)),)

    def _wrong(self, stage: Stage, step: str, keys: str, kind: str) -> str:
        """What is wrong with the keys, in Twilio's word; empty when nothing is."""
        if not keys:
            return "timeout"
        if step == "payment-card-number":
            if not is_right(keys) or not kind_of(keys):
                return "invalid-card-number"
            return "" if kind_of(keys) in self.cards else "invalid-card-type"
        if step == "expiration-date":
            return "" if is_good(keys, stage.exchange.clock.now().date()) else "invalid-date"
        if step == "security-code":
            return "" if len(keys) == (4 if kind == AMEX else 3) else "invalid-security-code"
        return "" if len(keys) >= max(self.least_postal, 1) else "invalid-postal-code"

    def _told(self, keyed: dict[str, str], result: str) -> dict[str, str]:
        number = keyed.get("payment-card-number", "")
        told = {"Result": result, "PaymentMethod": "credit-card", "Connector": self.connector}
        if number:
            told["PaymentCardNumber"] = "x" * (len(number) - 4) + number[-4:]
            told["PaymentCardType"] = kind_of(number)
            told["ExpirationDate"] = keyed.get("expiration-date", "")
            told["SecurityCode"] = "x" * len(keyed.get("security-code", ""))
            told["PaymentCardPostalCode"] = keyed.get("postal-code", "")
        if result == "payment-connector-error":
            told["PayErrorCode"] = "64011"
            told["ConnectorError"] = "card_declined"
        return told


async def _collect(wanted: Wanted, stage: Stage) -> tuple[str, bool]:
    """The keys, and whether the star ended them."""
    starred = False

    def watch(key: str) -> None:
        nonlocal starred
        starred = starred or key == "*"
        taker(key)

    collecting = Collecting(wanted, stage)
    taker = collecting.press
    with stage.leg.keys(watch):
        result = await collecting.run(own_keys=False)
    return result.digits, starred


def _charged(amount: str) -> bool:
    return bool(amount.strip("0."))


def _prompt(element: Element, notes: Notes) -> CardPrompt:
    attributes = Attributes(element, notes)
    prompt = CardPrompt(
        steps=tuple(attributes.text("for").split()),
        attempts=tuple(attributes.text("attempt").split()),
        errors=tuple(attributes.text("errorType").split()),
        cards=tuple(attributes.text("cardType").split()),
        verbs=tuple(PROMPTS[child.name].read(child, notes) for child in element.children if child.name in PROMPTS),
    )
    attributes.done("requireMatchingInputs")
    return prompt
