"""Conditions: one small language, parsed when the file is checked, evaluated by simpleeval over plain values.

Before evaluation every `caller.tier`, `queue('billing').ewt` and `is_open('office')` is rewritten to one flat
name, so that the evaluator needs no attributes, and a condition can reach nothing but its names and the text
functions of `call_flows.functions`, each of which is pure and bounded.
"""

import ast
import operator
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol
from zoneinfo import available_timezones

from simpleeval import InvalidExpression, SimpleEval

from call_flows.functions import TEXT_FUNCTIONS, PatternRefused, is_moment_format, pattern_of
from call_flows.problems import nearest

MAX_LENGTH: Final = 400
MAX_DEPTH: Final = 16
_MAX_NUMBER: Final = 1e15
_ALLOWED: Final = (
    *(ast.Expression, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Name, ast.Constant, ast.Load),
    *(ast.And, ast.Or, ast.Not, ast.USub, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod),
    *(ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn),
)
QUEUE_FACTS: Final = ("ewt", "waiting", "agents", "open")
_OTHER_SIGNS: Final = (
    (r"\s*&&\s*", " and "),
    (r"\s*\|\|\s*", " or "),
    (r"<>", "!="),
    (r"(?<![<>=!])={1,3}(?!=)", "=="),
    (r"!(?!=)\s*", "not "),
)
FUNCTIONS: Final = ("queue", "is_open", "now_as", *TEXT_FUNCTIONS)
_CALLED: Final = "()"
"""What the evaluator's name of a text function ends in, so that a slot may have the same name."""

FAILURES: Final = (InvalidExpression, ArithmeticError, TypeError, ValueError, KeyError, AttributeError, RecursionError)
"""What a well-formed condition can still raise over a caller's values, such as text compared with a number."""


class Names(Protocol):
    """What the names of a condition stand for at this moment."""

    def __getitem__(self, name: str, /) -> object:
        """The value of a flat name; None when it has none."""
        ...


class ConditionRefused(ValueError):
    """A condition that is not of the language; `word` is what offends, `todo` what to write instead."""

    def __init__(self, what: str, word: str = "", near: str = "", todo: str = "") -> None:
        super().__init__(what)
        self.word, self.near, self.todo = word, near, todo


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed condition. `names` are the flat names it reads: `balance`, `caller.tier`, `queue:billing:ewt`."""

    source: str
    tree: ast.expr
    names: frozenset[str]

    def value(self, names: Names) -> object:
        """What it comes to; raises one of FAILURES when the values do not fit."""
        if isinstance(self.tree, ast.Name):
            return names[self.tree.id]  # the commonest condition needs no evaluator
        evaluator = _evaluator()
        evaluator.names = names
        return evaluator.eval(self.source, previously_parsed=self.tree)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("not a number")
    if abs(value) > _MAX_NUMBER:
        raise OverflowError("too large")
    return value


def _arithmetic(perform: Callable[[float, float], float]) -> Callable[[object, object], float]:
    return lambda left, right: perform(_number(left), _number(right))


def _contains(item: object, container: object) -> bool:
    if isinstance(container, str):
        return isinstance(item, str) and item in container
    return item in container if isinstance(container, tuple) else False


_OPERATORS: Final[Mapping[type, Callable[..., object]]] = {
    ast.Add: _arithmetic(operator.add),
    ast.Sub: _arithmetic(operator.sub),
    ast.Mult: _arithmetic(operator.mul),
    ast.Div: _arithmetic(operator.truediv),
    ast.FloorDiv: _arithmetic(operator.floordiv),
    ast.Mod: _arithmetic(operator.mod),
    ast.USub: lambda value: -_number(value),
    ast.Not: operator.not_,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: _contains,
    ast.NotIn: lambda item, container: not _contains(item, container),
}


class _PerThread(threading.local):
    """An evaluator is not to be shared between threads, and costs too much to build for each condition."""

    def __init__(self) -> None:
        functions = {name + _CALLED: found.perform for name, found in TEXT_FUNCTIONS.items()}
        self.evaluator = SimpleEval(operators=dict(_OPERATORS), functions=functions, names={})


_per_thread: Final = _PerThread()


def _evaluator() -> SimpleEval:
    return _per_thread.evaluator


def parse_condition(source: str) -> Condition:
    """Parse a condition, or say what is wrong with it."""
    if len(source) > MAX_LENGTH:
        raise ConditionRefused(f"The condition is longer than {MAX_LENGTH} characters.", todo="Split it with `set`.")
    try:
        parsed = ast.parse(source.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        todo = "Write comparisons with ==, <, in, joined by and, or, not; words in quotes."
        what = f"'{source.strip()[:60]}' is not a condition."
        raise ConditionRefused(what, source.strip(), _as_written_here(source.strip()), todo) from error
    if _depth(parsed) > MAX_DEPTH:
        raise ConditionRefused("The condition is nested too deeply.", todo="Split it with `set`.")
    tree = _Flatten().visit(parsed)
    names: set[str] = set()
    for node in ast.walk(tree):
        _permitted(node)
        if isinstance(node, ast.Name) and not node.id.endswith(_CALLED):
            names.add(node.id)
    return Condition(source, tree, frozenset(names))


def _as_written_here(source: str) -> str:
    """The condition in the signs of this language, where it was written in those of another: `=`, `&&`, `||`, `!`."""
    parts = re.split(r"('[^']*'|\"[^\"]*\")", source)
    for sign, word in _OTHER_SIGNS:
        parts[::2] = [re.sub(sign, word, part) for part in parts[::2]]
    made = " ".join("".join(parts).split()) if "  " not in source else "".join(parts)
    try:
        ast.parse(made, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    return made if made != source else ""


def _depth(tree: ast.AST) -> int:
    deepest, level = 0, [tree]
    while level and deepest <= MAX_DEPTH:
        deepest += 1
        level = [child for node in level for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
    return deepest


def _permitted(node: ast.AST) -> None:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.endswith(_CALLED):
        return
    if not isinstance(node, _ALLOWED):
        name = type(node).__name__
        raise ConditionRefused(f"A condition cannot hold '{name}'.", name, todo="Compare and calculate; nothing else.")
    if isinstance(node, ast.Constant) and not isinstance(node.value, str | int | float | bool | tuple | None):
        raise ConditionRefused("Only numbers, quoted words, True, False and None are values.", str(node.value))
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and abs(node.value) > _MAX_NUMBER:
        raise ConditionRefused("The number is too large.", str(node.value)[:20])


class _Flatten(ast.NodeTransformer):
    """Rewrites attributes and the two functions to flat names, and lists of constants to constants."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if isinstance(node.value, ast.Name):
            return ast.Name(f"{node.value.id}.{node.attr}", ast.Load())
        if isinstance(node.value, ast.Call) and _called(node.value) == "queue":
            if node.attr not in QUEUE_FACTS:
                near = nearest(node.attr, QUEUE_FACTS)
                todo = f"A queue has {', '.join(QUEUE_FACTS)}."
                raise ConditionRefused(f"A queue has no '{node.attr}'.", node.attr, near, todo)
            return ast.Name(f"queue:{_argument(node.value)}:{node.attr}", ast.Load())
        raise ConditionRefused("A dot may follow only caller, call, now and queue('name').", ast.unparse(node)[:60])

    def visit_Call(self, node: ast.Call) -> ast.expr:
        called = _called(node)
        if called == "is_open":
            return ast.Name(f"is_open:{_argument(node)}", ast.Load())
        if called == "now_as":
            return ast.Name(_moment_name(node), ast.Load())
        if called in TEXT_FUNCTIONS:
            return _text_call(node, called, [self.visit(value) for value in node.args])
        if called == "queue":
            raise ConditionRefused("queue('name') needs what of it: .ewt, .waiting, .agents or .open.", "queue")
        near = nearest(called, FUNCTIONS)
        todo = f"There are {', '.join(FUNCTIONS)}."
        raise ConditionRefused(f"There is no function '{called}'.", called, near, todo)

    def visit_Tuple(self, node: ast.Tuple | ast.List) -> ast.expr:
        if not all(isinstance(item, ast.Constant) for item in node.elts):
            raise ConditionRefused("A list may hold only fixed values.", ast.unparse(node)[:60])
        values: Any = tuple(item.value for item in node.elts if isinstance(item, ast.Constant))
        return ast.Constant(values)

    visit_List = visit_Tuple  # noqa: N815 - the ast module's spelling


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)[:40]


def _argument(node: ast.Call) -> str:
    if len(node.args) == 1 and not node.keywords and isinstance(node.args[0], ast.Constant):
        return str(node.args[0].value)
    raise ConditionRefused(f"{_called(node)} takes one name in quotes.", ast.unparse(node)[:60])


def _text_call(node: ast.Call, called: str, values: list[ast.expr]) -> ast.expr:
    """A call of a text function, with as many values as it takes and, where it is one, a sound pattern."""
    function = TEXT_FUNCTIONS[called]
    if node.keywords or not function.least <= len(values) <= function.most:
        raise ConditionRefused(f"{called} is used otherwise.", ast.unparse(node)[:60], todo=f"Write {function.shown}.")
    if called == "matches":
        pattern = values[1].value if isinstance(values[1], ast.Constant) else None
        if not isinstance(pattern, str):
            raise ConditionRefused("The pattern of matches is a fixed text in quotes.", ast.unparse(node)[:60])
        try:
            pattern_of(pattern)
        except PatternRefused as refused:
            raise ConditionRefused(str(refused), pattern[:60], todo="Write a pattern of RE2.") from refused
    return ast.Call(ast.Name(called + _CALLED, ast.Load()), values, [])


def _moment_name(node: ast.Call) -> str:
    """The flat name of `now_as('%H:%M')` and `now_as('%H:%M', 'America/New_York')`."""
    given = [value.value if isinstance(value, ast.Constant) else None for value in node.args]
    texts = [value for value in given if isinstance(value, str)]
    todo = "Write now_as('%H:%M'), or with a zone now_as('%H:%M', 'America/New_York')."
    if node.keywords or len(texts) != len(node.args) or not 1 <= len(texts) <= 2 or not is_moment_format(texts[0]):
        raise ConditionRefused("This is no way to write a moment.", ast.unparse(node)[:60], todo=todo)
    zone = texts[1] if len(texts) == 2 else ""
    if zone and zone not in available_timezones():
        raise ConditionRefused(f"'{zone[:60]}' is not a time zone.", zone, nearest(zone, available_timezones()), todo)
    return f"now_as:{zone}:{texts[0]}"
