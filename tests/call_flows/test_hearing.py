"""What callers say and key, understood: every type of answer, by key and by voice, in each language."""

from datetime import date

import pytest

from call_flows.hearing.answers import Answer, correction, expected, hear
from call_flows.hearing.moments import keyed_time
from call_flows.hearing.numerals import spoken_digits
from call_flows.hearing.quantities import spoken_money, spoken_number
from call_flows.slots import Slot

MONDAY = date(2026, 3, 2)


def heard(slot: dict, *, keys: str = "", said: str = "", language: str = "en-US", known=None):
    answer = Answer(keys, said, language, MONDAY, "US", known)
    return hear(Slot.model_validate(slot), answer)


DIGITS = [
    ("en-US", "four double one", "411"),
    ("en-US", "double oh four two", "0042"),
    ("en-US", "triple nine", "999"),
    ("en-US", "my account number is one two three four please", "1234"),
    ("en-US", "twenty three oh five", "2305"),
    ("en-US", "one eight hundred five five five", "1800555"),
    ("en-US", "4-1-1 2", "4112"),
    ("en-US", "to for ate", "248"),
    ("en-US", "four one pizza", None),
    ("en-US", "", None),
    ("es-US", "cuatro doble uno", "411"),
    ("es-US", "cero cero cuatro dos", "0042"),
    ("es-US", "mi número es uno dos tres cuatro por favor", "1234"),
    ("es-US", "treinta y cuatro cincuenta", "3450"),
    ("fr-FR", "zéro six douze trente-quatre cinquante-six soixante-dix-huit", "0612345678"),
    ("fr-FR", "quatre-vingt-dix-sept double deux", "9722"),
    ("fr-FR", "deux cent deux cinq cent cinquante-cinq", "202555"),
    ("es-US", "ochocientos cinco treinta y dos", "80532"),
]
NUMBERS = [
    ("en-US", "a hundred and five", 105),
    ("en-US", "two million three hundred thousand and one", 2_300_001),
    ("en-US", "twelve hundred", 1200),
    ("en-US", "twenty three", 23),
    ("en-US", "one two five", 125),
    ("en-US", "two and a half", 2.5),
    ("en-US", "three point one four", 3.14),
    ("en-US", "minus seven", -7),
    ("en-US", "1,204.50", 1204.5),
    ("en-US", "seven pizzas", None),
    ("en-US", "twenty forty", None),
    ("es-US", "ciento cinco", 105),
    ("es-US", "mil doscientos treinta y uno", 1231),
    ("es-US", "dos mil millones", 2_000_000_000),
    ("es-US", "dos y medio", 2.5),
    ("es-US", "tres coma catorce", 3.14),
    ("es-US", "menos siete", -7),
    ("fr-FR", "soixante et onze", 71),
    ("fr-FR", "quatre-vingts", 80),
    ("fr-FR", "mille deux cent trois", 1203),
    ("fr-FR", "trois virgule cinq", 3.5),
    ("fr-CH", "nonante-sept", 97),
    ("fr-FR", "nonante", 90),
]
MONEY = [
    ("en-US", "a hundred and five dollars", 105),
    ("en-US", "twenty dollars and fifty cents", 20.5),
    ("en-US", "twelve fifty", 12.5),
    ("en-US", "five bucks", 5),
    ("en-US", "fifty cents", 0.5),
    ("en-US", "a dollar", 1),
    ("en-US", "$20.50", 20.5),
    ("en-US", "two and a half dollars", 2.5),
    ("en-GB", "three pounds twenty", 3.2),
    ("en-US", "dollars", None),
    ("es-US", "cinco euros con veinte", 5.2),
    ("es-US", "ciento veinte con cincuenta", 120.5),
    ("es-US", "un dólar", 1),
    ("es-US", "veinte centavos", 0.2),
    ("es-MX", "quinientos pesos", 500),
    ("fr-FR", "cinq euros vingt", 5.2),
    ("fr-FR", "quatre-vingt-dix-sept euros et dix centimes", 97.1),
    ("fr-CA", "deux dollars", 2),
]
DATES = [
    ("en-US", "twenty third of March", "2026-03-23"),
    ("en-US", "March the twenty third", "2026-03-23"),
    ("en-US", "march 23rd", "2026-03-23"),
    ("en-US", "february second", "2027-02-02"),
    ("en-US", "March third nineteen eighty five", "1985-03-03"),
    ("en-US", "March 3, 1985", "1985-03-03"),
    ("en-US", "the third of May two thousand and twenty seven", "2027-05-03"),
    ("en-US", "today", "2026-03-02"),
    ("en-US", "the day after tomorrow", "2026-03-04"),
    ("en-US", "next friday", "2026-03-06"),
    ("en-US", "monday", "2026-03-09"),
    ("en-US", "this monday", "2026-03-02"),
    ("en-US", "last friday", "2026-02-27"),
    ("en-US", "in two weeks", "2026-03-16"),
    ("en-US", "a week ago", "2026-02-23"),
    ("en-US", "the twenty third", "2026-03-23"),
    ("en-US", "february thirtieth", None),
    ("en-US", "soon", None),
    ("es-US", "el tres de marzo", "2026-03-03"),
    ("es-US", "primero de abril de dos mil veintisiete", "2027-04-01"),
    ("es-US", "pasado mañana", "2026-03-04"),
    ("es-US", "el próximo viernes", "2026-03-06"),
    ("es-US", "el viernes pasado", "2026-02-27"),
    ("es-US", "dentro de tres días", "2026-03-05"),
    ("fr-FR", "le trois mars", "2026-03-03"),
    ("fr-FR", "1er avril", "2026-04-01"),
    ("fr-FR", "après-demain", "2026-03-04"),
    ("fr-FR", "vendredi prochain", "2026-03-06"),
    ("fr-FR", "dans deux semaines", "2026-03-16"),
]
TIMES = [
    ("en-US", "half past three", "15:30"),
    ("en-US", "half past nine in the morning", "09:30"),
    ("en-US", "quarter to four", "15:45"),
    ("en-US", "ten past two in the morning", "02:10"),
    ("en-US", "twenty to one", "12:40"),
    ("en-US", "three thirty p.m.", "15:30"),
    ("en-US", "3:30 p.m.", "15:30"),
    ("en-US", "eleven at night", "23:00"),
    ("en-US", "two at night", "02:00"),
    ("en-US", "fifteen thirty", "15:30"),
    ("en-US", "nine o'clock", "09:00"),
    ("en-US", "noon", "12:00"),
    ("en-US", "quarter past midnight", "00:15"),
    ("en-US", "seventy o'clock", None),
    ("en-US", "whenever you like", None),
    ("es-US", "las tres y media", "15:30"),
    ("es-US", "las cuatro menos cuarto de la tarde", "15:45"),
    ("es-US", "un cuarto para las cuatro", "15:45"),
    ("es-US", "la una y diez de la tarde", "13:10"),
    ("es-US", "las nueve de la mañana", "09:00"),
    ("es-US", "mediodía", "12:00"),
    ("fr-FR", "quinze heures trente", "15:30"),
    ("fr-FR", "midi et demi", "12:30"),
    ("fr-FR", "neuf heures et quart du matin", "09:15"),
    ("fr-FR", "trois heures moins le quart de l'après-midi", "14:45"),
]


def row(case) -> str:
    return f"{case[0]} {case[1]}" if case[1] else f"{case[0]} nothing"


@pytest.mark.parametrize(("language", "said", "value"), DIGITS, ids=map(row, DIGITS))
def test_digits_are_heard_one_by_one_and_in_groups(language, said, value):
    """Nobody says an account number the same way."""
    assert spoken_digits(said, language) == value


@pytest.mark.parametrize(("language", "said", "value"), NUMBERS, ids=map(row, NUMBERS))
def test_numbers_are_heard(language, said, value):
    """What is no number is none: a wrong number is worse than asking again."""
    assert spoken_number(said, language) == value


@pytest.mark.parametrize(("language", "said", "value"), MONEY, ids=map(row, MONEY))
def test_amounts_are_heard(language, said, value):
    """With their unit, without it, and with the part alone."""
    assert spoken_money(said, language) == value
    assert heard({"type": "money"}, said=said, language=language).value == value


@pytest.mark.parametrize(("language", "said", "value"), DATES, ids=map(row, DATES))
def test_dates_are_heard(language, said, value):
    """Counted from the day of the call, on the site's own clock."""
    assert heard({"type": "date"}, said=said, language=language).value == value


@pytest.mark.parametrize(("language", "said", "value"), TIMES, ids=map(row, TIMES))
def test_times_are_heard(language, said, value):
    """Early hours without a part of the day are taken for the afternoon: offices sleep at three."""
    assert heard({"type": "time"}, said=said, language=language).value == value


KEYED = [
    ("en-US", {"type": "digits", "length": 4}, "0042", "0042"),
    ("en-US", {"type": "digits", "length": 4}, "42", None),
    ("en-US", {"type": "digits"}, "4*", None),
    ("en-US", {"type": "number"}, "2*5", 2.5),
    ("en-US", {"type": "money"}, "120*50", 120.5),
    ("en-US", {"type": "money"}, "*5", 0.5),
    ("en-US", {"type": "date"}, "0323", "2026-03-23"),
    ("en-US", {"type": "date"}, "03232027", "2027-03-23"),
    ("en-US", {"type": "date"}, "032385", "1985-03-23"),
    ("en-US", {"type": "date"}, "0231", None),
    ("es-ES", {"type": "date"}, "2303", "2026-03-23"),
    ("es-US", {"type": "date"}, "0323", "2026-03-23"),
    ("fr-FR", {"type": "date"}, "2303", "2026-03-23"),
    ("fr-FR", {"type": "date", "order": "mdy"}, "0323", "2026-03-23"),
    ("fr-FR", {"type": "date", "order": "ymd"}, "20270323", "2027-03-23"),
    ("en-US", {"type": "time"}, "1545", "15:45"),
    ("en-US", {"type": "time"}, "930", "09:30"),
    ("en-US", {"type": "time"}, "15", "15:00"),
    ("en-US", {"type": "time"}, "2561", None),
    ("en-US", {"type": "phone"}, "2025550142", "+12025550142"),
    ("en-US", {"type": "phone"}, "123", None),
    ("en-US", {"type": "yes_no"}, "1", True),
    ("es-US", {"type": "yes_no"}, "2", False),
    ("fr-FR", {"type": "yes_no"}, "3", None),
    ("en-US", {"type": "choice", "values": ["checking", "savings"]}, "2", "savings"),
    ("en-US", {"type": "choice", "values": ["checking", "savings"]}, "7", None),
    ("en-US", {"type": "text"}, "12", "12"),
]


@pytest.mark.parametrize(
    ("language", "slot", "keys", "value"), KEYED, ids=[f"{c[0]} {c[1]['type']} {c[2]}" for c in KEYED]
)
def test_every_type_is_keyed(language, slot, keys, value):
    """The order of a date's keys is the language's, unless the slot says otherwise."""
    assert heard(slot, keys=keys, language=language).value == value


ACCOUNT = {"values": {"checking": {"says": {"en": ["my everyday account"], "es": ["cuenta corriente"]}}, "savings": {}}}
SPOKEN = [
    ("en-US", {"type": "phone"}, "two oh two five five five oh one four two", "+12025550142"),
    ("es-US", {"type": "phone"}, "dos cero dos cinco cinco cinco cero uno cuatro dos", "+12025550142"),
    ("fr-FR", {"type": "phone"}, "deux cent deux cinq cent cinquante-cinq zéro un quarante-deux", "+12025550142"),
    ("en-US", {"type": "yes_no"}, "yes please", True),
    ("en-US", {"type": "yes_no"}, "nope", False),
    ("es-US", {"type": "yes_no"}, "sí", True),
    ("es-US", {"type": "yes_no"}, "no es correcto", False),
    ("fr-FR", {"type": "yes_no"}, "oui", True),
    ("fr-FR", {"type": "yes_no"}, "non merci", False),
    ("en-US", {"type": "choice", **ACCOUNT}, "um my everyday account please", "checking"),
    ("es-US", {"type": "choice", **ACCOUNT}, "cuenta corriente", "checking"),
    ("en-US", {"type": "choice", **ACCOUNT}, "cuenta corriente", None),
    ("en-US", {"type": "text"}, "I lost my card", "I lost my card"),
    ("en-US", {"type": "text"}, "...", None),
    ("en-US", {"type": "digits"}, "four one two, no sorry, four one three", "413"),
    ("es-US", {"type": "number"}, "cinco, perdón, seis", 6),
    ("fr-FR", {"type": "number"}, "cinq, pardon, six", 6),
]


@pytest.mark.parametrize(
    ("language", "slot", "said", "value"), SPOKEN, ids=[f"{c[0]} {c[1]['type']} {c[2]}" for c in SPOKEN]
)
def test_every_other_type_is_spoken(language, slot, said, value):
    """Who corrects himself while speaking is taken at his last word."""
    assert heard(slot, said=said, language=language).value == value


@pytest.mark.parametrize(
    ("slot", "keys", "why"),
    [
        ({"type": "digits", "length": 4}, "123", "too_short"),
        ({"type": "digits", "max_length": 4}, "12345", "too_long"),
        ({"type": "digits", "pattern": "4xxx|5xxx"}, "6123", ""),
        ({"type": "number", "min": 3}, "2", "too_small"),
        ({"type": "money", "max": 100}, "101", "too_big"),
        ({"type": "date", "when": "future"}, "02012026", "not_future"),
        ({"type": "date", "when": "past"}, "03032027", "not_past"),
    ],
)
def test_what_is_out_of_bounds_is_refused_with_the_reason(slot, keys, why):
    """Did not understand, and understood but too long, are not the same to a caller."""
    found = heard(slot, keys=keys)
    assert (found.value, found.why) == (None, why)


def test_a_shape_of_digits_lets_through_what_looks_like_it():
    """Card and branch numbers begin in known ways."""
    assert heard({"type": "digits", "pattern": "4xxx|5xxx"}, keys="5123").value == "5123"


def test_a_date_that_must_be_past_is_the_last_such_day():
    """A birthday is behind us."""
    born = {"type": "date", "when": "past"}
    assert heard(born, said="the third of March").value == "2025-03-03"
    assert heard(born, said="March third eighty five").value == "1985-03-03"
    assert heard(born, keys="030385").value == "1985-03-03"
    assert heard(born, said="friday").value == "2026-02-27"


@pytest.mark.parametrize(
    ("slot", "language", "known", "said", "value"),
    [
        ({"type": "digits"}, "en-US", "413", "no, four one two", "412"),
        ({"type": "digits"}, "es-US", "413", "no, es cuatro uno dos", "412"),
        ({"type": "digits"}, "fr-FR", "413", "non, quatre un deux", "412"),
        ({"type": "date"}, "en-US", "2026-03-23", "no, the twenty fourth", "2026-03-24"),
        ({"type": "date"}, "en-US", "2026-03-23", "no, April", "2026-04-23"),
        ({"type": "date"}, "es-US", "2026-03-23", "no, el veinticuatro", "2026-03-24"),
        ({"type": "time"}, "en-US", "09:30", "no, in the evening", "21:30"),
        ({"type": "time"}, "fr-FR", "09:30", "non, du soir", "21:30"),
        ({"type": "money"}, "en-US", 20, "no, twenty five dollars", 25),
        ({"type": "digits"}, "en-US", "413", "no", None),
    ],
)
def test_no_and_the_right_answer_come_in_one_go(slot, language, known, said, value):
    """Of dates and times, the part that was wrong is enough."""
    answer = Answer("", said, language, MONDAY, "US", known)
    assert correction(Slot.model_validate(slot), answer) == value


@pytest.mark.parametrize("language", ["en-US", "es-US", "fr-FR"])
@pytest.mark.parametrize("kind", ["digits", "phone", "number", "money", "date", "time", "yes_no"])
def test_the_recogniser_is_given_the_words_of_the_type(kind, language):
    """Free recognition of digits fails; with a grammar it does not."""
    words = expected(Slot.model_validate({"type": kind}), language)
    assert words
    assert len(words) == len(set(words))
    assert all(word.strip() == word and word for word in words)


@pytest.mark.parametrize(
    "said", ["²", "٣", "1" * 99, "one " * 200, "\x00", "’’", "9" * 40 + " dollars", "hundred hundred"]
)
@pytest.mark.parametrize("kind", ["digits", "number", "money", "date", "time", "phone", "yes_no", "text"])
def test_nothing_a_caller_says_or_keys_raises(kind, said):
    """A recogniser may bring anything."""
    for language in ("en-US", "es-US", "fr-FR", "xx"):
        heard({"type": kind}, said=said, language=language)
        heard({"type": kind}, keys=said, language=language, known="x")


def test_keyed_times_are_of_the_24_hour_clock():
    """Keys have no afternoon."""
    assert [keyed_time(keys) for keys in ("0", "9", "24", "0000", "2359", "12345")] == [
        *("00:00", "09:00", None, "00:00", "23:59", None)
    ]  # fmt: skip
