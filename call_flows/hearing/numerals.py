"""Numbers put together from their words, and digits said one by one: `four double one`, `treinta y cinco`."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from call_flows.hearing.lexicon import (
    AND,
    ARTICLE,
    ATOM,
    FILLER,
    HUNDREDS,
    NUMBER,
    SCALE,
    UNKNOWN,
    Entries,
    Lexeme,
    entries,
    lexemes,
    number_entries,
    read_numeral,
    tokens,
)
from call_flows.languages import tongue
from call_flows.languages.model import Tongue

MOST: Final = 10.0**12
_DIGIT: Final = "digit"
_REPEAT: Final = "repeat"
_COUNTED: Final = frozenset({"unit", "part", "span"})
"""What an article before it counts once: a dollar, a week."""
_MAX_DIGITS: Final = 64


def words_of(language: str) -> Tongue:
    """The words of a language; English where none are written."""
    return tongue(language)


def is_digits(text: str) -> bool:
    """Whether a text is nothing but the ten digits: other writings of digits do not count."""
    return text.isascii() and text.isdigit()


def digit_word(key: str, language: str) -> str:
    """A key as a word: `two` for 2; nothing for star and pound."""
    return next((word for word, digit in tongue(language).digits.words.items() if digit == key), "")


@dataclass(slots=True)
class _Sum:
    """A number while its words come in."""

    total: float = 0
    group: float = 0
    scale: float = MOST
    begun: bool = False
    written: bool = False

    def take(self, lexeme: Lexeme) -> bool:
        """Add a word's worth; False when it cannot belong to this number."""
        if lexeme.kind == SCALE:
            taken = self._scaled(lexeme.value)
        elif lexeme.kind == ATOM:
            taken = self._atom(lexeme.value)
        elif lexeme.kind == HUNDREDS:
            taken = self.group == 0 and (not self.begun or self.total > 0)
            self.group += lexeme.value if taken else 0
        else:
            taken = lexeme.kind == NUMBER and not self.begun
            self.group, self.written = (lexeme.value, True) if taken else (self.group, self.written)
        self.begun = self.begun or taken
        return taken

    def _atom(self, value: float) -> bool:
        empty = self.group % 100 == 0 and not self.written and (not self.begun or self.total + self.group > 0)
        tens = not self.written and self.group % 100 >= 20 and self.group % 10 == 0 and 0 < value < 10
        if not (empty or tens) or (self.begun and value == 0):
            return False
        self.group += value
        return True

    def _scaled(self, scale: float) -> bool:
        if scale == 100:
            if self.begun and not 0 < self.group < 100:
                return False
            self.group = max(1.0, self.group) * 100
        elif scale < self.scale:
            if self.begun and self.total + self.group == 0:
                return False
            self.total, self.group, self.scale = self.total + max(1.0, self.group) * scale, 0, scale
        elif scale > self.scale:
            self.total, self.group, self.scale = (self.total + self.group) * scale, 0, scale
        else:
            return False
        self.written = False
        return True

    def value(self) -> float:
        """What it comes to."""
        return self.total + self.group


def with_numbers(said: Iterable[Lexeme], words: Tongue) -> list[Lexeme]:
    """The same with each run of number words as one number."""
    given = [_written(lexeme, words) for lexeme in said]
    made: list[Lexeme] = []
    at = 0
    while at < len(given):
        number, size = _run(given, at)
        made.append(given[at] if number is None else number)
        at += size
    return made


def _written(lexeme: Lexeme, words: Tongue) -> Lexeme:
    if lexeme.kind != NUMBER:
        return lexeme
    value = read_numeral(lexeme.text, words)
    return Lexeme(UNKNOWN, 0, lexeme.text) if value is None else Lexeme(NUMBER, value, lexeme.text)


def _run(given: list[Lexeme], at: int) -> tuple[Lexeme | None, int]:
    """The number that begins at a place, and how many lexemes it takes."""
    made, here, text = _Sum(), at, ""
    if given[at].kind == ARTICLE:
        follows = given[at + 1].kind if at + 1 < len(given) else ""
        if follows in _COUNTED:
            return Lexeme(NUMBER, 1, given[at].text), 1
        if follows != SCALE:
            return Lexeme(FILLER, 0, given[at].text), 1
        here += 1
    while here < len(given):
        lexeme = given[here]
        joined = made.begun and lexeme.kind == AND and here + 1 < len(given)
        if joined and not _joins(made, given[here + 1]):
            break
        if joined:
            here += 1
            lexeme = given[here]
        if not made.take(lexeme):
            break
        text = f"{text} {lexeme.text}"
        here += 1
    if not made.begun or made.value() >= MOST:
        return None, 1
    return Lexeme(NUMBER, made.value(), text.strip()), here - at


def _joins(made: _Sum, lexeme: Lexeme) -> bool:
    trial = _Sum(made.total, made.group, made.scale, made.begun, made.written)
    return lexeme.kind in {ATOM, HUNDREDS, SCALE} and trial.take(lexeme)


@lru_cache(64)
def _digit_entries(words: Tongue) -> Entries:
    digits = words.digits
    single = {
        tuple(tokens(word)): Lexeme(_DIGIT, key=digit) for word, digit in {**digits.sounds_like, **digits.words}.items()
    }
    repeats = entries(_REPEAT, {word: float(times) for word, times in digits.repeats.items()})
    plus = entries(FILLER, [words.characters.get("+", "+")])
    return {**plus, **number_entries(words), **single, **repeats}


def spoken_digits(speech: str, language: str) -> str | None:
    """Digits said one by one or in groups, with `double` and `triple`; None when other words are among them."""
    words = tongue(language)
    digits, repeat, open_tens, open_hundred = "", 1, False, False
    for lexeme in lexemes(tokens(speech.replace("-", " ")), _digit_entries(words)):
        if lexeme.kind == _REPEAT:
            repeat, open_tens, open_hundred = int(lexeme.value), False, False
            continue
        if lexeme.kind in {FILLER, AND, ARTICLE}:
            continue
        if lexeme.kind == SCALE and digits and lexeme.value < MOST:
            digits += "0" * (len(f"{lexeme.value:.0f}") - 1)
            repeat, open_tens, open_hundred = 1, False, False
            continue
        said = _as_digits(lexeme)
        if said is None or len(digits) > _MAX_DIGITS:
            return None
        if open_hundred and len(said) <= 2 and int(said) > 0:
            digits = digits[: -len(said)] + said  # doscientos, cinco is 205, not 2005
        elif open_tens and len(said) == 1 and said != "0":
            digits = digits[:-1] + said  # twenty, three is 23, not 203
        else:
            digits += said * repeat if len(said) == 1 else said
        open_tens = lexeme.kind == ATOM and lexeme.value >= 20 and lexeme.value % 10 == 0
        repeat, open_hundred = 1, lexeme.kind == HUNDREDS
    return digits or None


def _as_digits(lexeme: Lexeme) -> str | None:
    if lexeme.kind == _DIGIT:
        return lexeme.key
    if lexeme.kind == NUMBER:
        return "".join(char for char in lexeme.text if char.isdigit())
    return f"{lexeme.value:.0f}" if lexeme.kind in {ATOM, HUNDREDS} else None
