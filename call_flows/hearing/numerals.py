"""Spoken digits and numbers: `four double one`, `a hundred and five dollars`, `ciento veinte con cincuenta`."""

import re
from types import ModuleType
from typing import Final

from call_flows.hearing import english, spanish
from call_flows.hearing.phrases import normalise

_LANGUAGES: Final[dict[str, ModuleType]] = {"en": english, "es": spanish}
_NUMERAL: Final = re.compile(r"\d{1,12}(?:\.\d{1,4})?\Z")


def words_of(language: str) -> ModuleType:
    """The words of a language; English where none are written."""
    return _LANGUAGES.get(language[:2], english)


def is_digits(text: str) -> bool:
    """Whether a text is nothing but the ten digits: other writings of digits do not count."""
    return text.isascii() and text.isdigit()


def digit_word(key: str, language: str) -> str:
    """A key as a word: `two` for 2; nothing for star and pound."""
    return next((word for word, digit in words_of(language).DIGITS.items() if digit == key), "")


def spoken_digits(speech: str, language: str) -> str | None:
    """Digits said one by one, with `double` and `triple`; None when other words are among them."""
    words = words_of(language)
    digits, repeat, tens = "", 1, False
    for word in normalise(speech.replace("-", " ")):
        if word in words.REPEATS:
            repeat, tens = words.REPEATS[word], False
            continue
        digit = words.DIGITS.get(word) or (word if is_digits(word) else None)
        if digit is not None and tens and len(digit) == 1 and digit != "0":
            digits, tens = digits[:-1] + digit, False  # twenty three is 23, not 203
        elif digit is not None:
            digits, tens = digits + (digit * repeat if len(digit) == 1 else digit), False
        elif word not in words.FILLERS:
            grouped = words.NUMBERS.get(word)
            if grouped is None or grouped > 99:
                return None
            digits, tens = digits + str(grouped), grouped >= 20 and grouped % 10 == 0
        repeat = 1
    return digits or None


def spoken_number(speech: str, language: str) -> float | None:
    """A number said as a number; None when it is none."""
    words = words_of(language)
    plain = speech.replace("$", " ").replace(",", "").strip().rstrip(".")
    if _NUMERAL.match(plain.strip()):
        return float(plain)
    said = list(normalise(_join_numerals(plain)))
    cents = next((place for place, word in enumerate(said) if word in words.CENTS), None)
    point = next((place for place, word in enumerate(said) if word in words.POINT), None)
    if point is not None:
        whole, fraction = _whole(said[:point], words), spoken_digits(" ".join(said[point + 1 :]), language)
        return None if whole is None or fraction is None else float(f"{int(whole)}.{fraction[:6]}")
    if cents is not None:
        return _with_cents(said[:cents], words)
    found = _whole(said, words)
    return None if found is None else float(found)


def _join_numerals(text: str) -> str:
    return re.sub(r"(\d)\.(\d)", r"\1 point \2", text)


def _with_cents(said: list[str], words: ModuleType) -> float | None:
    joints = [
        place for place, word in enumerate(said) if word in {"and", "con", "dollars", "dolares", "dollar", "dolar"}
    ]
    for joint in reversed(joints):
        whole, part = _whole(said[:joint], words), _whole(said[joint + 1 :], words)
        if whole is not None and part is not None and part < 100:
            return whole + part / 100
    part = _whole(said, words)
    return None if part is None else part / 100


def _whole(said: list[str], words: ModuleType) -> int | None:
    total, group, found = 0, 0, False
    for word in said:
        if word in words.SCALES:
            scale = words.SCALES[word]
            if scale == 100:
                group = max(1, group) * 100
            else:
                total, group = total + max(1, group) * scale, 0
        elif word in words.NUMBERS:
            group += words.NUMBERS[word]
        elif is_digits(word) and len(word) <= 12:
            group += int(word)
        elif word in words.FILLERS:
            continue
        else:
            return None
        found = True
    return total + group if found and total + group < 10**12 else None
