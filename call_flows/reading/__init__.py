"""How a value is read out: numbers, money, dates and waits as words a voice says well, per language."""

import math
import re
from datetime import date, time
from types import ModuleType
from typing import Final

from call_flows.reading import english, spanish

FILTERS: Final = frozenset({"digits", "spell", "money", "number", "date", "time", "about"})
MAX_SPOKEN: Final = 200
"""Characters of a value that are read out at most: what a caller or a service sends may be of any length."""

_LANGUAGES: Final[dict[str, ModuleType]] = {"en": english, "es": spanish}
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_HOME_NUMBER: Final = re.compile(r"\A\+1(?=[0-9]{10}\Z)")  # nobody says "plus one" of a number at home
_PAD: Final = 1.2  # an estimated wait is told a fifth longer than computed: too short is worse than too long


def speaker(language: str) -> ModuleType:
    """The reading rules of a language; English where none are written."""
    return _LANGUAGES.get(language[:2], english)


def read_value(value: object, chosen: str, language: str) -> str:
    """A value as words in a language. What does not fit the filter is read as it is; nothing reads as nothing."""
    if value is None:
        return ""
    words = speaker(language)
    if chosen in {"digits", "spell"}:
        return _one_by_one(clean(value), words, group=chosen == "digits")
    if chosen in {"money", "number", "about"}:
        return _quantity(value, chosen, words)
    if chosen in {"date", "time"}:
        return _moment(value, chosen, words)
    if isinstance(value, bool):
        return str(words.YES if value else words.NO)
    return _quantity(value, "number", words) if isinstance(value, int | float) else clean(value)


def clean(value: object) -> str:
    """Somebody else's text, bounded and without control characters."""
    return _CONTROL.sub(" ", str(value)[:MAX_SPOKEN]).strip()


def _one_by_one(text: str, words: ModuleType, *, group: bool) -> str:
    shown = _HOME_NUMBER.sub("", text) if group else text
    said = [words.CHARACTERS.get(char, char.upper()) for char in shown if not char.isspace()]
    if not group or len(said) <= 4:
        return ", ".join(said)
    size = 4 if len(said) % 4 == 0 else 3
    tail = 4 if size == 3 and len(said) % 3 == 1 else 0
    body = said[: len(said) - tail]
    groups = [body[i : i + size] for i in range(0, len(body), size)]
    return ", ".join(" ".join(part) for part in [*groups, *([said[-tail:]] if tail else [])])


def as_number(value: object) -> float | None:
    """A number, whoever wrote it; nothing when it is none, or no number a person would say."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(value if isinstance(value, int | float) else clean(value))
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and abs(number) < 1e15 else None


def _quantity(value: object, chosen: str, words: ModuleType) -> str:
    number = as_number(value)
    if number is None:
        return clean(value)
    if chosen == "about":
        return str(words.about(math.ceil(number * _PAD / 60) if number * _PAD > 60 else 0))
    return str(words.money(number) if chosen == "money" else words.number(number))


def _moment(value: object, chosen: str, words: ModuleType) -> str:
    text = clean(value)
    try:
        if chosen == "date":
            return str(words.spoken_date(date.fromisoformat(text[:10])))
        return str(words.spoken_time(time.fromisoformat(text[11:] if len(text) > 10 else text)))
    except ValueError:
        return text
