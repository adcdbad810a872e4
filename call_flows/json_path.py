"""Where in a web service's answer a value stands: `$`, `.name` and `[0]`, nothing that searches or computes."""

import re
from collections.abc import Mapping
from typing import Final

_PATH: Final = re.compile(r"\$(?:\.[A-Za-z_][A-Za-z0-9_-]{0,63}|\[\d{1,4}\]){0,12}\Z")
_STEP: Final = re.compile(r"\.([A-Za-z_][A-Za-z0-9_-]*)|\[(\d+)\]")

JsonPath = tuple[str | int, ...]


def parse_path(source: str) -> JsonPath | None:
    """The steps of a path; None when it is none."""
    if not _PATH.match(source):
        return None
    return tuple(name or int(index) for name, index in _STEP.findall(source))


def pick(body: object, path: JsonPath) -> object:
    """What stands at a path; None when nothing does."""
    here = body
    for step in path:
        if isinstance(step, str) and isinstance(here, Mapping):
            here = here.get(step)
        elif isinstance(step, int) and isinstance(here, list) and step < len(here):
            here = here[step]
        else:
            return None
    return here
