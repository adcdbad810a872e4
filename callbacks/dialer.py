"""What callbacks must have of the line: dials made, and what became of them. The port, and its twin."""

from typing import Protocol

from callbacks.promises import DialAttempt, DialResult
from callbacks.recording import DialOrder


class Dialer(Protocol):
    """Makes dials that were recorded, and asks the carrier about them. No method raises for the carrier's sake."""

    def dial(self, order: DialOrder) -> None:
        """Make the dial and note the carrier's name for it. What the carrier refuses has failed."""
        ...

    def outcome(self, attempt: DialAttempt) -> DialResult | None:
        """How it ended; None while it goes on. NOT_MADE: the carrier never heard of it; UNKNOWN: it does not say."""
        ...

    def release(self, attempt: DialAttempt) -> None:
        """No agent came for the customer who holds the line: tell him that he keeps his place, and let him go."""
        ...


class SilentDialer:
    """The twin: makes no call, knows what it was told of outcomes, and remembers what it was asked."""

    def __init__(self) -> None:
        self.known: dict[str, DialResult | None] = {}
        self.dialled: list[DialOrder] = []
        self.released: list[str] = []

    def dial(self, order: DialOrder) -> None:
        """Remember the order."""
        self.dialled.append(order)

    def outcome(self, attempt: DialAttempt) -> DialResult | None:
        """What it was told of that dial; of any other the carrier never heard."""
        return self.known.get(attempt.id, DialResult.NOT_MADE)

    def release(self, attempt: DialAttempt) -> None:
        """Remember whom."""
        self.released.append(attempt.id)
