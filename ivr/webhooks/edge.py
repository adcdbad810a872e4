"""The edge: what a webhook's handler may do to the carrier. A fault reaches the line as a document, or not at all."""

from collections.abc import Callable, Mapping
from functools import wraps

from flask import Response, request

from foundation.logs import get_logger
from ivr.sentences import Sentence
from ivr.sessions import UnknownCall
from ivr.twiml.apology import farewell
from ivr.webhooks.form import posted

log = get_logger(__name__)
Form = Mapping[str, str]
Handler = Callable[..., str]
METHODS = ["GET", "POST"]
RETRY = 503


def form() -> Form:
    """What the carrier sent, whichever way; of a repeated field the first."""
    return posted() if request.method == "POST" else request.args


def answering(handler: Handler, on_fault: Callable[..., str]) -> Callable[..., Response]:
    """Answer with the handler's document. When it fails, with that of `on_fault`, which gets the same arguments."""

    @wraps(handler)
    def answer(**route: object) -> Response:
        try:
            document = handler(form(), **route)
        except UnknownCall:
            log.warning("unknown_call", path=request.path, call_sid=form().get("CallSid", ""))
            document = farewell(Sentence.UNKNOWN_CALL)
        except Exception:
            log.exception("webhook_failed", path=request.path, call_sid=form().get("CallSid", ""))
            document = on_fault(form(), **route)
        return Response(document, mimetype="text/xml")

    return answer


def noting(handler: Callable[..., None]) -> Callable[..., Response]:
    """Take news and answer 204. When it cannot be noted now, 503: a carrier that repeats will find us again."""

    @wraps(handler)
    def note(**route: object) -> Response:
        try:
            handler(form(), **route)
        except UnknownCall:
            log.info("news_of_unknown_call", path=request.path, call_sid=form().get("CallSid", ""))
        except Exception:
            log.exception("news_failed", path=request.path, call_sid=form().get("CallSid", ""))
            return Response("", RETRY)
        return Response("", 204)

    return note
