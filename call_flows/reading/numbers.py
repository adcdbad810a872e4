"""Numbers, amounts and lengths of waiting as a voice says them, by a language's data."""

from functools import lru_cache
from typing import Final

from call_flows.expressions import FAILURES, parse_condition
from call_flows.languages.model import Counted, Tongue

MOST_IN_WORDS: Final = 999_999_999


def plural(number: float, words: Tongue) -> str:
    """The plural category of a number: the first whose condition holds."""
    for category, condition in words.plural.items():
        if _holds(condition, number):
            return category
    return "other"


@lru_cache(4096)
def _holds(condition: str, number: float) -> bool:
    try:
        return bool(parse_condition(condition).value({"n": number}))
    except FAILURES:
        return False


def counted(number: int, texts: Counted, words: Tongue) -> str:
    """A number with what it counts."""
    return texts.form(plural(number, words)).replace("{n}", str(number))


def say_number(value: float, words: Tongue) -> str:
    """1204.5 as `1204.5` or `1204 coma 5`: voices read plain numerals well, and thousands marks badly."""
    whole, _, rest = f"{abs(value):.2f}".rstrip("0").rstrip(".").partition(".")
    text = f"{whole}{words.numbers.point.say}{rest}" if rest else whole
    return words.numbers.minus.say + text if value < 0 and text != "0" else text


def say_money(value: float, words: Tongue, currency: str = "") -> str:
    """120.5 as `120 dollars and 50 cents`; in the language's own currency where it has no words for the given one."""
    unit = words.money.units.get(currency) or words.money.units[words.money.currency]
    hundredths = round(abs(value) * 100)
    whole, rest = divmod(hundredths, 100)
    spoken = counted(whole, unit, words)
    if rest:
        tail = counted(rest, unit.part, words)
        spoken = tail if whole == 0 else words.money.whole_and_part.format(whole=spoken, part=tail)
    return words.numbers.minus.say + spoken if value < 0 and hundredths else spoken


def say_about(low: int, high: int, words: Tongue) -> str:
    """A wait in minutes: `about 3 minutes`, `between 8 and 10 minutes`."""
    if low == high:
        return counted(high, words.about, words)
    return words.between.format(low=low, high=high)


def in_words(number: int, words: Tongue) -> str:
    """A whole number in words, as a voice reads its numerals; numerals beyond a thousand million."""
    if not 0 <= number <= MOST_IN_WORDS:
        return str(number)
    if number < 100:
        return words.numbers.below_hundred[number]
    if number < 1000:
        return _hundreds(number, words)
    size, texts = (1_000_000, words.numbers.million) if number >= 1_000_000 else (1000, words.numbers.thousand)
    count, rest = divmod(number, size)
    head = texts.form("one" if count == 1 else "other").replace("{n}", in_words(count, words))
    if not rest:
        return head
    return head + (words.numbers.after_hundreds if rest < 100 else " ") + in_words(rest, words)


def _hundreds(number: int, words: Tongue) -> str:
    count, rest = divmod(number, 100)
    if not rest:
        return (words.numbers.hundred if count == 1 else "") or words.numbers.hundreds[count - 1]
    return words.numbers.hundreds[count - 1] + words.numbers.after_hundreds + words.numbers.below_hundred[rest]
