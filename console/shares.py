"""How a share of the callers is written and read: 10%, 0.5%."""

from foundation.errors import CallwrightError, Problem

HUNDRED = 100


class ShareRefused(CallwrightError):
    """What was written is no share: write 10% or 0.5%."""


def read_share(text: str) -> int:
    """A share in ten-thousandths."""
    number, percent, rest = text.strip().replace(" ", "").partition("%")
    try:
        share = float(number)
    except ValueError:
        share = -1.0
    if not percent or rest or not 0 < share < HUNDRED:
        todo = "Write a share such as 10% or 0.5%."
        raise ShareRefused(Problem("bad_share", "A share of the callers lies between 0% and 100%.", text[:20], todo))
    return max(1, round(share * HUNDRED))


def share_told(share: int) -> str:
    """A share as it is written."""
    return f"{share / HUNDRED:g}%"
