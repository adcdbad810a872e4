"""What an answer means, given the slot it is for; and when it does not do, why."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from call_flows.hearing.agreement import after_correction, spoken_yes_no, yes_no_words
from call_flows.hearing.days import Wanted, date_vocabulary, keyed_date, spoken_date
from call_flows.hearing.moments import keyed_time, spoken_time, time_vocabulary
from call_flows.hearing.numerals import is_digits, spoken_digits
from call_flows.hearing.phrases import Phrases, normalise
from call_flows.hearing.quantities import spoken_money, spoken_number, vocabulary
from call_flows.languages import tongue
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
    known: Plain = None
    """The value that this answer may correct: then a part of it is enough."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A value, or why there is none: the name of a courtesy that says so, and the limit it speaks of."""

    value: Plain = None
    why: str = ""
    limit: Plain = None


def hear(slot: Slot, answer: Answer) -> Understood:
    """What an answer stands for. Who corrects himself while speaking is taken at his last word."""
    value = _READERS[slot.type](slot, answer)
    found = Understood(None) if value is None else _within(slot, value, answer.today)
    if found.value is None and answer.speech and slot.type != "text":
        later = after_correction(answer.speech, answer.language)
        if later:
            again = _READERS[slot.type](slot, replace(answer, speech=later))
            return found if again is None else _within(slot, again, answer.today)
    return found


def understand(slot: Slot, answer: Answer) -> Plain:
    """The value an answer stands for; None when it is none of the slot's type, or not within its bounds."""
    return hear(slot, answer).value


def correction(slot: Slot, answer: Answer) -> Plain:
    """The value in `no, four one two`: what is said after the no; None when nothing follows that is a value."""
    later = after_correction(answer.speech, answer.language, first=True) or answer.speech
    return None if answer.digits else hear(slot, replace(answer, speech=later)).value


def expected(slot: Slot, language: str) -> tuple[str, ...]:
    """The words worth listening for; none where anything may be said."""
    if slot.type in {"digits", "phone"}:
        return vocabulary("digits", language)
    if slot.type in {"number", "money"}:
        return tuple(dict.fromkeys((*vocabulary("digits", language), *vocabulary(slot.type, language))))
    if slot.type == "yes_no":
        return yes_no_words(language)
    if slot.type == "choice":
        return tuple(_choices(slot, language).hints)
    if slot.type == "date":
        return date_vocabulary(language)
    return time_vocabulary(language) if slot.type == "time" else ()


def wanted_digits(slot: Slot) -> int | None:
    """After how many keys the answer is complete by itself."""
    if slot.type == "digits":
        return slot.length or slot.max_length
    if slot.type in {"yes_no", "choice"}:
        return 1
    return {"time": 4, "date": 8}.get(slot.type)


def keyed_order(slot: Slot, language: str) -> str:
    """The order in which a date is keyed: the slot's, else the language's."""
    return slot.order or tongue(language).dates.order


def _within(slot: Slot, value: Plain, today: date) -> Understood:
    """The value, if it is within the slot's bounds."""
    if slot.type == "digits" and isinstance(value, str):
        low, high = slot.length or slot.min_length or 1, slot.length or slot.max_length or MAX_DIGITS
        if not low <= len(value) <= high:
            return Understood(None, "too_short" if len(value) < low else "too_long")
        fits = slot.pattern is None or slot.pattern.fits(value)
        return Understood(value if fits else None)
    if slot.type in {"number", "money"} and isinstance(value, int | float):
        if slot.min is not None and value < slot.min:
            return Understood(None, "too_small", slot.min)
        if slot.max is not None and value > slot.max:
            return Understood(None, "too_big", slot.max)
    if slot.type == "date" and slot.when != "any":
        late = str(value) < today.isoformat() if slot.when == "future" else str(value) > today.isoformat()
        return Understood(None, f"not_{slot.when}") if late else Understood(value)
    return Understood(value)


def _digits(_slot: Slot, answer: Answer) -> Plain:
    digits = answer.digits or spoken_digits(answer.speech, answer.language) or ""
    return digits if is_digits(digits) else None


def _number(slot: Slot, answer: Answer) -> Plain:
    spoken = spoken_money if slot.type == "money" else spoken_number
    number = _keyed_number(answer.digits) if answer.digits else spoken(answer.speech, answer.language)
    value = None if number is None else slot.coerce(round(number, 2) if slot.type == "money" else number)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _keyed_number(digits: str) -> float | None:
    """A star is the decimal point."""
    whole, _, fraction = digits.partition("*")
    text = f"{whole or '0'}.{fraction or '0'}"
    return float(text) if is_digits(text.replace(".", "", 1)) and len(text) <= 18 else None


def _yes_no(_slot: Slot, answer: Answer) -> Plain:
    if answer.digits:
        return {"1": True, "2": False}.get(answer.digits)
    return spoken_yes_no(answer.speech, answer.language)


def _phone(_slot: Slot, answer: Answer) -> Plain:
    digits = answer.digits or spoken_digits(answer.speech, answer.language) or ""
    try:
        return parse_number(digits, region=answer.country)
    except NumberRefused:
        return None


def _choices(slot: Slot, language: str) -> Phrases:
    return Phrases(
        (phrase, name)
        for name, value in slot.values.items()
        for phrase in (name.replace("_", " "), *value.phrases(language))
    )


def _choice(slot: Slot, answer: Answer) -> Plain:
    if answer.digits:
        return next((name for name, value in slot.values.items() if value.press == answer.digits), None)
    return _choices(slot, answer.language).match(answer.speech)


def _date(slot: Slot, answer: Answer) -> Plain:
    known = answer.known if isinstance(answer.known, str) and len(answer.known) == 10 else ""
    wanted = Wanted(answer.today, slot.when, keyed_order(slot, answer.language), known)
    if answer.digits:
        return keyed_date(answer.digits, wanted) if is_digits(answer.digits) else None
    return spoken_date(answer.speech, answer.language, wanted)


def _time(_slot: Slot, answer: Answer) -> Plain:
    if answer.digits:
        return keyed_time(answer.digits) if is_digits(answer.digits) else None
    known = answer.known if isinstance(answer.known, str) and len(answer.known) == 5 else ""
    return spoken_time(answer.speech, answer.language, known)


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
