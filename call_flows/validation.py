"""From what pydantic found wrong to problems with their place, the offending word and the nearest right one."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from call_flows.places import Path, Places
from call_flows.problems import Problem, nearest, one_near
from call_flows.strict import Strict, keys_at
from call_flows.values import written

_Model = TypeVar("_Model", bound=Strict)

_PLAIN: Final = {
    "string_type": "A text is wanted here.",
    "int_type": "A whole number is wanted here.",
    "int_parsing": "A whole number is wanted here.",
    "float_type": "A number is wanted here.",
    "float_parsing": "A number is wanted here.",
    "bool_type": "true or false is wanted here.",
    "bool_parsing": "true or false is wanted here.",
    "list_type": "A list is wanted here.",
    "dict_type": "A mapping of keys to values is wanted here.",
    "model_type": "A mapping of keys to values is wanted here.",
}
MOST_TOLD: Final = 200
"""Errors of one part of a file that are told at a time: past these it is another file that was meant."""
_EXITS: Final = {"next", "failed", "open", "closed", "else", "empty"}


def validate(
    model: type[_Model], data: object, at: Path, places: Places, context: Mapping[str, Any]
) -> tuple[_Model | None, list[Problem]]:
    """A model of the data that stands at a path of a file, or everything that is wrong with it."""
    try:
        return model.model_validate(data, context=dict(context)), []
    except ValidationError as error:
        return None, [_problem(model, found, data, at, places) for found in error.errors(include_url=False)[:MOST_TOLD]]


def _problem(model: type[Strict], found: Mapping[str, Any], data: object, at: Path, places: Places) -> Problem:
    inside = _real_path(tuple(found["loc"]), data)
    kind = str(found["type"])
    path = at + inside
    if kind == "extra_forbidden":
        return unknown_key(str(inside[-1]), keys_at(model, inside[:-1]), path, places)
    if kind == "missing":
        return _missing(model, found["loc"], at, places)
    context = found.get("ctx", {})
    if kind.startswith("E") and "what" in context:
        return Problem(places.of(path), kind, context["what"], context["word"], context["nearest"], context["todo"])
    given = found.get("input")
    word = written(given) or ""
    if kind in {"literal_error", "enum"}:
        wanted = [part.strip("' ") for part in str(context.get("expected", "")).replace(" or ", ",").split(",")]
        todo = f"One of {', '.join(wanted)}."
        return Problem(
            places.of(path), "E012", f"'{word or given}' is not possible here.", word, nearest(word, wanted), todo
        )
    what = _PLAIN.get(kind) or f"{found['msg']}."
    return Problem(places.of(path), "E012", what, word, todo=f"It says: {word}." if word else "")


def unknown_key(key: str, known: list[str], path: Path, places: Places) -> Problem:
    """A key that has no meaning where it stands."""
    todo = f"The keys here are {', '.join(known)}." if 0 < len(known) <= 16 else ""
    what = f"The key '{key}' is not known here."
    return Problem(places.key(path), "E010", what, key, nearest(key, known), todo, one_near(key, known))


def _missing(model: type[Strict], loc: tuple[Any, ...], at: Path, places: Places) -> Problem:
    key = str(loc[-1])
    where = places.key(at + tuple(loc[:-1])) if at or len(loc) > 1 else places.of(())
    verb = getattr(model, "verb", "")
    if verb == "menu" and key == "failed":
        todo = "Write failed: and a node with a person, a message or a goodbye."
        return Problem(
            where, "E205", "The menu does not say where to go when the caller gives no answer.", key, todo=todo
        )
    if verb and key in _EXITS and len(loc) == 1:
        return Problem(
            where, "E201", f"The exit '{key}' of this {verb} leads nowhere.", key, todo=f"Write {key}: and a node."
        )
    return Problem(where, "E011", f"The key '{key}' is missing.", key, todo=f"Write {key}: here.")


def _real_path(loc: tuple[Any, ...], data: object) -> Path:
    """The part of pydantic's location that exists in the file: union and validator tags are not in it."""
    path: list[str | int] = []
    here = data
    for index, part in enumerate(loc):
        if (isinstance(here, Mapping) and part in here) or (
            isinstance(here, list) and isinstance(part, int) and part < len(here)
        ):
            here = here[part]
        elif index == len(loc) - 1 and isinstance(here, Mapping):
            pass
        else:
            continue
        path.append(part)
    return tuple(path)
