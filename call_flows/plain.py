"""Plain values: how a machine writes them, and what is left of somebody else's text and numbers."""

import math
import re
from typing import Final

MAX_SPOKEN: Final = 200
"""Characters of a value that are read out at most: what a caller or a service sends may be of any length."""

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


def clean(value: object) -> str:
    """Somebody else's text, bounded and without control characters."""
    return _CONTROL.sub(" ", str(value)[:MAX_SPOKEN]).strip()


def as_number(value: object) -> float | None:
    """A number, whoever wrote it; nothing when it is none, or no number a person would say."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(value if isinstance(value, int | float) else clean(value))
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and abs(number) < 1e15 else None


def as_written(value: object) -> str:
    """A value as a machine writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(round(value, 6)).removesuffix(".0")
    return str(value)
