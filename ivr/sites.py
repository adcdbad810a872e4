"""The shelf of site versions: the one that runs, and every one that a call may still be on.

A version is kept in memory and in SQL, so that a call goes on with the version it began on in any process and after any
restart. What does not load is never put on the shelf.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from call_flows.loaded import LoadedSite
from call_flows.loader import load_site, load_texts
from call_flows.problems import Severity
from foundation.clock import Clock
from foundation.db import Database
from foundation.errors import CallwrightError, Problem
from foundation.logs import get_logger
from ivr.releases import BY_ITSELF, WHOLE, By, Releases, Standing
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
    private: frozenset[str] = frozenset()
    """The slots that are private in any of its flows."""

    @property
    def version(self) -> str:
        """The content hash."""
        return self.loaded.version


@dataclass(frozen=True, slots=True)
class _Now:
    """What holds, with its versions loaded: put in place in one assignment."""

    standing: Standing
    main: Shelved
    trial: Shelved | None
    looked_at: float


class SiteShelf:
    """Which version runs now, and which version a call is on."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._known: dict[str, Shelved] = {}
        self._now: _Now | None = None
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], object]] = []
        self.releases = Releases(db, clock)

    def publish(self, loaded: LoadedSite, folder: Path, by: By = BY_ITSELF, *, share: int = WHOLE) -> Shelved:
        """Let calls that begin from now on, or a share of them, run on this version; returns that version."""
        shelved = _shelve(loaded, folder)
        with self._lock:
            self._known[shelved.version] = shelved
        self._put(self.releases.publish(loaded, folder, by, share=share))
        return shelved

    def reload(self, folder: Path) -> Shelved:
        """Load the folder and publish it. Raises SiteRefused with every problem, and the running version goes on."""
        return self.publish(load_site(folder), folder)

    def current(self) -> Shelved:
        """The version that new calls begin on, but for a share that may try another one."""
        return self._here().main

    def running(self) -> tuple[Shelved, ...]:
        """Every version that new calls begin on: the current one first, then one on trial."""
        now = self._here()
        return (now.main,) if now.trial is None else (now.main, now.trial)

    def for_caller(self, caller: str) -> Shelved:
        """The version that this caller's new call begins on."""
        now = self._here()
        if now.trial is None or now.standing.for_caller(caller) != now.trial.version:
            return now.main
        return now.trial

    def version(self, version: str) -> Shelved:
        """One version. Raises NoSite when it was never published here."""
        known = self._known.get(version)
        return known if known is not None else self._from_sql(version)

    def when_changed(self, listener: Callable[[], object]) -> None:
        """Call the listener whenever this process sees that other versions run than before."""
        self._listeners.append(listener)

    def look(self) -> None:
        """See now what was decided elsewhere, without waiting for the two seconds to be over."""
        self._look()

    def _here(self) -> _Now:
        """What holds. Another process may have decided: we look every two seconds."""
        moment = self._clock.monotonic()
        now = self._now
        if now is not None and moment - now.looked_at < LOOK_AGAIN_SECONDS:
            return now
        return self._look()

    def _look(self) -> _Now:
        try:
            standing = self.releases.standing()
        except SQLAlchemyError as error:
            if self._now is None:
                raise
            log.warning("site_shelf_unreadable", error=type(error).__name__)
            standing = self._now.standing
        if standing is None:
            raise NoSite(Problem("no_site", "No site has been published.", todo="Run `callwright up`."))
        return self._put(standing)

    def _put(self, standing: Standing) -> _Now:
        main = self.version(standing.main)
        trial = self.version(standing.trial) if standing.trial else None
        with self._lock:
            before = self._now
            if before is not None and before.standing.number > standing.number:
                return before  # what was read meanwhile is older than what was decided here
            now = self._now = _Now(standing, main, trial, self._clock.monotonic())
        if before is not None and before.standing != standing:
            for listener in self._listeners:
                listener()
        return now

    def _from_sql(self, version: str) -> Shelved:
        with self._db.begin() as session:
            row = session.get(SiteVersion, version)
        if row is None:
            raise NoSite(
                Problem("unknown_version", "This version of the site was never published.", where=version[:12])
            )
        loaded = load_texts(row.texts, check=None)
        for problem in loaded.warnings:
            if problem.severity is Severity.ERROR:
                log.warning("site_version_short_of", version=version[:12], code=problem.code, todo=problem.todo)
        shelved = _shelve(loaded, Path(row.folder))
        with self._lock:
            return self._known.setdefault(version, shelved)


def _shelve(loaded: LoadedSite, folder: Path) -> Shelved:
    prompts = folder / "prompts"
    found = frozenset((path.parent.name, path.stem) for path in prompts.glob("*/*.wav"))
    return Shelved(loaded, prompts, found, private_slots(loaded))


def private_slots(site: LoadedSite) -> frozenset[str]:
    """The names that are private in any flow of a site."""
    return frozenset(
        str(name) for flow in site.flows.values() for name, slot in flow.header.slots.items() if slot.private
    )
