"""Liquid's filters, each as an expression of ours."""

from collections.abc import Callable, Sequence
from typing import Final
from zoneinfo import available_timezones

from call_flows.functions import is_moment_format
from call_flows.importers.studio.value import LiquidRefused, Value, literal, quoted, single

_NOW: Final = ("now", "today")


def apply(name: str, value: Value, arguments: Sequence[Value]) -> Value:
    """What a filter makes of a value. Raises `LiquidRefused` for one that has no counterpart."""
    found = _FILTERS.get(name)
    if found is None:
        raise LiquidRefused(f"the filter '{name}' has no counterpart")
    least, most, perform = found
    if not least <= len(arguments) <= most:
        raise LiquidRefused(f"the filter '{name}' is used otherwise than documented")
    return perform(value, *arguments)


def _call(function: str) -> Callable[[Value], Value]:
    return lambda value: Value(f"{function}({single(value).code})")


def _number(value: Value) -> str:
    if isinstance(value.fixed, int | float) and not isinstance(value.fixed, bool):
        return value.code
    return f"number({single(value).code}, 0)"


def _sum(sign: str) -> Callable[[Value, Value], Value]:
    def perform(value: Value, other: Value) -> Value:
        if sign in "+-" and other.fixed in {0, "0"}:
            return Value(_number(value))
        return Value(f"({_number(value)} {sign} {_number(other)})")

    return perform


def _divided(value: Value, other: Value) -> Value:
    sign = "//" if isinstance(other.fixed, int) else "/"
    return Value(f"({_number(value)} {sign} {_number(other)})")


def _rounded(value: Value, places: Value | None = None) -> Value:
    if places is None or places.fixed in {0, "0"}:
        return Value(f"(({_number(value)} + 0.5) // 1)")
    if not isinstance(places.fixed, int) or not 0 < places.fixed <= 6:
        raise LiquidRefused("round is used with places that are not fixed")
    scale = 10**places.fixed
    return Value(f"(({_number(value)} * {scale} + 0.5) // 1 / {scale})")


def _bound(sign: str) -> Callable[[Value, Value], Value]:
    def perform(value: Value, other: Value) -> Value:
        left, right = _number(value), _number(other)
        return Value(f"({left} if {left} {sign} {right} else {right})")

    return perform


def _append(value: Value, other: Value) -> Value:
    return Value(f"join({single(value).code}, {single(other).code})")


def _replaced(value: Value, old: Value, new: Value | None = None) -> Value:
    return Value(f"replace({single(value).code}, {single(old).code}, {single(new or literal('')).code})")


def _sliced(value: Value, first: Value, count: Value | None = None) -> Value:
    if value.parts is not None or not isinstance(first.fixed, int):
        raise LiquidRefused("slice is used with a place that is not fixed")
    place = first.fixed + 1 if first.fixed >= 0 else first.fixed
    return Value(f"slice({value.code}, {place}, {(count or literal(1)).code})")


def _split(value: Value, separator: Value) -> Value:
    return Value(value.code, parts=(single(value), single(separator)))


def part(value: Value, place: int) -> Value:
    """One of the parts after `split`; places count from nought, as in Liquid."""
    if value.parts is None:
        raise LiquidRefused("an element is taken of what is no list")
    whole, separator = value.parts
    return Value(f"part({whole.code}, {separator.code}, {place + 1 if place >= 0 else place})")


def _joined(value: Value, separator: Value | None = None) -> Value:
    if value.parts is None:
        return value
    return _replaced(value.parts[0], value.parts[1], separator or literal(" "))


def _default(value: Value, other: Value) -> Value:
    code = single(value).code
    return Value(f"({single(other).code} if blank({code}) else {code})")


def _truncated(value: Value, size: Value | None = None, end: Value | None = None) -> Value:
    most = 50 if size is None else size.fixed
    tail = "..." if end is None else end.fixed
    if not isinstance(most, int) or not isinstance(tail, str):
        raise LiquidRefused("truncate is used with a length that is not fixed")
    code = single(value).code
    kept = max(0, most - len(tail))
    return Value(f"(join(slice({code}, 1, {kept}), {quoted(tail)}) if length({code}) > {most} else {code})")


def _zoned(value: Value, zone: Value) -> Value:
    if value.fixed not in _NOW or not isinstance(zone.fixed, str) or zone.fixed not in available_timezones():
        raise LiquidRefused("timezone is used of another moment than now, or with no zone")
    return Value(value.code, fixed=value.fixed, zone=zone.fixed)


def _dated(value: Value, form: Value, zone: Value | None = None) -> Value:
    if value.fixed not in _NOW:
        raise LiquidRefused("date is used of another moment than now")
    where = zone.fixed if zone is not None and isinstance(zone.fixed, str) else value.zone
    if where and where not in available_timezones():
        raise LiquidRefused(f"'{where}' is no time zone")
    if not isinstance(form.fixed, str) or not is_moment_format(form.fixed):
        raise LiquidRefused("the format of date has no counterpart")
    if not where and form.fixed in {"%H:%M", "%Y-%m-%d"}:
        name = "now.time" if form.fixed == "%H:%M" else "now.date"
        return Value(name, name=name)
    return Value(f"now_as({quoted(form.fixed)}{f', {quoted(where)}' if where else ''})")


def _same(value: Value, *_arguments: Value) -> Value:
    return value


_FILTERS: Final[dict[str, tuple[int, int, Callable[..., Value]]]] = {
    "upcase": (0, 0, _call("upper")),
    "downcase": (0, 0, _call("lower")),
    "capitalize": (0, 0, _call("capital")),
    "strip": (0, 0, _call("trim")),
    "lstrip": (0, 0, _call("trim")),
    "rstrip": (0, 0, _call("trim")),
    "strip_newlines": (0, 0, _call("trim")),
    "size": (0, 0, _call("length")),
    "append": (1, 1, _append),
    "prepend": (1, 1, lambda value, other: _append(other, value)),
    "remove": (1, 1, _replaced),
    "replace": (1, 2, _replaced),
    "slice": (1, 2, _sliced),
    "split": (1, 1, _split),
    "first": (0, 0, lambda value: part(value, 0)),
    "last": (0, 0, lambda value: part(value, -1)),
    "join": (0, 1, _joined),
    "truncate": (0, 2, _truncated),
    "default": (1, 1, _default),
    "plus": (1, 1, _sum("+")),
    "minus": (1, 1, _sum("-")),
    "times": (1, 1, _sum("*")),
    "divided_by": (1, 1, _divided),
    "modulo": (1, 1, _sum("%")),
    "abs": (0, 0, lambda value: Value(f"({_number(value)} if {_number(value)} >= 0 else -{_number(value)})")),
    "ceil": (0, 0, lambda value: Value(f"(-(-{_number(value)} // 1))")),
    "floor": (0, 0, lambda value: Value(f"({_number(value)} // 1)")),
    "round": (0, 1, _rounded),
    "at_least": (1, 1, _bound(">")),
    "at_most": (1, 1, _bound("<")),
    "date": (1, 2, _dated),
    "timezone": (1, 1, _zoned),
    "escape": (0, 0, _same),
    "escape_once": (0, 0, _same),
    "url_encode": (0, 0, _same),
    "cgi_escape": (0, 0, _same),
    "json": (0, 0, _same),
    "to_json": (0, 0, _same),
}
"""Each filter with the least and the most of its arguments. What makes a value safe for an address, for HTML or for
JSON is left out: the house does that by itself, wherever a value is sent."""
