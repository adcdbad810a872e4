"""What callbacks must know of the carrier to recover: what became of a dial. The port, and its twin."""

from typing import Protocol

from callbacks.promises import DialAttempt, DialResult


class Dialer(Protocol):
    """Asks the carrier about a dial that was recorded."""

    def outcome(self, attempt: DialAttempt) -> DialResult | None:
        """How it ended; None while it goes on. UNKNOWN when the carrier has never heard of it, or cannot say."""
        ...


class SilentDialer:
    """The twin: knows what it was told, and nothing of any other dial."""

    def __init__(self) -> None:
        self.known: dict[str, DialResult | None] = {}

    def outcome(self, attempt: DialAttempt) -> DialResult | None:
        """What it was told of that dial."""
        return self.known.get(attempt.id, DialResult.UNKNOWN)
