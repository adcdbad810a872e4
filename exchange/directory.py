"""Who can be reached from the exchange: numbers and clients that registered, and the line each call to them gets."""

from collections.abc import Callable
from dataclasses import dataclass, field

from exchange.legs import Line

Endpoint = Callable[[], Line]


@dataclass(slots=True)
class Directory:
    """Addresses ("+1555…", "client:alice") and, for each, those who registered, newest last."""

    _entries: dict[str, list[Endpoint]] = field(default_factory=dict)

    def register(self, address: str, endpoint: Endpoint) -> None:
        """From now on calls to the address ring there. The endpoint is called once a call, for the call's line."""
        self._entries.setdefault(address, []).append(endpoint)

    def unregister(self, address: str, endpoint: Endpoint) -> None:
        """Calls ring there no more."""
        entries = self._entries.get(address, [])
        if endpoint in entries:
            entries.remove(endpoint)

    def find(self, address: str) -> Endpoint | None:
        """Where a call to the address rings: the latest to register; None when nobody is there."""
        entries = self._entries.get(address)
        return entries[-1] if entries else None

    def addresses(self) -> list[str]:
        """Everybody who can be reached."""
        return sorted(address for address, entries in self._entries.items() if entries)
