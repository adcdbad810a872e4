"""The door of every voice webhook: nobody gets past it without the carrier's signature."""

from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, request

from foundation.logs import get_logger
from ivr.signature import HEADER, SignatureGate, Signed
from ivr.webhooks.form import posted

log = get_logger(__name__)
FORM = "application/x-www-form-urlencoded"
MAX_BODY = 256 * 1024


def install(blueprint: Blueprint, gate: SignatureGate) -> None:
    """Check every request of the blueprint, whichever its route; refuse with 403 and log the address checked."""

    @blueprint.before_request
    def check() -> Response | None:
        if (request.content_length or 0) > MAX_BODY:
            return Response("too large", 413, mimetype="text/plain")
        verdict = gate.check(_signed())
        if verdict.genuine:
            return None
        log.warning(
            "signature_refused",
            signed_against=verdict.url,
            method=request.method,
            peer=request.remote_addr,
            hint="PUBLIC_BASE_URL must be the address the carrier calls; the auth token must be the account's",
        )
        return Response("The signature does not fit this address.", 403, mimetype="text/plain")


def _signed() -> Signed:
    return Signed(
        target=raw_target(),
        params=_params(),
        signature=request.headers.get(HEADER, ""),
        forwarded_proto=request.headers.get("X-Forwarded-Proto", ""),
        forwarded_host=request.headers.get("X-Forwarded-Host", ""),
    )


def _params() -> object:
    if request.mimetype == FORM:
        return posted()
    body = request.get_data()
    # without a body everything stands in the address; any other body must be vouched for by its hash
    return body if body or request.mimetype == "application/json" else {}


def raw_target() -> str:
    """Path and query exactly as sent: what was signed is the text, not what it means."""
    raw = str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or "")
    if not raw:
        query = request.query_string.decode("latin-1")
        return quote(request.path) + (f"?{query}" if query else "")
    if not raw.startswith("/"):
        parts = urlsplit(raw)
        return parts.path + (f"?{parts.query}" if parts.query else "")
    return raw
