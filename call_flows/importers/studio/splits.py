"""The seventeen operators of Studio's split, each as a condition: trimmed, without regard to case, first match wins."""

import re
from collections.abc import Callable
from typing import Final

from call_flows.functions import PatternRefused, pattern_of
from call_flows.importers.studio.value import LiquidRefused, Value, quoted, single

_KEYS: Final = re.compile(r"[0-9*#]+\Z")
Comparison = Callable[[Value, Value, bool], str]


def holds(operator: str, subject: Value, wanted: Value, *, keyed: bool) -> str:
    """The condition of one operator. Raises `LiquidRefused` for one that Studio does not have.

    `keyed` says that the subject is what was pressed, which has neither case nor blanks.
    """
    found = OPERATORS.get(operator)
    if found is None:
        raise LiquidRefused(f"there is no operator '{operator}'")
    return found(single(subject), single(wanted), keyed)


def _equal(subject: Value, wanted: Value, keyed: bool) -> str:  # noqa: FBT001 - one shape for all operators
    if keyed and subject.name and _KEYS.match(str(wanted.fixed)):
        return f"{subject.name} == {quoted(str(wanted.fixed))}"
    return f"same({subject.code}, {_text(wanted)})"


def _any_of(subject: Value, wanted: Value, keyed: bool) -> str:  # noqa: FBT001
    if not wanted.is_fixed:
        return f"contains(join(',', replace({wanted.code}, ', ', ','), ','), join(',', trim({subject.code}), ','))"
    words = [word.strip() for word in str(wanted.fixed).split(",")]
    if keyed and subject.name and all(_KEYS.match(word) for word in words):
        return f"{subject.name} in [{', '.join(map(quoted, words))}]"
    return f"same({subject.code}, {', '.join(map(quoted, words))})"


def _pattern(subject: Value, wanted: Value, keyed: bool) -> str:  # noqa: FBT001
    del keyed
    if not wanted.is_fixed:
        raise LiquidRefused("a pattern is computed")
    pattern = str(wanted.fixed).strip()
    try:
        pattern_of(pattern)
    except PatternRefused as refused:
        raise LiquidRefused(str(refused).rstrip(".")) from refused
    return f"matches({subject.code}, {quoted(pattern)})"


def _not(comparison: Comparison) -> Comparison:
    return lambda subject, wanted, keyed: f"not {comparison(subject, wanted, keyed)}"


def _function(name: str) -> Comparison:
    return lambda subject, wanted, _keyed: f"{name}({subject.code}, {_text(wanted)})"


def _ordered(function: str, sign: str) -> Comparison:
    return lambda subject, wanted, _keyed: f"{function}({_text(subject)}) {sign} {function}({_text(wanted)})"


def _text(value: Value) -> str:
    return quoted(str(value.fixed)) if value.is_fixed else value.code


OPERATORS: Final[dict[str, Comparison]] = {
    "equal_to": _equal,
    "not_equal_to": _not(_equal),
    "matches_any_of": _any_of,
    "does_not_match_any_of": lambda subject, wanted, keyed: f"not ({_any_of(subject, wanted, keyed)})",
    "is_blank": lambda subject, _wanted, _keyed: f"blank({subject.code})",
    "is_not_blank": lambda subject, _wanted, _keyed: f"not blank({subject.code})",
    "regex": _pattern,
    "contains": _function("contains"),
    "does_not_contain": _not(_function("contains")),
    "starts_with": _function("starts"),
    "does_not_start_with": _not(_function("starts")),
    "less_than": _ordered("number", "<"),
    "greater_than": _ordered("number", ">"),
    "is_before_time": _ordered("clock", "<"),
    "is_after_time": _ordered("clock", ">"),
    "is_before_date": _ordered("day", "<"),
    "is_after_date": _ordered("day", ">"),
}
"""Numbers, times and dates: where either side is none, the condition does not hold."""
