"""Which version of the site new calls begin on: a list of decisions that is only ever added to; the newest holds."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from call_flows.loaded import LoadedSite
from foundation.audit import record_access
from foundation.clock import Clock
from foundation.db import Database
from foundation.errors import CallwrightError, Problem
from foundation.logs import get_logger
from ivr.tables import SiteRefusal, SiteRelease, SiteVersion

log = get_logger(__name__)
WHOLE = 10_000
"""Shares are counted in ten-thousandths: 10 % is 1,000."""
_NEWEST = select(SiteRelease).order_by(SiteRelease.id.desc()).limit(1)
SHORTEST_PREFIX = 4
SHOWN = 12
WHY_LENGTH = 400
WHO_LENGTH = 64


class Act(StrEnum):
    """What was decided."""

    PUBLISHED = "published"
    SHARED = "shared"  # some callers begin on it, by a hash of their number
    FINISHED = "finished"  # the share has become everybody
    WITHDRAWN = "withdrawn"  # the share has become nobody
    ROLLED_BACK = "rolled_back"


class ReleaseRefused(CallwrightError):
    """What was asked cannot be decided: its problem says why."""


@dataclass(frozen=True, slots=True)
class By:
    """Who decides, and why."""

    who: str = "callwright"
    why: str = ""


BY_ITSELF = By()


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds now: callers within the share begin on `version`, all others on `beside`."""

    version: str
    share: int = WHOLE
    beside: str = ""
    number: int = field(default=0, compare=False)
    """Decisions are counted; a later one has a higher number."""

    @property
    def main(self) -> str:
        """The version of most callers."""
        return self.beside or self.version

    @property
    def trial(self) -> str:
        """The version that only a share of the callers begins on; empty when none is tried."""
        return self.version if self.beside else ""

    def for_caller(self, caller: str) -> str:
        """The version a call begins on. The same caller has the same answer, and keeps it when the share grows."""
        return self.version if not self.beside or bucket(self.version, caller) < self.share else self.beside


def bucket(version: str, caller: str) -> int:
    """Where a caller falls, 0 to 9,999; another version deals the callers anew."""
    digest = hashlib.sha256(f"{version}\0{caller}".encode()).digest()
    return int.from_bytes(digest[:8]) * WHOLE >> 64


class Releases:
    """Decides, and reads what was decided. Every decision is one transaction with its row in the audit."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def standing(self) -> Standing | None:
        """What holds now; None before the first version."""
        reading = self._db.engine.execution_options(isolation_level="AUTOCOMMIT")  # waits for no writer
        with Session(reading, expire_on_commit=False) as session:
            return _standing(session.scalar(_NEWEST))

    def publish(self, loaded: LoadedSite, folder: Path, by: By = BY_ITSELF, *, share: int = WHOLE) -> Standing:
        """Let new calls begin on this version, or a share of them. What already holds is not decided again."""
        with self._db.begin() as session:
            newest = _newest(session)
            _keep(session, loaded, folder, self._clock.now())
            session.execute(delete(SiteRefusal).where(SiteRefusal.folder == str(folder)))
            now = _standing(newest)
            if share < WHOLE and now is not None and now.main != loaded.version:
                wanted, act = Standing(loaded.version, _within(share), now.main), Act.SHARED
            else:
                wanted, act = Standing(loaded.version), Act.PUBLISHED
            if now is not None and wanted == now:
                return now
            return self._decide(session, wanted, act, by, folder=str(folder))

    def share(self, share: int, by: By) -> Standing:
        """Widen or narrow the share of the version on trial."""
        with self._db.begin() as session:
            now, folder = _on_trial(session)
            return self._decide(session, replace(now, share=_within(share)), Act.SHARED, by, folder=folder)

    def finish(self, by: By) -> Standing:
        """Everybody begins on the version on trial from now on."""
        with self._db.begin() as session:
            now, folder = _on_trial(session)
            return self._decide(session, Standing(now.version), Act.FINISHED, by, folder=folder)

    def withdraw(self, by: By) -> Standing:
        """Nobody begins on the version on trial any more."""
        with self._db.begin() as session:
            now, folder = _on_trial(session)
            return self._decide(session, Standing(now.beside), Act.WITHDRAWN, by, folder=folder)

    def roll_back(self, by: By, to: str = "") -> Standing:
        """Back to a version that was live before: the one named, else the one before the present one."""
        with self._db.begin() as session:
            now = _standing(_newest(session))
            target = find_version(session, to) if to else _before(session, now)
            if now is not None and now == Standing(target):
                raise _refused("already_live", "That version is live already.", target[:SHOWN])
            return self._decide(session, Standing(target), Act.ROLLED_BACK, by, folder="")

    def refused(self, folder: Path, problems: list[str]) -> None:
        """Keep why the files as they now stand did not go live, for the pages to say."""
        with self._db.begin() as session:
            session.merge(SiteRefusal(folder=str(folder), at=self._clock.now(), problems=problems))

    def accepted(self, folder: Path) -> None:
        """The files are in order again."""
        with self._db.begin() as session:
            session.execute(delete(SiteRefusal).where(SiteRefusal.folder == str(folder)))

    def _decide(self, session: Session, wanted: Standing, act: Act, by: By, *, folder: str) -> Standing:
        who, now = (by.who or "callwright")[:WHO_LENGTH], self._clock.now()
        row = SiteRelease(
            at=now,
            act=act,
            who=who,
            why=by.why[:WHY_LENGTH],
            version=wanted.version,
            share=wanted.share,
            beside=wanted.beside or None,
            folder=folder,
        )
        session.add(row)
        session.flush()
        record_access(session, who=who, what=f"site.{act}", subject=wanted.version, at=now)
        log.info("site_released", act=act, version=wanted.version[:SHOWN], share=wanted.share)
        return replace(wanted, number=row.id)


def was_taken_from(session: Session, folder: Path, version: str) -> bool:
    """Whether the last version taken from any files is this one of this folder: nothing has been edited since."""
    taken = (Act.PUBLISHED, Act.SHARED)
    newest = session.scalar(
        select(SiteRelease).where(SiteRelease.act.in_(taken)).order_by(SiteRelease.id.desc()).limit(1)
    )
    return newest is not None and (newest.version, newest.folder) == (version, str(folder))


def find_version(session: Session, named: str) -> str:
    """The whole hash of a version that was published, from its first letters. Raises ReleaseRefused."""
    todo = "`callwright versions` lists them."
    if len(named) < SHORTEST_PREFIX:
        raise _refused("unknown_version", "Name a version by at least four letters of its hash.", named, todo)
    pattern = named.lower().replace("%", "").replace("_", "") + "%"
    found = session.scalars(select(SiteVersion.hash).where(SiteVersion.hash.like(pattern)).limit(2)).all()
    if not found:
        raise _refused("unknown_version", "No such version was ever published.", named[:SHOWN], todo)
    if len(found) > 1:
        raise _refused("unclear_version", "Several versions begin like that.", named, "Write more of its letters.")
    return found[0]


def _newest(session: Session) -> SiteRelease | None:
    return session.scalar(_NEWEST.with_for_update())


def _standing(release: SiteRelease | None) -> Standing | None:
    return None if release is None else Standing(release.version, release.share, release.beside or "", release.id)


def _on_trial(session: Session) -> tuple[Standing, str]:
    newest = _newest(session)
    now = _standing(newest)
    if now is None or newest is None or not now.beside:
        todo = "Begin with `callwright publish FOLDER --share 10%`."
        raise _refused("no_trial", "No version is on trial with a share of the callers.", "", todo)
    return now, newest.folder


def _before(session: Session, now: Standing | None) -> str:
    """The version that was everybody's when the present one was first let in."""
    mains = [standing.main for row in _oldest_first(session) if (standing := _standing(row)) is not None]
    if now is not None and now.beside:
        return now.beside
    present = now.main if now is not None else ""
    earlier = mains[: mains.index(present)] if present in mains else []
    if not earlier:
        raise _refused("nothing_before", "There is no version before this one.", present[:SHOWN])
    return earlier[-1]


def _oldest_first(session: Session) -> list[SiteRelease]:
    return list(session.scalars(select(SiteRelease).order_by(SiteRelease.id)))


def _keep(session: Session, loaded: LoadedSite, folder: Path, now: datetime) -> None:
    row = session.get(SiteVersion, loaded.version)
    if row is None:
        row = SiteVersion(hash=loaded.version, site=loaded.name, texts=dict(loaded.texts), published_at=now)
        session.add(row)
    row.folder = str(folder)


def _within(share: int) -> int:
    if not 0 < share < WHOLE:
        todo = "Write a share such as 10%; `--finish` is everybody, `--withdraw` nobody."
        raise _refused("bad_share", "A share lies between 0 and 100 %.", f"{share / 100:g}%", todo)
    return share


def _refused(code: str, what: str, where: str, todo: str = "") -> ReleaseRefused:
    return ReleaseRefused(Problem(code, what, where, todo))
