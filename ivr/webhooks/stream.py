"""What becomes of a call's media streams."""

from flask import Blueprint

from foundation.logs import get_logger
from ivr.webhooks.edge import METHODS, Form, noting
from ivr.webhooks.house import House

log = get_logger(__name__)


def register(blueprint: Blueprint, house: House) -> None:
    """POST /voice/stream/<call_id>."""

    def stream(form: Form, call_id: str) -> None:
        house.sessions.load(call_id)
        event = form.get("StreamEvent", "")
        if event == "stream-error":
            log.warning(
                "stream_failed", call_id=call_id, stream=form.get("StreamSid", ""), error=form.get("StreamError", "")
            )

    blueprint.add_url_rule("/stream/<call_id>", "stream", noting(stream), methods=METHODS)
