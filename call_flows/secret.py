"""Secrets by name in what a flow sends: marked here, put in only by who performs the request.

The engine never knows a secret's value, so that none can be spoken, logged or kept with a call.
"""

import re
from collections.abc import Callable
from typing import Final

from call_flows.text import Hole

PREFIX: Final = "secret."
_BEGIN: Final = "\ue010"
_END: Final = "\ue011"
_MARKED: Final = re.compile(f"{_BEGIN}([a-z][a-z0-9_]*){_END}")
_MARKS: Final = str.maketrans("", "", _BEGIN + _END)


def name_of(hole: Hole) -> str:
    """The secret that a hole of a text stands for; empty when it stands for something else."""
    return hole.name.removeprefix(PREFIX) if hole.name.startswith(PREFIX) else ""


def mark(name: str) -> str:
    """What stands for the secret until the request is made."""
    return f"{_BEGIN}{name}{_END}"


def unmarked(text: str) -> str:
    """Somebody else's text without anything that could be taken for a mark."""
    return text.translate(_MARKS)


def names_in(text: str) -> tuple[str, ...]:
    """The secrets a text asks for."""
    return tuple(_MARKED.findall(text))


def reveal(text: str, value_of: Callable[[str], str]) -> str:
    """The text with the secrets' values."""
    return _MARKED.sub(lambda found: value_of(found.group(1)), text)
