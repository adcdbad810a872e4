"""The text functions of conditions: what they compute, that they stay small, and that patterns cannot run away."""

from datetime import UTC, datetime
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from call_flows.expressions import FAILURES, ConditionRefused, parse_condition
from call_flows.functions import MAX_RESULT, TEXT_FUNCTIONS, pattern_of, write_moment

NAMES = {"a": " Billing ", "n": 7, "yes": True, "none": None, "phone": "+12025550142", "list": "red,green,blue"}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("same(a, 'BILLING')", True),
        ("same(a, 'x', 'billing')", True),
        ("same(none, '')", True),
        ("same(yes, 'true') and same(n, '7')", True),
        ("contains(a, 'bill') and not contains(a, 'x')", True),
        ("starts(phone, '+1')", True),
        ("blank(none) and blank('  ') and not blank(n)", True),
        ("matches(a, 'bil+ing')", True),
        ("matches(a, 'bill')", False),
        ("lower('ÁB')", "áb"),
        ("upper('ab')", "AB"),
        ("capital('aB')", "Ab"),
        ("trim(a)", "Billing"),
        ("join('n', n, none, yes)", "n7true"),
        ("replace(phone, '+1', '')", "2025550142"),
        ("part(list, ',', 2)", "green"),
        ("part(list, ',', -1)", "blue"),
        ("part(list, ',', 9)", ""),
        ("slice(phone, -4, 4)", "0142"),
        ("slice(list, 1, 3)", "red"),
        ("length(list)", 14),
        ("number('12.50') + 1", 13.5),
        ("number('x', 3) * 2", 6),
        ("number('x')", None),
        ("clock('9:30') < clock('5:00 PM')", True),
        ("clock('17:00')", 1020),
        ("day('12/24/2026') == day('2026-12-24')", True),
        ("day('2027-01-01') - day('2026-12-31')", 1),
        ("clock('noon')", None),
    ],
)
def test_a_function_computes_what_the_reference_says(source, value):
    """One case at least of each, with the nothing that an empty slot is."""
    assert parse_condition(source).value(NAMES) == value


def test_every_function_has_a_case_above():
    """A function that nobody tests is one that nobody needs."""
    cases = str(test_a_function_computes_what_the_reference_says.pytestmark[0].args)
    assert [name for name in TEXT_FUNCTIONS if f"{name}(" not in cases] == []


@pytest.mark.promise(19)
@pytest.mark.parametrize(
    "source",
    ["matches(a, '(')", "matches(a, list)", "matches(a, '(?=x)')", "same(a)", "lower(a, a)", "trim(value=a)", "lower",
     "lower.upper(a)", "join(*a)", "now_as('%Q')", "now_as(a)", "now_as('%H', 'Mars')", "blank()()",
     "contains(a, a.b.c)",
     "matches(a, '" + "a" * 250 + "')"],
)  # fmt: skip
def test_a_call_that_is_not_of_the_language_is_refused(source):
    """When the file is checked, not when the caller is on the line; a bare word is a name that the check refuses."""
    if source == "lower":
        assert parse_condition(source).names == {"lower"}
        return
    with pytest.raises(ConditionRefused):
        parse_condition(source)


def test_a_slot_may_be_called_like_a_function():
    """Functions and slots do not share their names."""
    condition = parse_condition("lower(lower)")
    assert condition.names == {"lower"}
    assert condition.value({"lower": "X"}) == "x"


@pytest.mark.promise(19)
@given(
    st.sampled_from(sorted(TEXT_FUNCTIONS)),
    st.lists(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=2000)), max_size=4),
)
def test_a_function_gives_back_little_and_fails_as_expected(name, values):
    """Whatever callers and services send: the result is small, and a failure is one the engine knows."""
    function = TEXT_FUNCTIONS[name]
    if name == "matches" or not function.least <= len(values) <= function.most:
        return
    try:
        result = function.perform(*values)
    except FAILURES:
        return
    assert result is None or isinstance(result, bool | int | float) or len(result) <= MAX_RESULT + 3


@pytest.mark.promise(19)
@pytest.mark.parametrize("pattern", ["(a+)+", "(a|aa)+", "(.*a){20}", "([a-z]+)*"])
def test_a_pattern_that_would_hang_a_backtracking_engine_is_matched_at_once(pattern):
    """Patterns are the designer's, but what they meet is the caller's."""
    before = process_time()
    assert pattern_of(pattern).fullmatch("a" * 400 + "!") is None
    assert process_time() - before < 1


def test_a_moment_is_written_as_asked():
    """As strftime does, without the machine's own language or zone."""
    moment = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)
    assert write_moment(moment, "%H:%M %A %-d %I %P %Y%%") == "09:05 Monday 2 09 am 2026%"


def test_now_as_reads_the_sites_clock_or_another(make_talk):
    """The moment comes in with the event, like everything else the engine knows."""
    talk = make_talk("""
flow: main
slots: {here: {type: text}, there: {type: text}}
start: note
nodes:
  note: {set: {here: "now_as('%H:%M')", there: "now_as('%a %H', 'UTC')"}, next: tell}
  tell: {say: "{{ here }} {{ there }}", next: bye}
  bye: {hang_up: Bye.}
""")
    assert talk.heard == "10:00 Mon 15 Bye."
