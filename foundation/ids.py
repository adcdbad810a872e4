"""Where ids come from: two letters that name the kind, then 32 hexadecimal digits, the shape of Twilio's SIDs."""

import itertools
import secrets
from typing import Protocol


class IdSource(Protocol):
    """Gives ids that were never given before."""

    def new(self, prefix: str) -> str:
        """A fresh id that begins with the prefix."""
        ...


class RandomIds:
    """Ids nobody can guess."""

    def new(self, prefix: str) -> str:
        """A fresh id: the prefix and 128 random bits."""
        return prefix + secrets.token_hex(16)


class CountingIds:
    """The twin: 1, 2, 3, so that a test knows what comes."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def new(self, prefix: str) -> str:
        """A fresh id: the prefix and the next number."""
        return f"{prefix}{next(self._numbers):032x}"
