"""What was said as a reader expects it written: 42, $12.50, 5:30 pm, May 3rd. The spoken words stay what they are.

A transcript keeps the words as they were recognised; this makes the text that is shown. It is careful: a number below
ten alone stays a word, and what it does not know stays as it was. Languages are data: `written_words/<language>.yaml`;
without a file for the language nothing is rewritten.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel

_FOLDER = Path(__file__).parent / "written_words"
_SPELLED = 3
_DAYS, _HOURS, _MINUTES, _HUNDRED, _TEENS = 31, 12, 60, 100, range(11, 14)
_ALONE = 10
"""From this number on, digits are written where nothing else asks for them."""


class Numerals(BaseModel):
    """The words of one language."""

    digits: dict[str, int]
    teens: dict[str, int]
    tens: dict[str, int]
    scales: dict[str, int]
    times: dict[str, int] = {}
    joining: list[str] = []
    ordinals: dict[str, int] = {}
    months: list[str] = []
    money: dict[str, str] = {}
    cents: list[str] = []
    percent: list[str] = []
    point: list[str] = []
    clock: list[str] = []
    halves: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class _Number:
    """A number from word to word; `text` when it was spelled digit by digit."""

    value: int
    end: int
    text: str = ""

    @property
    def digits(self) -> str:
        return self.text or str(self.value)


def written(text: str, language: str = "en") -> str:
    """The words of a segment as a reader expects them."""
    numerals = _numerals(language.partition("-")[0].lower())
    if numerals is None:
        return text
    return " ".join(_Writer(numerals, text.split()).all())


@cache
def _numerals(language: str) -> Numerals | None:
    path = _FOLDER / f"{language}.yaml"
    known = {each.stem for each in _FOLDER.glob("*.yaml")}
    return Numerals.model_validate(yaml.safe_load(path.read_text())) if language in known else None


class _Writer:
    """Walks the words once, and takes the longest thing that it knows at each place."""

    def __init__(self, numerals: Numerals, words: Sequence[str]) -> None:
        self._of = numerals
        self._words = words

    def all(self) -> list[str]:
        """Every word, or what stands for some of them."""
        out: list[str] = []
        at = 0
        while at < len(self._words):
            found = self._date(at) or self._amount(at)
            text, at = found if found is not None else (self._words[at], at + 1)
            out.append(text)
        return out

    def _word(self, at: int) -> str:
        return self._words[at] if at < len(self._words) else ""

    def _date(self, at: int) -> tuple[str, int] | None:
        """A month and the day of it: may third."""
        if self._word(at) not in self._of.months:
            return None
        tens = self._of.tens.get(self._word(at + 1), 0)
        place = at + 2 if tens else at + 1
        day = self._of.ordinals.get(self._word(place))
        if day is None or (tens and day >= _ALONE) or tens + day > _DAYS:
            return None
        return f"{self._word(at).capitalize()} {_ordinal(tens + day)}", place + 1

    def _amount(self, at: int) -> tuple[str, int] | None:
        """A number with what makes it money, a time or a share; alone only when it is large enough."""
        number = self._spelled(at) or self._number(at)
        if number is None:
            return None
        return (
            self._money(number)
            or self._time(number)
            or self._share(number)
            or ((number.digits, number.end) if number.text or number.value >= _ALONE else None)
        )

    def _money(self, number: _Number) -> tuple[str, int] | None:
        sign = self._of.money.get(self._word(number.end))
        if sign is None:
            return None
        end = number.end + 1
        cents = self._number(end + (self._word(end) in self._of.joining))
        if cents is not None and cents.value < _HUNDRED and self._word(cents.end) in self._of.cents:
            return f"{sign}{number.value:,}.{cents.value:02}", cents.end + 1
        return f"{sign}{number.value:,}", end

    def _time(self, number: _Number) -> tuple[str, int] | None:
        if not 1 <= number.value <= _HOURS or number.text:
            return None
        if self._word(number.end) in self._of.clock:
            half, end = self._half(number.end + 1)
            return f"{number.value}:00{half}", end
        minutes = self._number(number.end)
        if minutes is not None and _ALONE <= minutes.value < _MINUTES:
            half, end = self._half(minutes.end)
            return (f"{number.value}:{minutes.value}{half}", end) if half else None
        half, end = self._half(number.end)
        return (f"{number.value}{half}", end) if half else None

    def _half(self, at: int) -> tuple[str, int]:
        """Which half of the day, said in one word or in two letters: am, p m."""
        for length in (2, 1):
            said = " ".join(self._words[at : at + length])
            if said in self._of.halves:
                return f" {self._of.halves[said]}", at + length
        return "", at

    def _share(self, number: _Number) -> tuple[str, int] | None:
        text, end = number.digits, number.end
        after = self._spelled(end + 1) or self._number(end + 1)
        if self._word(end) in self._of.point and after is not None:
            text, end = f"{text}.{after.digits}", after.end
        if self._word(end) in self._of.percent:
            return f"{text}%", end + 1
        return (text, end) if end > number.end else None

    def _spelled(self, at: int) -> _Number | None:
        """Three digits or more one by one, doubles and triples included: an account number, a telephone."""
        text, place = "", at
        while True:
            times = self._of.times.get(self._word(place), 0)
            digit = self._of.digits.get(self._word(place + bool(times)))
            if digit is None:
                break
            text += str(digit) * (times or 1)
            place += 1 + bool(times)
        return _Number(int(text), place, text) if len(text) >= _SPELLED else None

    def _number(self, at: int) -> _Number | None:
        """A number in words: two hundred and five, twenty one, three thousand."""
        total, part, place = 0, 0, at
        while True:
            word = self._word(place)
            joined = word in self._of.joining and place > at and self._words[place - 1] in self._of.scales
            if word in self._of.scales and part:
                if self._of.scales[word] == _HUNDRED:
                    part *= 100
                else:
                    total, part = total + part * self._of.scales[word], 0
            elif (small := self._small(place + joined, part, fresh=place == at)) is not None:
                part += small
                place += joined
            else:
                break
            place += 1
        return _Number(total + part, place) if place > at else None

    def _small(self, place: int, part: int, *, fresh: bool) -> int | None:
        """What a word adds to the hundreds said so far; None when a new number begins with it."""
        word = self._word(place)
        before = self._words[place - 1] if place and not fresh else ""
        scaled = fresh or before in self._of.scales or before in self._of.joining
        if word in self._of.tens or word in self._of.teens:
            return (self._of.tens | self._of.teens)[word] if scaled else None
        digit = self._of.digits.get(word)
        if digit is None or (digit == 0 and not fresh):
            return None
        return digit if scaled or (before in self._of.tens and part % 10 == 0) else None


def _ordinal(day: int) -> str:
    ending = "th" if day in _TEENS else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"
