"""The place where a command opens the shelf of versions: the database and nothing else of the house."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from call_flows.loaded import LoadedSite
from call_flows.loader import load_site
from foundation.clock import Clock, SystemClock
from foundation.db import Database
from foundation.logs import configure
from foundation.settings import Settings, load_settings
from ivr.logbook import Logbook
from ivr.releases import find_version
from ivr.sites import NoSite, SiteShelf


@dataclass(frozen=True, slots=True)
class OpenShelf:
    """The shelf, and what it stands on."""

    settings: Settings
    db: Database
    clock: Clock
    shelf: SiteShelf

    @property
    def logbook(self) -> Logbook:
        """Reads what calls have kept for their replay."""
        return Logbook(self.settings.secret_key)

    def site(self, named: str) -> LoadedSite:
        """A site by its folder, or by the first letters of a version. Raises SiteRefused or ReleaseRefused."""
        folder = Path(named)
        if folder.is_dir():
            return load_site(folder)
        with self.db.begin() as session:
            version = find_version(session, named)
        return self.shelf.version(version).loaded

    def version(self, version: str) -> LoadedSite | None:
        """The site of a version, None when it was never kept."""
        try:
            return self.shelf.version(version).loaded
        except NoSite:
            return None


@contextmanager
def open_shelf() -> Iterator[OpenShelf]:
    """Open the shelf for one command."""
    settings = load_settings()
    configure(json=settings.log_json, level="WARNING")
    database, clock = Database(settings.database_url), SystemClock()
    database.check()
    try:
        yield OpenShelf(settings, database, clock, SiteShelf(database, clock))
    finally:
        database.dispose()


def who_asks() -> str:
    """The person at the terminal, as the machine knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"
