"""The place of what the screens stand on: one frozen object that `console/wiring.py` fills and `create_app` takes."""

from dataclasses import dataclass, field
from typing import Protocol

from flask import Blueprint

from callbacks.service import CallbackService
from console.auth.passwords import Passwords
from foundation.clock import Clock
from foundation.db import Database
from foundation.ids import IdSource
from foundation.live import LiveStream
from foundation.settings import Settings
from ivr.sites import SiteShelf
from recordings.store import RecordingStore
from routing.service import RoutingService


class CallDoor(Protocol):
    """Orders about a call that is talking. Raises a `CallwrightError` when the agent is in no such conversation."""

    def hold(self, reservation_id: str, agent_id: str) -> None:
        """Let the caller hear music."""
        ...

    def unhold(self, reservation_id: str, agent_id: str) -> None:
        """Bring the caller back."""
        ...

    def hang_up(self, reservation_id: str, agent_id: str) -> None:
        """End the agent's part; the caller goes on in the flow, or the call ends."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the web app is given. Frozen: what a request needs is here, or it is not needed."""

    settings: Settings
    db: Database
    clock: Clock
    ids: IdSource
    live: LiveStream
    routing: RoutingService
    calls: CallDoor
    sounds: RecordingStore
    shelf: SiteShelf = field(kw_only=True)
    callbacks: CallbackService = field(kw_only=True)
    passwords: Passwords = field(default_factory=Passwords)
    timezone: str = "UTC"
    """The site's zone: its midnight begins the wall's day."""
    blueprints: tuple[Blueprint, ...] = ()
    """Blueprints that check who is asking by themselves (the carrier's webhooks): no log-in, no CSRF."""
    limiter_storage: str = "memory://"
    """Where log-in attempts are counted: the URL of Redis, or this process's memory."""
