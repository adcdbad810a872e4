"""The place where say-as becomes words: digits one by one, telephone numbers in groups, dates, money, ordinals.

espeak-ng reads plain numbers well in every language and ignores say-as, so the text is rewritten before it speaks.
What a language has no rule for is left as it was written, to be read as plain text.
"""

import re
from collections.abc import Callable

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
_CURRENCY = {  # sign or code → (one, many, hundredth, hundredths) in each language
    "USD": {"en": ("dollar", "dollars", "cent", "cents"), "es": ("dólar", "dólares", "centavo", "centavos")},
    "EUR": {"en": ("euro", "euros", "cent", "cents"), "es": ("euro", "euros", "céntimo", "céntimos")},
    "GBP": {"en": ("pound", "pounds", "penny", "pence"), "es": ("libra", "libras", "penique", "peniques")},
}
_SIGN = {"$": "USD", "€": "EUR", "£": "GBP", "US$": "USD"}
_AMOUNT = r"\d{1,3}(?:,\d{3})+|\d+"
_MONEY = re.compile(rf"(?P<sign>US\$|[$€£])\s?(?P<whole>{_AMOUNT})(?:\.(?P<part>\d{{2}}))?(?![\d.]*\d)")
_MONEY_CODE = re.compile(
    rf"(?P<code>USD|EUR|GBP)?\s?(?P<whole>{_AMOUNT})(?:\.(?P<part>\d{{1,2}}))?\s?(?P<after>USD|EUR|GBP)?"
)
_SPOKEN_SIGN = {
    "en": {"+": "plus", "#": "pound", "*": "star", "-": "dash", ".": "dot", "@": "at", "_": "underscore", "/": "slash"},
    "es": {"+": "más", "#": "numeral", "*": "asterisco", "-": "guion", ".": "punto", "@": "arroba", "/": "barra"},
}
_DATE_ORDERS = {"mdy", "dmy", "ymd", "md", "dm", "ym", "my", "d", "m", "y", "yyyymmdd"}
_TENTH, _TWELFTH = 10, 13
_GROUP, _LAST_GROUP = 3, 4


def spoken(text: str, *, interpret_as: str, form: str = "", language: str) -> str:
    """The words for `text` under a say-as; `form` is SSML's `format`."""
    rules: dict[str, Callable[[str, str], str]] = {
        "digits": one_by_one,
        "characters": one_by_one,
        "spell-out": one_by_one,
        "verbatim": one_by_one,
        "telephone": telephone,
        "cardinal": cardinal,
        "number": cardinal,
        "ordinal": ordinal,
        "currency": currency,
    }
    base = language.partition("-")[0].lower()
    if interpret_as == "date":
        return date(text, form, language)
    if interpret_as in {"expletive", "bleep"}:
        return ""
    rule = rules.get(interpret_as)
    return rule(text.strip(), base) if rule else text


def one_by_one(text: str, base: str) -> str:
    """Each character by itself, with the small pause a person makes between them."""
    signs = _SPOKEN_SIGN.get(base, {})
    return ", ".join(signs.get(sign, sign.upper()) for sign in text if not sign.isspace())


def telephone(text: str, base: str) -> str:
    """Digits in groups of three with the last four together, as numbers are told; a + or country code first."""
    digits = re.sub(r"\D", "", text)
    if not digits:
        return text
    groups = _written_groups(text, digits)
    return ", ".join(" ".join(group) for group in groups) if base else text


def _written_groups(text: str, digits: str) -> list[str]:
    """The groups the writer made, if he made any; else three by three from the right, the last of four."""
    written = [group for group in re.split(r"\D+", text) if group]
    if len(written) > 1:
        return written
    head, last = digits[:-_LAST_GROUP], digits[-_LAST_GROUP:]
    groups: list[str] = []
    while head:
        head, group = head[:-_GROUP], head[-_GROUP:]
        groups.insert(0, group)
    return [*groups, last]


def cardinal(text: str, base: str) -> str:
    """A whole number read as one, whatever separates its thousands."""
    plain = re.sub(r"(?<=\d)[,\s](?=\d{3})", "", text)
    return plain if base == "en" else plain.replace(".", "") if re.fullmatch(r"\d{1,3}(\.\d{3})+", plain) else plain


def ordinal(text: str, base: str) -> str:
    """First, second, third: with the sign that makes espeak-ng read it so."""
    number = cardinal(text, base)
    if not number.isdigit():
        return text
    if base == "es":
        return f"{number}º"
    if base != "en":
        return f"{number}."
    teens = _TENTH < int(number) % 100 <= _TWELFTH
    return number + ("th" if teens else {"1": "st", "2": "nd", "3": "rd"}.get(number[-1], "th"))


def currency(text: str, base: str) -> str:
    """An amount with its sign or code: $120.50, 120.50 USD, USD120.50. A bare number is dollars, as on Twilio."""
    match = _MONEY.fullmatch(text)
    if match:
        return _amount(match["whole"], match["part"], _SIGN[match["sign"]], base) or text
    match = _MONEY_CODE.fullmatch(text)
    if match:
        return _amount(match["whole"], match["part"], match["code"] or match["after"] or "USD", base) or text
    return text


def money_in(text: str, language: str) -> str:
    """Plain text with its amounts of money made speakable: espeak-ng reads $120.50 as “dollar 120 point 5 0”."""
    base = language.partition("-")[0].lower()
    return _MONEY.sub(
        lambda found: _amount(found["whole"], found["part"], _SIGN[found["sign"]], base) or found[0], text
    )


def _amount(whole: str, part: str | None, code: str, base: str) -> str:
    names = _CURRENCY[code].get(base)
    if names is None:
        return ""
    one, many, hundredth, hundredths = names
    units = int(whole.replace(",", ""))
    parts = int((part or "0").ljust(2, "0"))
    said = [f"{units} {one if units == 1 else many}"] if units or not parts else []
    if parts:
        said.append(f"{parts} {hundredth if parts == 1 else hundredths}")
    return {"en": " and ", "es": " con "}[base].join(said)


def date(text: str, form: str, language: str) -> str:
    """A date with its month by name. Without a format, four digits first mean year-month-day, else the region's way."""
    base = language.partition("-")[0].lower()
    numbers = re.findall(r"\d+", text)
    if len(numbers) == 1 and len(numbers[0]) == len("20260302"):
        numbers = [numbers[0][:4], numbers[0][4:6], numbers[0][6:]]
        form = form or "ymd"
    order = form.lower() if form.lower() in _DATE_ORDERS else _usual_order(numbers, language)
    order = "ymd" if order == "yyyymmdd" else order
    if base not in _MONTHS or len(numbers) != len(order):
        return text
    part = dict(zip(order, (int(number) for number in numbers), strict=True))
    months = _MONTHS[base].split()
    if not 1 <= part.get("m", 1) <= len(months):
        return text
    month = months[part["m"] - 1] if "m" in part else ""
    return _date_words(month=month, day=part.get("d"), year=part.get("y"), base=base)


def _usual_order(numbers: list[str], language: str) -> str:
    if numbers and len(numbers[0]) == len("2026"):
        return "ymd"[: len(numbers)]
    american = language.lower() in {"en-us", "en", "es-us"}
    return ("mdy" if american else "dmy")[: len(numbers)]


def _date_words(*, month: str, day: int | None, year: int | None, base: str) -> str:
    if base == "es":
        words = [str(day) if day else "", month, str(year) if year else ""]
        return " de ".join(word for word in words if word)
    day_word = ordinal(str(day), base) if day else ""
    front = " ".join(word for word in (month, day_word) if word)
    return ", ".join(word for word in (front, str(year) if year else "") if word)
