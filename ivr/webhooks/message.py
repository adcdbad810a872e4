"""How a text message fares at the carrier."""

from flask import Blueprint

from foundation.logs import get_logger
from ivr.messages import Messages
from ivr.webhooks.edge import METHODS, Form, noting
from ivr.webhooks.house import House

log = get_logger(__name__)


def register(blueprint: Blueprint, house: House) -> None:
    """POST /voice/message/<message_id>."""
    deps = house.deps
    messages = Messages(
        db=deps.db, clock=deps.clock, ids=deps.ids, carrier=deps.carrier, base_url=deps.settings.public_base_url
    )

    def message(form: Form, message_id: str) -> None:
        status = form.get("MessageStatus", "")
        if messages.moved(message_id, status, form.get("ErrorCode", "")) and status in {"undelivered", "failed"}:
            log.warning("message_lost", message=message_id, error=form.get("ErrorCode", ""))

    blueprint.add_url_rule("/message/<message_id>", "message", noting(message), methods=METHODS)
