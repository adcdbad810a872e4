"""Hot reload: what is saved in the site's folder goes live once it is in order; a bad file never does."""

from pathlib import Path

from call_flows.problems import SiteRefused
from console.going_live import Stamp, TestsFailed, ready, reasons, stamp_of
from console.seeding import put_on_shelf
from foundation.db import Database
from foundation.live import LiveStream
from foundation.logs import get_logger
from ivr.releases import By
from ivr.sites import SiteShelf

log = get_logger(__name__)
WALL = "wall"
BY = By("watch", "the files have changed")


class SiteWatch:
    """Looks at one folder. What is refused is kept for the pages to show, until the files are in order again."""

    def __init__(self, folder: Path, shelf: SiteShelf, db: Database, live: LiveStream) -> None:
        self._folder = folder
        self._shelf = shelf
        self._db = db
        self._live = live
        self._settled: Stamp | None = None
        self._seen: Stamp | None = None

    def look(self) -> bool:
        """Look once; true when another version went live. Files still being written are left until they rest."""
        stamp = stamp_of(self._folder)
        rests, self._seen = stamp == self._seen, stamp
        if stamp == self._settled or not rests:
            return False
        self._settled = stamp
        return self._take()

    def _take(self) -> bool:
        try:
            site = ready(self._folder)
        except (SiteRefused, TestsFailed) as refused:
            found = reasons(refused)
            log.warning("site_refused", folder=str(self._folder), problems=len(found), first=found[0])
            self._shelf.releases.refused(self._folder, found)
            self._live.push(WALL, "site", {"live": False, "problems": len(found)})
            return False
        went_live = put_on_shelf(site, self._folder, self._shelf, self._db, BY)
        self._shelf.releases.accepted(self._folder)
        self._live.push(WALL, "site", {"live": True, "version": site.version[:12]})
        return went_live
