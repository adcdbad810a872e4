"""Spoken numbers and amounts: `twelve fifty`, `a hundred and five dollars`, `cinco euros con veinte`."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from call_flows.hearing.lexicon import AND, FILLER, NUMBER, Entries, Lexeme, entries, lexemes, number_entries, tokens
from call_flows.hearing.numerals import MOST, spoken_digits, with_numbers
from call_flows.languages import tongue
from call_flows.languages.model import Tongue

_POINT: Final = "point"
_MINUS: Final = "minus"
_HALF: Final = "half"
_UNIT: Final = "unit"
_PART: Final = "part"

Reader = Callable[[list[Lexeme], str], float | None]


@lru_cache(64)
def _quantity_entries(words: Tongue) -> Entries:
    numbers, money = words.numbers, words.money
    units = [word for unit in money.units.values() for word in unit.says]
    parts = [word for unit in money.units.values() for word in unit.part.says]
    return {
        **number_entries(words),
        **entries(AND, [word for word in money.joints if word not in numbers.joints], key="money"),
        **entries(_HALF, numbers.half),
        **entries(_MINUS, numbers.minus.heard),
        **entries(_POINT, numbers.point.heard),
        **entries(_PART, parts),
        **entries(_UNIT, units),
    }


def _quantity(speech: str, words: Tongue) -> Iterator[Lexeme]:
    said = lexemes(tokens(speech.replace("-", " ")), _quantity_entries(words))
    # what joins only whole and part of an amount must not join the words of a number
    parted = (Lexeme(FILLER, 0, each.text) if each.key == "money" else each for each in said)
    yield from (lexeme for lexeme in with_numbers(parted, words) if lexeme.kind not in {FILLER, AND})


def spoken_number(speech: str, language: str) -> float | None:
    """A number said as a number, or digit by digit; None when it is none. Units of money may follow it."""
    words = tongue(language)
    said = [lexeme for lexeme in _quantity(speech, words) if lexeme.kind != _UNIT]
    return _signed(said, _plain_number, language)


def _signed(said: list[Lexeme], read: Reader, language: str) -> float | None:
    below = bool(said) and said[0].kind == _MINUS
    value = read(said[1:] if below else said, language)
    if value is None or value >= MOST:
        return None
    return -value if below else value


def _plain_number(said: list[Lexeme], language: str) -> float | None:
    point = next((place for place, lexeme in enumerate(said) if lexeme.kind == _POINT), None)
    if point is not None:
        return _with_fraction(said[:point], said[point + 1 :], language)
    half = bool(said) and said[-1].kind == _HALF
    numbers = said[:-1] if half else said
    if not numbers and half:
        return 0.5
    if not numbers or any(lexeme.kind != NUMBER for lexeme in numbers):
        return None
    if len(numbers) > 1:
        if half or any(not 0 <= lexeme.value <= 9 for lexeme in numbers):
            return None
        return float("".join(f"{lexeme.value:.0f}" for lexeme in numbers[:15]))
    return numbers[0].value + (0.5 if half else 0)


def _with_fraction(whole: list[Lexeme], fraction: list[Lexeme], language: str) -> float | None:
    before = _plain_number(whole, language) if whole else 0.0
    after = spoken_digits(" ".join(lexeme.text for lexeme in fraction), language)
    if before is None or after is None or any(lexeme.kind != NUMBER for lexeme in fraction):
        return None
    return float(f"{before:.0f}.{after[:6]}")


def spoken_money(speech: str, language: str) -> float | None:
    """An amount: `twelve fifty`, `a hundred and five dollars`, `fifty cents`, `cinco euros con veinte`."""
    return _signed(list(_quantity(speech, tongue(language))), _amount, language)


def _amount(said: list[Lexeme], language: str) -> float | None:
    if any(lexeme.kind == _POINT for lexeme in said):
        return _plain_number([lexeme for lexeme in said if lexeme.kind != _UNIT], language)
    whole: float | None = None
    part: float | None = None
    pending: float | None = None
    for lexeme in said:
        if lexeme.kind == NUMBER and (pending is None or whole is None) and part is None:
            whole, pending = (whole if pending is None else pending), lexeme.value
        elif lexeme.kind == _HALF and whole is None:
            pending = (pending or 0) + 0.5
        elif lexeme.kind == _HALF and pending is None:
            whole = (whole or 0) + 0.5
        elif lexeme.kind == _UNIT and pending is not None and whole is None:
            whole, pending = pending, None
        elif lexeme.kind in {_PART, _UNIT} and pending is not None and part is None:
            part, pending = pending, None
        else:
            return None
    return _together(whole, part, pending)


def _together(whole: float | None, part: float | None, pending: float | None) -> float | None:
    if pending is not None and whole is None:
        return pending
    if pending is not None and part is None:
        part = pending
    if part is None or (whole is not None and (part >= 100 or part != int(part))):
        return whole if part is None else None
    return round((whole or 0) + part / 100, 2)


def vocabulary(kinds: str, language: str) -> tuple[str, ...]:
    """The words of which digits, numbers or amounts are made, as they are written: what a recogniser should expect."""
    words = tongue(language)
    if kinds == "digits":
        return (*words.digits.words, *words.digits.repeats)
    numbers = words.numbers
    made = [*numbers.below_hundred, *numbers.hundreds, numbers.hundred, *numbers.scales, *numbers.joints]
    made += [*numbers.point.heard, *numbers.minus.heard, *numbers.half, *numbers.articles]
    if kinds == "money":
        made += [word for unit in words.money.units.values() for word in (*unit.says, *unit.part.says)]
        made += words.money.joints
    return tuple(dict.fromkeys(word for phrase in made for word in phrase.replace("-", " ").split()))
