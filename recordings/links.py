"""Short-lived links to a sound: who may hear which, until when, signed, so that nobody makes one up or prolongs one."""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

LASTING: Final = timedelta(minutes=5)
"""So long a link opens; a player that was opened with it asks within that time."""
_MARK: Final = b"callwright sound link\0"
_SIGNED: Final = 24
"""Bytes of the signature that are kept: 192 bits."""


@dataclass(frozen=True, slots=True)
class SoundLink:
    """What a link says: the recording, for whose ears, and until when it opens."""

    recording_id: str
    who: str
    until: datetime

    def is_over(self, now: datetime) -> bool:
        """Whether it opens no more."""
        return now > self.until


def sign(recording_id: str, who: str, *, now: datetime, secret: str) -> str:
    """The token of a link that opens for `LASTING` from now on: to be put into an address as it is."""
    until = int((now + LASTING).timestamp())
    said = _letters(json.dumps([recording_id, who, until], separators=(",", ":")).encode())
    return f"{said}.{_signature(said, secret)}"


def read(token: str, *, secret: str) -> SoundLink | None:
    """What the link says, whether or not it still opens; None for a token that nobody here has made."""
    said, _, signature = token.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(said, secret).encode()):
        return None
    try:
        recording_id, who, until = json.loads(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)))
    except (binascii.Error, ValueError):
        return None
    return SoundLink(recording_id, who, datetime.fromtimestamp(until, UTC))


def _signature(said: str, secret: str) -> str:
    key = hashlib.sha256(_MARK + secret.encode()).digest()
    return _letters(hmac.new(key, said.encode(), hashlib.sha256).digest()[:_SIGNED])


def _letters(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
