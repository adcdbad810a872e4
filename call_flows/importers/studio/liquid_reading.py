"""Liquid templates, read by a Liquid parser and translated: branches become cases, loops are written out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from liquid import Environment
from liquid.ast import BlockNode, Node
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions.filtered import FilteredExpression
from liquid.builtin.expressions.logical import BooleanExpression
from liquid.builtin.expressions.path import Path
from liquid.builtin.expressions.primitive import FloatLiteral, IntegerLiteral, RangeLiteral, StringLiteral
from liquid.builtin.output import OutputNode
from liquid.builtin.tags.assign_tag import AssignNode
from liquid.builtin.tags.capture_tag import CaptureNode
from liquid.builtin.tags.case_tag import CaseNode, MultiExpressionBlockNode
from liquid.builtin.tags.comment_tag import CommentNode
from liquid.builtin.tags.for_tag import ForNode
from liquid.builtin.tags.if_tag import IfNode
from liquid.builtin.tags.unless_tag import UnlessNode
from liquid.exceptions import LiquidError

from call_flows.importers.studio import filters, logic
from call_flows.importers.studio.value import Case, LiquidRefused, Piece, Rendered, Value, join, literal

MOST_CASES: Final = 12
LONGEST_LOOP: Final = 15
MAX_TEMPLATE: Final = 16_384
_ENVIRONMENT: Final = Environment()

Resolver = Callable[[tuple[str | int, ...]], Value]
"""What a path such as `widgets.ask.Digits` stands for."""


@dataclass(frozen=True, slots=True)
class _Way:
    """One way through a template: under which conditions, what it has made so far, and what `assign` has set."""

    conditions: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()
    assigned: dict[str, Value] = field(default_factory=dict)

    def with_piece(self, piece: Piece) -> "_Way":
        return replace(self, pieces=(*self.pieces, piece))


def translate(template: str, resolve: Resolver) -> Rendered:
    """A template in our terms. Raises `LiquidRefused` for what has no counterpart."""
    if "{{" not in template and "{%" not in template:
        return Rendered((Case("", (template,)),))
    if len(template) > MAX_TEMPLATE:
        raise LiquidRefused("the template is longer than 16 KB")
    try:
        nodes = _ENVIRONMENT.parse(template).nodes
    except (LiquidError, RecursionError) as error:
        raise LiquidRefused(f"it is not Liquid ({str(error).splitlines()[0][:80]})") from error
    ways = _Translation(resolve).block(nodes, [_Way()])
    cases = [Case(" and ".join(way.conditions), way.pieces) for way in ways]
    last = next((place for place, case in enumerate(cases) if not case.condition), len(cases) - 1)
    return Rendered(tuple(cases[: last + 1]))


class _Translation:
    """Goes through the nodes of one template; every branch doubles the ways through it."""

    def __init__(self, resolve: Resolver) -> None:
        self._resolve = resolve

    def block(self, nodes: Sequence[Node], ways: list[_Way]) -> list[_Way]:
        """The ways after some nodes."""
        for node in nodes:
            ways = [after for way in ways for after in self._node(node, way)]
            if len(ways) > MOST_CASES:
                raise LiquidRefused(f"it has more than {MOST_CASES} ways through it")
        return ways

    def _node(self, node: Node, way: _Way) -> list[_Way]:
        match node:
            case ContentNode():
                ways = [way.with_piece(node.text)]
            case OutputNode():
                ways = [way.with_piece(self.value(node.expression, way))]
            case CommentNode():
                ways = [way]
            case AssignNode():
                made = self.value(node.expression, way)
                ways = [replace(way, assigned={**way.assigned, str(node.name): made})]
            case CaptureNode():
                ways = self._captured(node, way)
            case IfNode() | UnlessNode():
                ways = self._branches(node, way)
            case CaseNode():
                ways = self._cases(node, way)
            case ForNode():
                ways = self._loop(node, way)
            case BlockNode():
                ways = self.block(node.nodes, [way])
            case _:
                raise LiquidRefused(f"the tag {type(node).__name__.removesuffix('Node').lower()} has no counterpart")
        return ways

    def _captured(self, node: CaptureNode, way: _Way) -> list[_Way]:
        inside = self.block(node.block.nodes, [replace(way, pieces=())])
        return [
            replace(after, pieces=way.pieces, assigned={**after.assigned, str(node.name): join(after.pieces)})
            for after in inside
        ]

    def _branches(self, node: IfNode | UnlessNode, way: _Way) -> list[_Way]:
        holds = self._condition(node.condition, way)
        first = f"not ({holds})" if isinstance(node, UnlessNode) else holds
        branches = [(first, node.consequence)]
        branches += [(self._condition(other.expression, way), other.block) for other in node.alternatives]
        return self._forked(branches, node.default, way)

    def _cases(self, node: CaseNode, way: _Way) -> list[_Way]:
        left = self.value(node.expression, way)
        branches: list[tuple[str, BlockNode]] = []
        default: BlockNode | None = None
        for block in node.blocks:
            if isinstance(block, MultiExpressionBlockNode):
                sides: Any = block.expression
                tests = [logic.equal(left, self.value(side, way)) for side in sides.expressions]
                branches.append((" or ".join(tests) if len(tests) == 1 else f"({' or '.join(tests)})", block.block))
            elif default is None:
                default = block
        return self._forked(branches, default, way)

    def _forked(self, branches: list[tuple[str, BlockNode]], default: BlockNode | None, way: _Way) -> list[_Way]:
        ways: list[_Way] = []
        for condition, block in branches:
            if condition == "False":
                continue
            taken = way if condition == "True" else replace(way, conditions=(*way.conditions, condition))
            ways += self.block(block.nodes, [taken])
            if condition == "True":
                return ways
        return ways + self.block(default.nodes if default is not None else [], [way])

    def _loop(self, node: ForNode, way: _Way) -> list[_Way]:
        loop = node.expression
        if not isinstance(loop.iterable, RangeLiteral) or loop.limit or loop.offset:
            raise LiquidRefused("a loop goes over a list that is not fixed")
        start, stop = (self.value(end, way).fixed for end in (loop.iterable.start, loop.iterable.stop))
        if not isinstance(start, int) or not isinstance(stop, int) or stop - start >= LONGEST_LOOP:
            raise LiquidRefused("a loop goes over a range that is not fixed")
        ways = [way]
        for turn in reversed(range(start, stop + 1)) if loop.reversed else range(start, stop + 1):
            inside = [replace(here, assigned={**here.assigned, str(loop.identifier): literal(turn)}) for here in ways]
            ways = self.block(node.block.nodes, inside)
        return ways

    def _condition(self, expression: Any, way: _Way) -> str:
        inside = expression.expression if isinstance(expression, BooleanExpression) else expression
        return logic.condition(inside, lambda side: self.value(side, way))

    def value(self, expression: Any, way: _Way) -> Value:
        """An expression of Liquid as a value."""
        if isinstance(expression, FilteredExpression):
            made = self.value(expression.left, way)
            for found in expression.filters or ():
                arguments = [self.value(argument.value, way) for argument in found.args]
                made = filters.apply(str(found.name), made, arguments)
            return made
        if isinstance(expression, StringLiteral | IntegerLiteral | FloatLiteral):
            return literal(expression.value)
        if isinstance(expression, Path):
            return self._path(tuple(expression.path), way)
        fixed = logic.word(expression)
        if fixed is None:
            raise LiquidRefused(f"{type(expression).__name__} has no counterpart")
        return fixed

    def _path(self, steps: tuple[Any, ...], way: _Way) -> Value:
        if any(not isinstance(step, str | int) for step in steps):
            raise LiquidRefused("a name is computed")
        found = way.assigned.get(str(steps[0]))
        if found is None:
            return self._resolve(steps)
        if len(steps) == 1:
            return found
        if len(steps) == 2 and found.parts is not None:
            place = {"first": 0, "last": -1}.get(str(steps[1]), steps[1])
            return filters.part(found, place) if isinstance(place, int) else literal("")
        raise LiquidRefused("a part is taken of what has none")
