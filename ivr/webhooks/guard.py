"""The door of every voice webhook: nobody gets past it without the carrier's signature."""

from typing import Any
from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, request

from foundation.logs import get_logger
from ivr.signature import HEADER, SignatureGate, Signed
from ivr.webhooks.form import posted

log = get_logger(__name__)
HEADER_KEY = "HTTP_" + HEADER.upper().replace("-", "_")
FORM = "application/x-www-form-urlencoded"
MAX_BODY = 256 * 1024


def install(blueprint: Blueprint, gate: SignatureGate) -> None:
    """Check every request of the blueprint, whichever its route; refuse with 403 and log the address checked."""

    @blueprint.before_request
    def check() -> Response | None:
        environ = request.environ
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > MAX_BODY:
            return Response("too large", 413, mimetype="text/plain")
        verdict = gate.check(_signed(environ))
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


def _signed(environ: dict[str, Any]) -> Signed:
    return Signed(
        raw_target(environ),
        _params(environ.get("CONTENT_TYPE", "")),
        environ.get(HEADER_KEY, ""),
        environ.get("HTTP_X_FORWARDED_PROTO", ""),
        environ.get("HTTP_X_FORWARDED_HOST", ""),
    )


def _params(content_type: str) -> object:
    if content_type.partition(";")[0].strip().lower() == FORM:
        return posted()
    body = request.get_data()
    # without a body everything stands in the address; any other body must be vouched for by its hash
    return body if body or request.mimetype == "application/json" else {}


def raw_target(environ: dict[str, Any]) -> str:
    """Path and query exactly as sent: what was signed is the text, not what it means."""
    raw = str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or "")
    if not raw:
        query = environ.get("QUERY_STRING", "")
        return quote(request.path) + (f"?{query}" if query else "")
    if not raw.startswith("/"):
        parts = urlsplit(raw)
        return parts.path + (f"?{parts.query}" if parts.query else "")
    return raw
