"""What a customer called back means by a key or a word: connect me, never call me, no; or nothing we understood."""

from enum import StrEnum
from typing import Final

from call_flows.hearing.agreement import spoken_yes_no, yes_no_words

LONGEST_ANSWER: Final = 6
"""Words: what is longer is a greeting, most likely a machine's, and no answer."""
_NEVER: Final = {
    "en": ("do not call", "don't call", "stop calling", "never call", "take me off", "remove me", "remove my number"),
    "es": ("no me llame", "no me llamen", "no llamen", "no vuelvan a llamar", "deje de llamar", "quiten mi número"),
}


class Wish(StrEnum):
    """What the customer wants."""

    CONNECT = "connect"
    NEVER = "never"
    NO = "no"
    UNCLEAR = "unclear"


def wish_of(digits: str, speech: str, language: str) -> Wish:
    """1 or yes: connect; 9 or "do not call me": never again; another key, no, or silence: no."""
    if digits:
        return {"1": Wish.CONNECT, "9": Wish.NEVER}.get(digits, Wish.NO)
    said = speech.lower().replace("’", "'")
    if any(phrase in said for phrase in _NEVER.get(language[:2].lower(), _NEVER["en"])):
        return Wish.NEVER
    if not said.strip():
        return Wish.NO
    if len(said.split()) > LONGEST_ANSWER:
        return Wish.UNCLEAR
    return {True: Wish.CONNECT, False: Wish.NO, None: Wish.UNCLEAR}[spoken_yes_no(said, language)]


def expected_words(language: str) -> str:
    """What a recogniser should expect, as a Gather's hints."""
    return ", ".join((*yes_no_words(language), *_NEVER.get(language[:2].lower(), _NEVER["en"])))
