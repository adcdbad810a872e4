"""Structured logs: the message is a fixed text, personal data is a field, and such fields are masked."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, cast

import structlog

PERSONAL_FIELDS = frozenset(
    {"caller", "number", "name", "speech", "digits", "text", "email", "to", "from_", "dialled", "address", "body"}
)
SHOWN_DIGITS = 2
_CARD = re.compile(r"(?<![0-9A-Za-z])[2-6](?:[ -]?[0-9]){12,18}(?![0-9A-Za-z])")


def mask(value: object) -> str:
    """What remains of personal data in a log: its length and, of a long number, the last two digits."""
    whole = str(value)
    tail = whole[-SHOWN_DIGITS:] if len(whole) > 3 * SHOWN_DIGITS and whole.lstrip("+").isdigit() else ""
    return f"‹{len(whole)}›{tail}" if whole else ""


def _mask_personal(_logger: Any, _method: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for field in PERSONAL_FIELDS & fields.keys():
        fields[field] = mask(fields[field])
    return fields


def _mask_cards(_logger: Any, _method: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Whatever the field, an exception's text too: a number that is written like a card's is not logged."""
    for field, value in fields.items():
        if isinstance(value, str):
            fields[field] = _CARD.sub("‹card›", value)
    return fields


def configure(*, json: bool = False, level: str = "INFO") -> None:
    """Send logs to standard error, as lines for people or as JSON for machines."""
    renderer: Any = structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _mask_personal,
            structlog.processors.format_exc_info,
            _mask_cards,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # as it is at that moment
        cache_logger_on_first_use=False,
    )


def get_logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger bound to the module's name."""
    return cast("structlog.typing.FilteringBoundLogger", structlog.get_logger(module=name))
