"""Liquid's conditions as conditions of ours: equality, order, `contains`, and what counts as true."""

from collections.abc import Callable
from typing import Any, Final

from liquid.builtin.expressions.logical import (
    ContainsExpression,
    EqExpression,
    GeExpression,
    GtExpression,
    LeExpression,
    LogicalAndExpression,
    LogicalOrExpression,
    LtExpression,
    NeExpression,
)
from liquid.builtin.expressions.primitive import Blank, Empty, FalseLiteral, Nil, TrueLiteral

from call_flows.importers.studio.value import LiquidRefused, Value, literal, quoted, single

_ORDER: Final[dict[type, str]] = {GtExpression: ">", GeExpression: ">=", LtExpression: "<", LeExpression: "<="}
_NOTHING: Final = (Blank, Empty, Nil)

Reader = Callable[[Any], Value]


def word(expression: Any) -> Value | None:
    """The value of one of Liquid's own words; None when it is none."""
    if isinstance(expression, TrueLiteral | FalseLiteral):
        return literal(isinstance(expression, TrueLiteral))
    return literal("") if isinstance(expression, _NOTHING) else None


def condition(expression: Any, read: Reader) -> str:
    """A condition in our terms."""
    if isinstance(expression, LogicalAndExpression):
        return f"({condition(expression.left, read)} and {condition(expression.right, read)})"
    if isinstance(expression, LogicalOrExpression):
        return f"({condition(expression.left, read)} or {condition(expression.right, read)})"
    if isinstance(expression, EqExpression | NeExpression):
        held = _equality(expression.left, expression.right, read)
        return f"not {held}" if isinstance(expression, NeExpression) else held
    if isinstance(expression, ContainsExpression):
        return f"{_text(read(expression.right))} in {_text(read(expression.left))}"
    sign = _ORDER.get(type(expression))
    if sign is not None:
        return f"{_number(read(expression.left))} {sign} {_number(read(expression.right))}"
    return _truth(read(expression))


def equal(left: Value, right: Value) -> str:
    """Liquid compares exactly; our values are texts, so what is compared with them is one too."""
    if left.is_fixed and right.is_fixed:
        return str(str(left.fixed) == str(right.fixed))
    if right.nothing or left.nothing:
        return f"blank({(left if right.nothing else right).code})"
    return f"{_text(left)} == {_text(right)}"


def _equality(left: Any, right: Any, read: Reader) -> str:
    for side, other in ((left, right), (right, left)):
        if isinstance(side, _NOTHING):
            return f"blank({single(read(other)).code})"
    return equal(read(left), read(right))


def _text(value: Value) -> str:
    if value.is_fixed:
        return quoted(str(value.fixed))
    return single(value).code if value.name else f"join({single(value).code})"


def _number(value: Value) -> str:
    if isinstance(value.fixed, int | float):
        return value.code
    return f"number({single(value).code})"


def _truth(value: Value) -> str:
    """Nothing and false are false; everything else is true, and our empty slot is their nothing."""
    if value.is_fixed:
        return str(value.fixed not in {"false", ""})
    if value.parts is not None:
        raise LiquidRefused("a list stands where a condition is wanted")
    return f"(not blank({value.code}) and {value.code} != 'false')"
