"""What an answer means, given the slot it is for. None when it is no such answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from call_flows.hearing.moments import keyed_date, keyed_time, spoken_date, spoken_time
from call_flows.hearing.numerals import is_digits, spoken_digits, spoken_number, words_of
from call_flows.hearing.phrases import Phrases, normalise
from call_flows.notes import Plain
from call_flows.slots import MAX_DIGITS, Slot
from foundation.phone import NumberRefused, parse_number

_TEXT: Final = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What was pressed or said, and what must be known to understand it."""

    digits: str
    speech: str
    language: str
    today: date
    country: str


def understand(slot: Slot, answer: Answer) -> Plain:
    """The value an answer stands for; None when it is none of the slot's type, or not within its bounds."""
    return _READERS[slot.type](slot, answer)


def expected(slot: Slot, language: str) -> tuple[str, ...]:
    """The words worth listening for; none where anything may be said."""
    words = words_of(language)
    if slot.type in {"digits", "phone"}:
        return (*words.DIGITS, *words.REPEATS)
    if slot.type == "yes_no":
        return (*words.YES, *words.NO)
    if slot.type == "choice":
        return tuple(_choices(slot).hints)
    return ()


def wanted_digits(slot: Slot) -> int | None:
    """After how many keys the answer is complete by itself."""
    if slot.type == "digits":
        return slot.length or slot.max_length
    if slot.type in {"yes_no", "choice"}:
        return 1
    return {"time": 4, "date": 8}.get(slot.type)


def _digits(slot: Slot, answer: Answer) -> Plain:
    digits = answer.digits or spoken_digits(answer.speech, answer.language) or ""
    low, high = slot.length or slot.min_length or 1, slot.length or slot.max_length or MAX_DIGITS
    return digits if is_digits(digits) and low <= len(digits) <= high else None


def _number(slot: Slot, answer: Answer) -> Plain:
    number = _keyed_number(answer.digits) if answer.digits else spoken_number(answer.speech, answer.language)
    value = None if number is None else slot.coerce(number)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    low, high = slot.min, slot.max
    return value if (low is None or value >= low) and (high is None or value <= high) else None


def _keyed_number(digits: str) -> float | None:
    """A star is the decimal point."""
    whole, _, fraction = digits.partition("*")
    text = f"{whole or '0'}.{fraction or '0'}"
    return float(text) if is_digits(text.replace(".", "", 1)) and len(text) <= 18 else None


def _yes_no(_slot: Slot, answer: Answer) -> Plain:
    if answer.digits:
        return {"1": True, "2": False}.get(answer.digits)
    words = words_of(answer.language)
    pairs = [*((word, "yes") for word in words.YES), *((word, "no") for word in words.NO)]
    meant = Phrases(pairs).match(answer.speech)
    return None if meant is None else meant == "yes"


def _phone(_slot: Slot, answer: Answer) -> Plain:
    digits = answer.digits or spoken_digits(answer.speech, answer.language) or ""
    try:
        return parse_number(digits, region=answer.country)
    except NumberRefused:
        return None


def _choices(slot: Slot) -> Phrases:
    return Phrases(
        (phrase, name) for name, value in slot.values.items() for phrase in (name.replace("_", " "), *value.says)
    )


def _choice(slot: Slot, answer: Answer) -> Plain:
    if answer.digits:
        return next((name for name, value in slot.values.items() if value.press == answer.digits), None)
    return _choices(slot).match(answer.speech)


def _date(slot: Slot, answer: Answer) -> Plain:
    if answer.digits:
        return keyed_date(answer.digits, slot.order, answer.today) if is_digits(answer.digits) else None
    return spoken_date(answer.speech, answer.language, answer.today)


def _time(_slot: Slot, answer: Answer) -> Plain:
    if answer.digits:
        return keyed_time(answer.digits) if is_digits(answer.digits) else None
    return spoken_time(answer.speech, answer.language)


def _text(_slot: Slot, answer: Answer) -> Plain:
    text = answer.digits or answer.speech
    return text[:_TEXT] if answer.digits or normalise(text) else None


_READERS: Final[dict[str, Callable[[Slot, Answer], Plain]]] = {
    "digits": _digits,
    "number": _number,
    "money": _number,
    "yes_no": _yes_no,
    "phone": _phone,
    "choice": _choice,
    "date": _date,
    "time": _time,
    "text": _text,
}
