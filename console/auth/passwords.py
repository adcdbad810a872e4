"""The place of password rules, and of the only code that hashes and checks one (argon2id)."""

import random
import unicodedata
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from foundation.errors import CallwrightError, Problem

SHORTEST = 12
LONGEST = 256
# without letters and digits that are read wrongly from a terminal
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
WELL_KNOWN = frozenset(
    {
        "password1234", "passwordpassword", "123456789012", "1234567890123", "qwertyuiopas", "qwertyuiop123",
        "letmeinletmein", "adminadminadmin", "iloveyou1234", "welcome12345", "callwright123", "changemechangeme",
    }
)  # fmt: skip


class PasswordRefused(CallwrightError):
    """The password is too short, too well known, or says the login: choose another one."""


def _refusal(what: str, todo: str) -> PasswordRefused:
    return PasswordRefused(Problem(code="password_refused", what=what, where="password", todo=todo))


def check_rules(password: str, *, login: str) -> str:
    """The password as it is hashed (NFC), or `PasswordRefused`."""
    plain = unicodedata.normalize("NFC", password)
    if len(plain) < SHORTEST:
        raise _refusal(f"The password has {len(plain)} characters.", f"Use at least {SHORTEST}; a short sentence does.")
    if len(plain) > LONGEST:
        raise _refusal("The password is too long.", f"Use at most {LONGEST} characters.")
    lowered = plain.casefold()
    if lowered in WELL_KNOWN or len(set(lowered)) <= 2:  # noqa: PLR2004 - aaaaaaaaaaaa and abababababab
        raise _refusal("The password is one that is tried first by everybody.", "Choose one of your own.")
    if login.casefold() in lowered:
        raise _refusal("The password contains the login.", "Choose one that does not.")
    return plain


def generate(chance: random.Random) -> str:
    """A password for a seeded person: three groups of five, 74 bits."""
    letters = [chance.choice(READABLE) for _ in range(15)]
    return "-".join("".join(letters[at : at + 5]) for at in (0, 5, 10))


class Passwords:
    """Hashes and checks passwords; costs the same whether the person exists or not."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash("the hash that is checked when there is no such person")

    def hash(self, password: str, *, login: str) -> str:
        """The argon2id hash of a password that keeps the rules."""
        return self._hasher.hash(check_rules(password, login=login))

    def matches(self, hashed: str | None, password: str) -> bool:
        """Whether the password is right; `None` is a person who does not exist, and never matches."""
        plain = unicodedata.normalize("NFC", password)[:LONGEST]
        try:
            self._hasher.verify(hashed or self._nobody, plain)
        except (VerificationError, InvalidHashError):
            return False
        return hashed is not None

    def is_dated(self, hashed: str) -> bool:
        """Whether the hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)
