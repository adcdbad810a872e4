"""Everything a running call needs, in one frozen value that `console.wiring` puts together."""

from dataclasses import dataclass

from callbacks.service import CallbackService
from foundation.clock import Clock
from foundation.db import Database
from foundation.events import Bus
from foundation.ids import IdSource
from foundation.jobs import JobQueue
from foundation.live import LiveStream
from foundation.settings import Settings
from ivr.carrier import Carrier
from ivr.fetch import Fetcher
from ivr.sites import SiteShelf
from ivr.tokens import StreamTokens
from routing.service import RoutingService


@dataclass(frozen=True, slots=True)
class IvrDeps:
    """The parts. Each is a port or a door of its folder; tests put the twins here."""

    settings: Settings
    db: Database
    clock: Clock
    ids: IdSource
    bus: Bus
    live: LiveStream
    jobs: JobQueue
    shelf: SiteShelf
    carrier: Carrier
    routing: RoutingService
    callbacks: CallbackService
    tokens: StreamTokens
    fetcher: Fetcher
