"""What a call's log keeps so that the call can be stepped again exactly: each event whole, sealed where it is private.

What anybody may read in the log stays in the open (`ivr.eventlog`). Beside it stands the event with all its facts, for
the engine alone: plain JSON, or, where it may hold what is private, sealed with the house's key, which is not in the
database. `sum` tells whether a step came out the same, without telling what came out.
"""

import base64
import binascii
import hashlib
import hmac
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast, get_args
from urllib.parse import urlsplit

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from call_flows.actions import Action, Fetch
from call_flows.engine import begin
from call_flows.events import (
    CallArrived,
    CallbackAnswered,
    Collected,
    DialEnded,
    Event,
    HungUp,
    MessageRecorded,
    QueueEnded,
    Resumed,
    WaitTurn,
)
from call_flows.loaded import LoadedSite
from call_flows.state import CallState, Step
from ivr.driver import as_text
from ivr.eventlog import kind_of_class

LARGEST: Final = 256 * 1024
"""A longer event is not kept: a step on it cannot be taken again, and a replay says so."""
_OPEN: Final = (
    CallArrived,
    Collected,
    WaitTurn,
    QueueEnded,
    DialEnded,
    Resumed,
    HungUp,
    CallbackAnswered,
    MessageRecorded,
)
_SEALED: Final = "sealed"
_CLASSES: Final = {kind_of_class(cls): cls for cls in get_args(Event)}
_DECODERS: Final[Mapping[str, Callable[[bytes], Event]]] = {
    kind: msgspec.json.Decoder(cls).decode for kind, cls in _CLASSES.items()
}
_ENCODE: Final = msgspec.json.Encoder(enc_hook=as_text).encode


class Unreadable(Exception):
    """Why an event of the log cannot be read back, in a few words."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """With what the engine was begun."""

    flow: str
    language: str
    caller: str
    dialled: str

    def state(self, site: LoadedSite) -> CallState:
        """The call before its first event."""
        return begin(site, flow=self.flow, language=self.language, caller=self.caller, dialled=self.dialled)


class Kept(msgspec.Struct):
    """What one line of the log keeps, of what a replay reads."""

    notes: list[dict[str, Any]] | None = None
    """None where the engine was not asked: the lane had the call."""
    begin: Beginning | None = None
    given: msgspec.Raw = msgspec.Raw(b"")
    sealed: str = ""
    sum: str = ""


class Logbook:
    """Writes and reads what a replay needs. `secret` is the house's; without it, what is sealed stays so."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(b"callwright replay sum\0" + secret.encode()).digest()
        self._seal = AESSIV(hashlib.sha256(b"callwright replay seal\0" + secret.encode()).digest())

    def keep(self, payload: dict[str, Any], before: CallState, event: Event, step: Step, *, private: bool) -> None:
        """Add to one line of the log what stepping it again takes."""
        if before.steps == 0:
            payload["begin"] = Beginning(before.at.flow, before.language, before.caller, before.dialled)
        if isinstance(event, _OPEN) and not (private and isinstance(event, Collected)):
            payload["given"] = event
        else:
            sealed = self._sealed(event)
            if len(sealed) <= LARGEST:
                payload["sealed"] = sealed
        payload["sum"] = self.sum_of(step)

    def close_state(self, state: dict[str, Any]) -> dict[str, Any]:
        """A call's state as it is kept while something private is in it."""
        return {_SEALED: self._sealed(state)}

    def open_state(self, kept: dict[str, Any]) -> dict[str, Any]:
        """The state again, sealed or not. Raises Unreadable."""
        sealed = kept.get(_SEALED)
        if sealed is None:
            return kept
        opened: dict[str, Any] = json.loads(self._opened(sealed))
        return opened

    def sum_of(self, step: Step) -> str:
        """What a step came to, as a keyed digest: the actions, and where the call stands afterwards."""
        actions = [_without_origin(action) for action in step.actions]
        return hmac.digest(self._key, _encoded([actions, step.state]), "sha256")[:9].hex()

    def read(self, kind: str, kept: "Kept") -> Event:
        """The event of one line. Raises Unreadable."""
        decode = _DECODERS.get(kind)
        if decode is None:
            raise Unreadable("unknown event")
        raw = self._opened(kept.sealed) if kept.sealed else bytes(kept.given)
        if not raw:
            raise Unreadable("not kept")
        try:
            return decode(raw)
        except msgspec.ValidationError as error:
            raise Unreadable("kept by another version of Callwright") from error
        except (msgspec.DecodeError, UnicodeError):  # lone surrogates, very long numbers
            return cast("Event", msgspec.convert(json.loads(raw), _CLASSES[kind]))

    def _sealed(self, value: object) -> str:
        return base64.b85encode(self._seal.encrypt(zlib.compress(_encoded(value), 1), None)).decode()

    def _opened(self, sealed: str) -> bytes:
        try:
            return zlib.decompress(self._seal.decrypt(base64.b85decode(sealed), None))
        except (InvalidTag, ValueError, binascii.Error, zlib.error) as error:
            raise Unreadable("sealed with another key") from error


def _without_origin(action: Action) -> Action | Sequence[object]:
    """A request without the host it goes to: services stand elsewhere on another machine."""
    if not isinstance(action, Fetch):
        return action
    parts = urlsplit(action.url)
    return replace(action, url=f"{parts.path}?{parts.query}", headers={})


def _encoded(value: object) -> bytes:
    try:
        return _ENCODE(value)
    except (UnicodeEncodeError, OverflowError):  # what a web service may answer: lone surrogates, very long numbers
        return json.dumps(msgspec.to_builtins(value, enc_hook=as_text), ensure_ascii=True).encode()
