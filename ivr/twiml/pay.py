"""TakeCard as `<Pay>`: the carrier asks for the card, and tells only what may be known of it."""

import math

from twilio.twiml.voice_response import Pay, VoiceResponse

from call_flows.actions import TakeCard
from ivr.twiml.page import Page, plain
from ivr.twiml.speech import draw_prompt


def draw_pay(action: TakeCard, into: VoiceResponse, page: Page) -> None:
    """Say what it is for, hand over to the carrier, and come back in any case."""
    for prompt in action.prompts:
        draw_prompt(prompt, into, page)
    pay = Pay(
        input="dtmf",
        action=page.link("paid"),
        payment_method="credit-card",
        payment_connector=plain(action.connector),
        charge_amount=action.amount or "0",
        currency=action.currency if action.amount else None,
        description=plain(action.description) or None,
        token_type=action.token.value,
        security_code=action.security_code,
        postal_code=action.postal_code,
        valid_card_types=" ".join(action.cards),
        max_attempts=action.attempts,
        timeout=max(1, math.ceil(action.timeout)),
        language=action.language,
    )
    into.append(pay)
    into.redirect(page.link("paid"), method="POST")  # only where a carrier knows no <Pay>
