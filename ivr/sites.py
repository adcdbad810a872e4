"""The shelf of site versions: the one that runs, and every one that a call may still be on.

A version is kept in memory and in SQL, so that a call goes on with the version it began on in any process and after any
restart. What does not load is never put on the shelf.
"""

import threading
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from call_flows.loaded import LoadedSite
from call_flows.loader import load_site, load_texts
from foundation.clock import Clock
from foundation.db import Database
from foundation.errors import CallwrightError, Problem
from foundation.logs import get_logger
from ivr.tables import SiteVersion

log = get_logger(__name__)
LOOK_AGAIN_SECONDS = 2.0


class NoSite(CallwrightError):
    """No site, or not that version of it, is on the shelf: publish one with `callwright up` or `reload`."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """One version of a site: what was loaded, and the prompts recorded for it, as (language, name)."""

    loaded: LoadedSite
    prompts_folder: Path
    prompts: frozenset[tuple[str, str]]

    @property
    def version(self) -> str:
        """The content hash."""
        return self.loaded.version


class SiteShelf:
    """Which version runs now, and which version a call is on."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._known: dict[str, Shelved] = {}
        self._current: Shelved | None = None
        self._looked_at: float | None = None
        self._lock = threading.Lock()

    def publish(self, loaded: LoadedSite, folder: Path) -> Shelved:
        """Let calls that begin from now on run on this version: written whole, then made current in one assignment."""
        with self._db.begin() as session:
            newest = session.scalar(select(func.coalesce(func.max(SiteVersion.published), 0))) or 0
            row = session.get(SiteVersion, loaded.version)
            if row is None:
                row = SiteVersion(hash=loaded.version, site=loaded.site.site, texts=dict(loaded.texts))
                session.add(row)
            row.folder, row.published, row.published_at = str(folder), newest + 1, self._clock.now()
        shelved = _shelve(loaded, folder)
        with self._lock:
            self._known[shelved.version] = shelved
            self._current, self._looked_at = shelved, self._clock.monotonic()
        log.info("site_published", site=loaded.site.site, version=shelved.version[:12])
        return shelved

    def reload(self, folder: Path) -> Shelved:
        """Load the folder and publish it. Raises SiteRefused with every problem, and the running version goes on."""
        return self.publish(load_site(folder), folder)

    def current(self) -> Shelved:
        """The version that new calls begin on. Another process may have published: we look every two seconds."""
        now = self._clock.monotonic()
        current = self._current
        if current is not None and self._looked_at is not None and now - self._looked_at < LOOK_AGAIN_SECONDS:
            return current
        return self._look(now)

    def version(self, version: str) -> Shelved:
        """One version. Raises NoSite when it was never published here."""
        known = self._known.get(version)
        return known if known is not None else self._from_sql(version)

    def _look(self, now: float) -> Shelved:
        try:
            with self._db.begin() as session:
                newest = session.scalar(select(SiteVersion.hash).order_by(SiteVersion.published.desc()).limit(1))
        except SQLAlchemyError as error:
            if self._current is None:
                raise
            log.warning("site_shelf_unreadable", error=type(error).__name__)
            newest = self._current.version
        if newest is None:
            raise NoSite(Problem("no_site", "No site has been published.", todo="Run `callwright up`."))
        current = self.version(newest)
        with self._lock:
            self._current, self._looked_at = current, now
        return current

    def _from_sql(self, version: str) -> Shelved:
        with self._db.begin() as session:
            row = session.get(SiteVersion, version)
        if row is None:
            raise NoSite(
                Problem("unknown_version", "This version of the site was never published.", where=version[:12])
            )
        shelved = _shelve(load_texts(row.texts, check=None), Path(row.folder))
        with self._lock:
            return self._known.setdefault(version, shelved)


def _shelve(loaded: LoadedSite, folder: Path) -> Shelved:
    prompts = folder / "prompts"
    found = frozenset((path.parent.name, path.stem) for path in prompts.glob("*/*.wav"))
    return Shelved(loaded, prompts, found)
