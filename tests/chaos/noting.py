"""The job of the test: it writes down its number, so that everybody can see it was done."""

import os
from pathlib import Path


def note(place: str, number: int) -> None:
    """One line a job; a short line is written whole, whoever else writes."""
    descriptor = os.open(Path(place), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, f"{number}\n".encode())
    finally:
        os.close(descriptor)
