"""What a flow asks of callbacks: that one is promised, or that what is owed is given up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PromiseCallback:
    """Promise to call back: now-in-line when `due_at` is None. Inner: `CallbackAnswered` follows at once."""

    number: str
    queue: str
    needs: Mapping[str, int]
    due_at: datetime | None = None
    language: str = "en-US"
    zone: str = ""
    """The name of the clock on which the caller chose the time."""
    tentative: bool = False
    """Only ask whether it could be promised, and which times near it could."""


@dataclass(frozen=True, slots=True)
class ChangeCallback:
    """Cancel what is owed to the number for the queue. Inner: `CallbackAnswered` follows at once.

    With `use` the caller waits himself from now on, at the place that was kept: the next `Enqueue` takes it.
    """

    number: str
    queue: str
    use: bool = False
