"""Bodies of web requests: a text with holes becomes a mapping with holes, so that no value can change its shape."""

import json
import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote_plus

from call_flows.importers.studio.value import LiquidRefused, Rendered, Value

_MARK: Final = "\ue000{}\ue001"
_MARKED: Final = re.compile("\ue000(\\d+)\ue001")

Hole = Callable[[Value], str]


def json_body(rendered: Rendered, hole: Hole) -> dict[str, Any]:
    """A JSON object with its values as holes, within quotes and without."""
    text, values = _marked(rendered)
    try:
        data = json.loads(_quote_bare(text), strict=False)
    except (ValueError, RecursionError) as error:
        raise LiquidRefused("the body is not JSON") from error
    if not isinstance(data, dict):
        raise LiquidRefused("the body is no JSON object")
    made: dict[str, Any] = _filled(data, values, hole)
    return made


def form_body(rendered: Rendered, hole: Hole) -> dict[str, str]:
    """A form that was written as one text."""
    text, values = _marked(rendered)
    made: dict[str, str] = {}
    for pair in filter(None, text.strip().split("&")):
        key, _, value = pair.partition("=")
        made[unquote_plus(key)] = _filled(unquote_plus(value), values, hole)
    return made


def _marked(rendered: Rendered) -> tuple[str, list[Value]]:
    if not rendered.is_single:
        raise LiquidRefused("the body has branches")
    values: list[Value] = []
    text = ""
    for piece in rendered.cases[0].pieces:
        if isinstance(piece, str):
            text += piece
        else:
            text += _MARK.format(len(values))
            values.append(piece)
    return text, values


def _quote_bare(text: str) -> str:
    """Put quotes around values that stand without: what they hold is not known to be JSON."""
    made, inside, escaped, at = [], False, False, 0
    while at < len(text):
        match = _MARKED.match(text, at)
        if match is not None:
            made.append(match.group(0) if inside else f'"{match.group(0)}"')
            at = match.end()
            continue
        char = text[at]
        if char == '"' and not escaped:
            inside = not inside
        escaped = char == "\\" and not escaped
        made.append(char)
        at += 1
    return "".join(made)


def _filled(data: Any, values: list[Value], hole: Hole) -> Any:
    if isinstance(data, dict):
        return {_MARKED.sub("", str(key)): _filled(value, values, hole) for key, value in data.items()}
    if isinstance(data, list):
        return [_filled(value, values, hole) for value in data]
    if not isinstance(data, str):
        return data
    return _MARKED.sub(lambda match: hole(values[int(match.group(1))]), data)
