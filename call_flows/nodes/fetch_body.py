"""What a `fetch` sends as JSON: texts with values at any depth; a value that is one slot alone keeps its type."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final

from call_flows.plain import as_written
from call_flows.secret import PREFIX, mark, name_of, unmarked
from call_flows.text import Hole, Template
from call_flows.values import Described, read_template, refuse

if TYPE_CHECKING:
    from call_flows.turn import Turn

MAX_DEPTH: Final = 8


def _read(value: object, depth: int = 0) -> object:
    if depth > MAX_DEPTH:
        raise refuse("E012", "The body is nested too deeply.", todo="Send less.")
    if isinstance(value, Mapping):
        return {str(key): _read(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_read(item, depth + 1) for item in value]
    return value if value is None or isinstance(value, bool | int | float) else read_template(value)


def _read_object(value: object) -> object:
    if not isinstance(value, Mapping):
        raise refuse("E012", "A body is a mapping of names to values.", word=str(value)[:60], todo="Write name: value.")
    return _read(value)


Body = Annotated[Any, Described(_read_object, {"type": "object"})]


def fill_body(body: Mapping[str, Any], turn: "Turn") -> dict[str, Any]:
    """The body with its values, and marks for secrets."""
    return {key: _filled(value, turn) for key, value in body.items()}


def _filled(value: Any, turn: "Turn") -> Any:
    if isinstance(value, Mapping):
        return fill_body(value, turn)
    if isinstance(value, list):
        return [_filled(item, turn) for item in value]
    if not isinstance(value, Template):
        return value
    if len(value.parts) == 1 and isinstance(value.parts[0], Hole) and not value.parts[0].name.startswith(PREFIX):
        found = turn[value.parts[0].name]
        return unmarked(found) if isinstance(found, str) else found if _is_plain(found) else as_written(found)
    return "".join(
        part
        if isinstance(part, str)
        else mark(name_of(part))
        if part.name.startswith(PREFIX)
        else unmarked(as_written(turn[part.name]))
        for part in value.parts
    )


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, bool | int | float)
