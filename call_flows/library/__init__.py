"""Sites that ship with Callwright, to start from and to try it with."""

from pathlib import Path
from typing import Final

NORTHWIND: Final = Path(__file__).parent / "northwind"
"""The folder of the shipped bank."""
