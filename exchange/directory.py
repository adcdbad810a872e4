"""Who can be reached from the exchange: numbers and clients that registered, and the line each call to them gets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from exchange.legs import Line

Endpoint = Callable[[], Line]
Inbox = Callable[[Mapping[str, object]], None]
"""Where text messages to an address are put: a phone shows them, a scripted party keeps them."""


@dataclass(slots=True)
class Directory:
    """Addresses ("+1555…", "client:alice") and, for each, those who registered, newest last."""

    _entries: dict[str, list[Endpoint]] = field(default_factory=dict)
    _inboxes: dict[str, list[Inbox]] = field(default_factory=dict)

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

    def read_at(self, address: str, inbox: Inbox) -> None:
        """From now on text messages to the address come here; also to one that only calls from it."""
        self._inboxes.setdefault(address, []).append(inbox)

    def read_no_more(self, address: str, inbox: Inbox) -> None:
        """Text messages come here no more."""
        inboxes = self._inboxes.get(address, [])
        if inbox in inboxes:
            inboxes.remove(inbox)

    def deliver(self, address: str, notice: Mapping[str, object]) -> bool:
        """Put a text message where the address is read; False when nobody reads there."""
        inboxes = self._inboxes.get(address)
        if inboxes:
            inboxes[-1](notice)
        return bool(inboxes)

    def addresses(self) -> list[str]:
        """Everybody who can be reached."""
        return sorted(address for address, entries in self._entries.items() if entries)
