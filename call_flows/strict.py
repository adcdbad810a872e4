"""What every model of the language has in common: no unknown keys, nothing changes after loading."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict

from call_flows.places import Path


class Strict(BaseModel):
    """A part of a site or of a flow."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    @classmethod
    def keys(cls) -> list[str]:
        """The keys a designer may write here."""
        return [info.alias or name for name, info in cls.model_fields.items()]

    def walk(self) -> Iterator[tuple[Path, object]]:
        """Every value below with its path in the file: the one way checks look into models."""
        found: list[tuple[Path, object]] = []
        _walk(self, (), found)
        return iter(found)


def _walk(value: object, path: Path, found: list[tuple[Path, object]]) -> None:
    if value is None:
        return
    if isinstance(value, Strict):
        for name, written in _names(type(value)):
            _walk(getattr(value, name), (*path, written), found)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _walk(item, (*path, index), found)
    elif isinstance(value, dict):
        for key, item in value.items():
            found.append(((*path, str(key)), key))
            _walk(item, (*path, str(key)), found)
    else:
        found.append((path, value))


@lru_cache(maxsize=256)
def _names(model: type[Strict]) -> tuple[tuple[str, str], ...]:
    """Each field of a model with the key that is written for it."""
    return tuple((name, info.alias or name) for name, info in model.model_fields.items())


def keys_at(model: type[Strict], path: Path) -> list[str]:
    """The keys that may stand where a path of the file ends, for did-you-mean."""
    if not path:
        return model.keys()
    for name, info in model.model_fields.items():
        if (info.alias or name) == path[0]:
            return _keys_in(info.annotation, path[1:])
    return []


def _keys_in(annotation: Any, path: Path) -> list[str]:
    if isinstance(annotation, type) and issubclass(annotation, Strict):
        return keys_at(annotation, path)
    found: list[str] = []
    arguments = get_args(annotation)
    inside = bool(arguments) and getattr(annotation, "__origin__", None) in {list, dict, tuple}
    for argument in arguments:
        found += _keys_in(argument, path[1:] if inside else path)
    return found
