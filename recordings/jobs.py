"""The jobs of this folder, by the names RQ calls them; the worker equips them before it begins to work."""

from foundation.errors import CallwrightError, Problem
from recordings.fetching import Fetcher

_EQUIPMENT: dict[str, Fetcher] = {}


class WorkerNotEquipped(CallwrightError):
    """A job was called in a process that was not told with what to do it."""


def equip(fetcher: Fetcher) -> None:
    """Give this process what its jobs need."""
    _EQUIPMENT["fetcher"] = fetcher


def fetch_recording(carrier_sid: str) -> None:
    """Bring a recording home. Repeating it is harmless; what fails is due again by its row."""
    fetcher = _EQUIPMENT.get("fetcher")
    if fetcher is None:
        raise WorkerNotEquipped(
            Problem("worker", "This process cannot fetch recordings.", todo="Start it with `callwright worker`.")
        )
    fetcher.fetch(carrier_sid)
