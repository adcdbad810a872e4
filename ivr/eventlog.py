"""How events are written to a call's log: everything they say but the facts, with what is private masked."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, get_args

from call_flows.events import Collected, CustomerAnswered, Event, Fetched, PaymentEnded

MASK = "•"
_WORDS = {"CallArrived": "arrived", "MessageRecorded": "message", "WaitTurn": "wait_turn", "QueueEnded": "queue_ended"}
_UNSAID: Mapping[type, tuple[str, ...]] = {Fetched: ("body",), CustomerAnswered: ("record",), PaymentEnded: ("token",)}


def kind_of(event: Event) -> str:
    """The event's name in the log."""
    return _NAMES[type(event)]


def kind_of_class(event: type[object]) -> str:
    """The name in the log of a kind of event."""
    name = event.__name__
    return _WORDS.get(name) or "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)[1:]


def payload_of(event: Event, *, private: bool) -> dict[str, Any]:
    """The event's own values, private keys and words masked.

    Of a service's answer only its status is kept: what it says about a customer is nobody's to read in a log.
    """
    values = {name: _json(value) for name in _SAID[type(event)] if (value := getattr(event, name)) not in ("", None)}
    if private and isinstance(event, Collected):
        return {name: MASK if name in {"digits", "speech"} else value for name, value in values.items()}
    return values


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _said(event: type[Any]) -> tuple[str, ...]:
    unsaid = ("facts", *_UNSAID.get(event, ()))
    return tuple(field.name for field in fields(event) if field.name not in unsaid)


# looked up, not worked out: every webhook asks
_NAMES: Mapping[type[object], str] = {event: kind_of_class(event) for event in get_args(Event)}
_SAID: Mapping[type[object], tuple[str, ...]] = {event: _said(event) for event in get_args(Event)}
