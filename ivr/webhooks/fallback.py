"""Where the carrier turns when our first answer failed or did not come in time."""

from flask import Blueprint

from foundation.logs import get_logger
from ivr.sentences import Sentence
from ivr.twiml.apology import farewell
from ivr.webhooks.edge import METHODS, Form, answering
from ivr.webhooks.house import House

log = get_logger(__name__)


def register(blueprint: Blueprint, house: House) -> None:
    """POST /voice/fallback and /voice/fallback/thanks."""

    def fallback(form: Form) -> str:
        log.error(
            "carrier_fell_back",
            call_sid=form.get("CallSid", ""),
            code=form.get("ErrorCode", ""),
            url=form.get("ErrorUrl", ""),
        )
        known = house.sessions.rows.of_carrier(form.get("CallSid", ""))
        return house.rescue(form, call_id=known or "")

    def thanks(_form: Form) -> str:
        return farewell(Sentence.THANKS)

    blueprint.add_url_rule("/fallback", "fallback", answering(fallback, house.rescue), methods=METHODS)
    blueprint.add_url_rule("/fallback/thanks", "fallback_thanks", answering(thanks, house.rescue), methods=METHODS)
