"""Conditions and texts: small languages that can neither loop, nor allocate without bound, nor reach Python."""

import pytest

from call_flows.expressions import FAILURES, ConditionRefused, parse_condition
from call_flows.reading import read_value
from call_flows.text import TextRefused, parse_text

NAMES = {
    "balance": 120.5, "language": "es-US", "caller.tier": "gold", "queue:billing:ewt": 130, "is_open:office": True,
    "name": "Ann", "nothing": None, "a": "x" * 200, "n": 9,
}  # fmt: skip


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("balance > 100 and caller.tier == 'gold'", True),
        ("10 if caller.tier == 'gold' else 0", 10),
        ("queue('billing').ewt > 120", True),
        ("is_open('office') and not balance < 0", True),
        ("language in ['es-US', 'es-MX']", True),
        ("nothing == None", True),
        ("(balance - 20.5) * 2 / 4 // 1 % 7", 1.0),
        ("'nn' in name", True),
        ("100 < balance <= 120.5", True),
        ("True", True),
    ],
)
def test_a_condition_means_what_it_says(source, value):
    """The language of the page, evaluated."""
    assert parse_condition(source).value(NAMES) == value


def test_a_condition_tells_the_names_it_reads():
    """So that an unknown name is an error when the file is checked, not when the caller is on the line."""
    names = parse_condition("a > 1 or caller.tier == queue('b').waiting or is_open('x')").names
    assert names == {"a", "caller.tier", "queue:b:waiting", "is_open:x"}


HOSTILE = [
    "__import__('os').system('ls')", "().__class__.__bases__[0].__subclasses__()", "name.__class__", "name.upper()",
    "open('/etc/passwd')", "[x for x in (1,2)]", "lambda: 1", "{'a': 1}", "f'{name}'", "name[0]", "name[::2]",
    "9 ** 9 ** 9", "1 << 99999", "~n", "a @ a", "n if n", "x := 5", "await n", "yield", "*n", "import os",
    "queue('billing').__class__", "queue('billing')", "queue", "caller.tier.upper()", "is_open(name)", "is_open()",
    "b'bytes'", "1j", "...", "1e400 > 1", "'a' if (yield) else 'b'", "print(1)", "eval('1')", "getattr(name, 'x')",
    "(" * 150 + "1" + ")" * 150, "not " * 100 + "True", "1+" * 150 + "1", "n" * 500, "", " ", "1;2", "a = 1", "\x00",
]  # fmt: skip


@pytest.mark.promise(19)
@pytest.mark.parametrize("source", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_not_the_language_is_refused_or_harmless(source):
    """Escapes, bombs and Python's own are refused when the file is checked; what is left yields plain values."""
    try:
        condition = parse_condition(source)
    except ConditionRefused:
        return
    try:
        value = condition.value(NAMES)  # a flat name that nobody knows: the check of names refuses it
    except FAILURES:
        return
    assert value in {True, False, None, 9}


@pytest.mark.promise(19)
@pytest.mark.parametrize(
    "source",
    ["a * 1000000000", "a + a", "a % n", "name * n", "n / 0", "n % 0", "a - 1", "name < 3", "nothing > 1", "n in n",
     "1e15 * 1e15 * 1e15", "-name", "nothing + 1"],
)  # fmt: skip
def test_values_that_do_not_fit_fail_without_growing(source):
    """Text is not multiplied, numbers do not grow without bound, and every failure is one the engine expects."""
    try:
        value = parse_condition(source).value(NAMES)
    except FAILURES:
        return
    assert not isinstance(value, str)
    assert value is False or abs(value) < 1e50


@pytest.mark.promise(19)
@pytest.mark.parametrize(
    "source",
    ["{{ name.upper() }}", "{{ 1 + 1 }}", "{{ name | shell }}", "{{ name", "name }}", "{% for x in y %}", "{{ }}",
     "{{ name | digits | spell }}", "{{ __class__ }}", "{{ name['x'] }}", "{{ {{ name }} }}", "{# x #}", "x" * 5000],
)  # fmt: skip
def test_a_text_holds_names_and_filters_only(source):
    """No calls, no operators, no blocks."""
    with pytest.raises(TextRefused):
        parse_text(source)


@pytest.mark.parametrize(
    ("value", "chosen", "english", "spanish"),
    [
        (
            "12345678",
            "digits",
            "one two three four, five six seven eight",
            "uno dos tres cuatro, cinco seis siete ocho",
        ),
        ("+12025550142", "digits", "two zero two, five five five, zero one four two", None),
        ("A1#", "spell", "A, one, pound", "A, uno, numeral"),
        (120.5, "money", "120 dollars and 50 cents", "120 dólares con 50 centavos"),
        (1, "money", "1 dollar", "un dólar"),
        (-0.01, "money", "minus 1 cent", "menos un centavo"),
        (0, "money", "0 dollars", "0 dólares"),
        (1204.5, "number", "1204.5", "1204 coma 5"),
        ("2026-03-02", "date", "Monday, March 2", "lunes 2 de marzo"),
        ("2026-03-01T10:00", "date", "Sunday, March 1", "domingo primero de marzo"),
        ("15:30", "time", "3:30 p.m.", "las 3 y 30 de la tarde"),
        ("13:00", "time", "1 p.m.", "la 1 de la tarde"),
        ("12:00", "time", "noon", "mediodía"),
        (10, "about", "about a minute", "alrededor de un minuto"),
        (130, "about", "about 3 minutes", "unos 3 minutos"),
        (True, "", "yes", "sí"),
        (None, "money", "", ""),
        ("nonsense", "money", "nonsense", "nonsense"),
        (float("inf"), "number", "inf", "inf"),
        ("not a day", "date", "not a day", "not a day"),
    ],
)
def test_a_value_is_read_as_a_person_would(value, chosen, english, spanish):
    """Filters in both languages; what does not fit a filter is read as it is."""
    assert read_value(value, chosen, "en-US") == english
    assert spanish is None or read_value(value, chosen, "es-US") == spanish


@pytest.mark.promise(23)
def test_what_a_caller_sent_is_read_out_bounded_and_without_control_characters():
    """A name of a megabyte, or with a bell in it, does not reach the line."""
    said = read_value("a\x00\x07b" + "c" * 10_000, "", "en-US")
    assert len(said) <= 200
    assert said.isprintable()
