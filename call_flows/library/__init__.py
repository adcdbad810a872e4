"""Sites that ship with Callwright, to start from and to try it with."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent
NORTHWIND: Final = _HERE / "northwind"
"""The folder of the shipped bank."""
SHIPPED: Final[Mapping[str, Path]] = {
    "bank": NORTHWIND,
    "clinic": _HERE / "riverside",
    "utility": _HERE / "brightwater",
}
"""The shipped sites by their kind."""
