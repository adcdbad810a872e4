"""Text messages: how one fares at the carrier, and what customers write."""

from flask import Blueprint
from twilio.twiml.messaging_response import MessagingResponse

from foundation.logs import get_logger
from ivr.messages import Messages
from ivr.replies import Replies
from ivr.webhooks.edge import METHODS, Form, answering, noting
from ivr.webhooks.house import House

log = get_logger(__name__)


def register(blueprint: Blueprint, house: House) -> None:
    """POST /voice/message/<message_id>: news of one of ours; /voice/message: a customer has written."""
    deps = house.deps
    messages = Messages(
        db=deps.db, clock=deps.clock, ids=deps.ids, carrier=deps.carrier, base_url=deps.settings.public_base_url
    )
    replies = Replies(deps)

    def message(form: Form, message_id: str) -> None:
        status = form.get("MessageStatus", "")
        if messages.moved(message_id, status, form.get("ErrorCode", "")) and status in {"undelivered", "failed"}:
            log.warning("message_lost", message=message_id, error=form.get("ErrorCode", ""))

    def written(form: Form) -> str:
        sid, number = form.get("MessageSid", ""), form.get("From", "")
        answer = ""
        if sid and number.startswith("+"):
            answer = replies.take(sid=sid, number=number, line=form.get("To", ""), text=form.get("Body", ""))
        return _document(answer)

    blueprint.add_url_rule("/message/<message_id>", "message", noting(message), methods=METHODS)
    blueprint.add_url_rule("/message", "written", answering(written, lambda _form: _document("")), methods=METHODS)


def _document(answer: str) -> str:
    document = MessagingResponse()
    if answer:
        document.message(answer)
    return str(document)
