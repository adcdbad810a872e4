"""What a card's keys must be: kinds by their first digits, Luhn's check, dates. Pure; nothing here is kept."""

import re
from datetime import date
from typing import Final

KINDS: Final = {
    "amex": (re.compile(r"3[47]"), (15,)),
    "diners-club": (re.compile(r"3(?:0[0-5]|[689])"), (14, 16)),
    "jcb": (re.compile(r"35(?:2[89]|[3-8])"), (16,)),
    "mastercard": (re.compile(r"5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)"), (16,)),
    "discover": (re.compile(r"6(?:011|4[4-9]|5)"), (16,)),
    "maestro": (re.compile(r"5[06-9]|6"), tuple(range(12, 20))),
    "visa": (re.compile(r"4"), (13, 16, 19)),
}
AMEX: Final = "amex"


def kind_of(number: str) -> str:
    """The kind of card; empty for none of these."""
    for kind, (begins, lengths) in KINDS.items():
        if begins.match(number) and len(number) in lengths:
            return kind
    return ""


def is_right(number: str) -> bool:
    """Luhn's check: every second digit from the right doubled, the sum a multiple of ten."""
    if not number.isdecimal() or len(set(number)) == 1:
        return False
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - the digits of a number up to 18
    return total % 10 == 0


def is_good(expiry: str, today: date) -> bool:
    """Whether MMYY is a month that has not passed."""
    if len(expiry) != 4 or not expiry.isdecimal():  # noqa: PLR2004 - MMYY
        return False
    month, year = int(expiry[:2]), 2000 + int(expiry[2:])
    return 1 <= month <= 12 and (year, month) >= (today.year, today.month) and year <= today.year + 20  # noqa: PLR2004
