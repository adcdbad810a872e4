"""Names of ours for names of theirs: always the same one for the same thing, and never one for two things."""

import keyword
import re
from collections.abc import Collection
from typing import Final

_TAKEN: Final = frozenset(
    {"caller", "call", "now", "queue", "position", "ewt", "waited", "language", "service", "is_open", "now_as"}
)
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def snake(text: str) -> str:
    """`GatherOptions.Digits` as `gather_options_digits`."""
    words = re.sub(r"[^A-Za-z0-9]+", "_", _CAMEL.sub("_", text)).strip("_").lower()
    words = words if words[:1].isalpha() else f"x_{words}".rstrip("_")
    return words[:56].rstrip("_")


class Names:
    """Gives each key a name that no other key has. Keys may be of any kind."""

    def __init__(self, reserved: Collection[str] = _TAKEN) -> None:
        self._given: dict[object, str] = {}
        self._used = set(reserved)

    def name(self, key: object, wish: str) -> str:
        """The name of a key: as wished, with a number where that is taken."""
        found = self._given.get(key)
        if found is not None:
            return found
        base = snake(wish)
        base = f"{base}_value" if keyword.iskeyword(base) else base
        found, number = base, 2
        while found in self._used:
            found, number = f"{base}_{number}", number + 1
        self._used.add(found)
        self._given[key] = found
        return found

    def given(self) -> dict[object, str]:
        """Every key with its name, in the order in which they came."""
        return dict(self._given)


def node_name(text: str) -> str:
    """A node's name as near to theirs as can be; a dot is ours, for the nodes that a widget needs beside its own."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", text)[:48]
    return name if name[:1].isalpha() else f"n_{name}"
