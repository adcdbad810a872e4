"""How a value is read out: numbers, money, dates and waits as words a voice says well, per language."""

import re
from datetime import date, time
from typing import Final

from call_flows.languages import tongue
from call_flows.languages.model import Tongue
from call_flows.plain import as_number, clean
from call_flows.reading.moments import say_date, say_time
from call_flows.reading.numbers import say_about, say_money, say_number
from call_flows.reading.waits import tell

FILTERS: Final = frozenset({"digits", "spell", "money", "number", "date", "time", "about"})
_HOME_NUMBER: Final = re.compile(r"\A\+1(?=[0-9]{10}\Z)")  # nobody says "plus one" of a number at home


def read_value(value: object, chosen: str, language: str, today: object = None, currency: object = None) -> str:
    """A value as words in a language. What does not fit the filter is read as it is; nothing reads as nothing.

    A day far from `today` is read with its year; an amount in the language's own currency where none is given.
    """
    if value is None:
        return ""
    words = tongue(language)
    if chosen in {"digits", "spell"}:
        return _one_by_one(clean(value), words, group=chosen == "digits")
    if chosen in {"money", "number", "about"}:
        return _quantity(value, chosen, words, str(currency or ""))
    if chosen in {"date", "time"}:
        return _moment(value, chosen, words, today)
    if isinstance(value, bool):
        return (words.yes if value else words.no)[0]
    return _quantity(value, "number", words) if isinstance(value, int | float) else clean(value)


def read_wait(low: object, high: object, language: str) -> str:
    """A wait that is told already, as words: from so many to so many seconds. Nothing reads as nothing."""
    ends = [as_number(low), as_number(high)]
    first, last = (None if end is None else round(end / 60) for end in ends)
    return "" if first is None or last is None else say_about(first, last, tongue(language))


def _one_by_one(text: str, words: Tongue, *, group: bool) -> str:
    shown = _HOME_NUMBER.sub("", text) if group else text
    digits = {digit: word for word, digit in reversed(words.digits.words.items())}
    said = [digits.get(char) or words.characters.get(char, char.upper()) for char in shown if not char.isspace()]
    if not group or len(said) <= 4:
        return ", ".join(said)
    size = 4 if len(said) % 4 == 0 else 3
    tail = 4 if size == 3 and len(said) % 3 == 1 else 0
    body = said[: len(said) - tail]
    groups = [body[i : i + size] for i in range(0, len(body), size)]
    return ", ".join(" ".join(part) for part in [*groups, *([said[-tail:]] if tail else [])])


def _quantity(value: object, chosen: str, words: Tongue, currency: str = "") -> str:
    number = as_number(value)
    if number is None:
        return clean(value)
    if chosen == "about":
        wait = tell(number)
        return say_about(wait.low, wait.high, words)
    return say_money(number, words, currency) if chosen == "money" else say_number(number, words)


def _moment(value: object, chosen: str, words: Tongue, today: object) -> str:
    text = clean(value)
    try:
        if chosen == "date":
            return say_date(date.fromisoformat(text[:10]), words, date.fromisoformat(str(today)) if today else None)
        return say_time(time.fromisoformat(text[11:] if len(text) > 10 else text), words)
    except ValueError:
        return text
