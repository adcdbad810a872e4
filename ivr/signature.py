"""Whether a request truly comes from the carrier: its signature over the very address it was sent to.

The address is the one the carrier knows, PUBLIC_BASE_URL and then what was asked for, never what a header claims; only
where TRUSTED_PROXIES says how many hops of our own stand in front may X-Forwarded-* name another host of ours.
"""

import hmac
from collections.abc import Sequence
from typing import Any, NamedTuple

from twilio.request_validator import RequestValidator

HEADER = "X-Twilio-Signature"
BODY_HASH = "bodySHA256="


class Signed(NamedTuple):
    """What was received: the raw target (path and query as sent), what was posted, and the signature.

    `params` is the form (a multi-dict), or the body itself where it is not a form: JSON is signed by its hash.
    """

    target: str
    params: Any
    signature: str
    forwarded_proto: str = ""
    forwarded_host: str = ""


class Verdict(NamedTuple):
    """Whether the signature is right, and the address it was checked against."""

    genuine: bool
    url: str


class SignatureGate:
    """Checks signatures with one auth token, or with two while the token is being changed."""

    def __init__(self, *, base_url: str, tokens: Sequence[str], trusted_hops: int = 0) -> None:
        self._base = base_url.rstrip("/")
        self._validators = [RequestValidator(token) for token in tokens]
        self._hops = trusted_hops

    def check(self, signed: Signed) -> Verdict:
        """The verdict on one request; never raises, whatever was sent."""
        url = self._base + signed.target
        if not signed.signature or not signed.signature.isascii():
            return Verdict(genuine=False, url=url)
        if self._right(url, signed):
            return Verdict(genuine=True, url=url)
        forwarded = self._forwarded(signed)
        if forwarded and self._right(forwarded, signed):
            return Verdict(genuine=True, url=forwarded)
        return Verdict(genuine=False, url=forwarded or url)

    def _forwarded(self, signed: Signed) -> str:
        if not self._hops:
            return ""
        proto = _of_hop(signed.forwarded_proto, self._hops)
        host = _of_hop(signed.forwarded_host, self._hops)
        if proto not in {"http", "https", "ws", "wss"} or not host or set(host) & set("/?#@\\ "):
            return ""
        return f"{proto}://{host}{signed.target}"

    def _right(self, url: str, signed: Signed) -> bool:
        params = signed.params
        if isinstance(params, bytes | str):
            return self._body_right(url, params, signed.signature)
        for validator in self._validators:
            # the common case first, one digest: the address exactly as we gave it out
            if hmac.compare_digest(validator.compute_signature(url, params), signed.signature):
                return True
        return any(_validate(validator, url, params, signed.signature) for validator in self._validators)

    def _body_right(self, url: str, body: bytes | str, signature: str) -> bool:
        if BODY_HASH not in url:
            return False  # a body that nothing vouches for
        try:
            # the validator takes text only, and fails on bytes
            text = body.decode("utf-8") if isinstance(body, bytes) else body
        except UnicodeDecodeError:
            return False
        return any(_validate(validator, url, text, signature) for validator in self._validators)


def _validate(validator: RequestValidator, url: str, params: Any, signature: str) -> bool:
    try:
        return bool(validator.validate(url, params, signature))
    except ValueError:  # a port that is no number
        return False


def _of_hop(header: str, hops: int) -> str:
    """What the outermost of our own proxies wrote: the `hops`-th value from the right."""
    values = [value.strip() for value in header.split(",")]
    return values[-hops] if len(values) >= hops else ""
