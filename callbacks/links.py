"""The link in a customer's message: which callback it is about and until when, signed, so that nobody makes one up."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Final

LASTING: Final = timedelta(days=1)
"""So long after the callback's time its link still opens."""
_MARK: Final = b"callwright callback link\0"
_SIGNED: Final = 18
"""Bytes of the signature that are kept: 144 bits, in 24 letters."""


def sign(promise_id: str, due_at: datetime, *, secret: str) -> str:
    """The token of a link: 70 letters at most, to be put into an address as it is."""
    until = int((due_at + LASTING).timestamp())
    named = f"{promise_id}.{until:x}"
    return f"{named}.{_signature(named, secret)}"


def read(token: str, *, secret: str, now: datetime) -> tuple[str, bool] | None:
    """The promise's id and whether the link still holds; None for a token that nobody here has made."""
    named, _, signature = token.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(named, secret).encode()):
        return None
    promise_id, _, until = named.partition(".")
    return promise_id, now <= datetime.fromtimestamp(int(until, 16), UTC)


def _signature(named: str, secret: str) -> str:
    key = hashlib.sha256(_MARK + secret.encode()).digest()
    made = hmac.new(key, named.encode(), hashlib.sha256).digest()[:_SIGNED]
    return base64.urlsafe_b64encode(made).decode()
