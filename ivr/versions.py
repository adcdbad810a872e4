"""The versions of the site that were ever live: who let each in, when and why, and how many calls are on it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from foundation.calls import Call
from ivr.releases import WHOLE, Standing
from ivr.tables import CallSession, SiteRefusal, SiteRelease, SiteVersion


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version. `share` is the part of new calls that begin on it now, of 10,000."""

    version: str
    site: str
    folder: str
    act: str
    who: str
    why: str
    at: datetime
    share: int
    calls: int
    calls_now: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the files as they stand are not live."""

    folder: str
    at: datetime
    problems: tuple[str, ...]


def read_versions(session: Session, standing: Standing | None) -> list[VersionRow]:
    """Every version, that with the newest decision about it first."""
    all_calls = _counted(session, select(Call.flow_version, func.count()).group_by(Call.flow_version))
    now = select(CallSession.site_version, func.count()).where(CallSession.ended_at.is_(None))
    calls_now = _counted(session, now.group_by(CallSession.site_version))
    rows = []
    for kept, decided in _decided(session):
        rows.append(
            VersionRow(
                version=kept.hash,
                site=kept.site,
                folder=kept.folder,
                act=decided.act if decided is not None else "",
                who=decided.who if decided is not None else "",
                why=decided.why if decided is not None else "",
                at=decided.at if decided is not None else kept.published_at,
                share=share_of(kept.hash, standing),
                calls=all_calls.get(kept.hash, 0),
                calls_now=calls_now.get(kept.hash, 0),
            )
        )
    return sorted(rows, key=lambda row: row.at, reverse=True)


def share_of(version: str, standing: Standing | None) -> int:
    """The part of new calls that begin on a version, of 10,000."""
    if standing is None:
        return 0
    if version == standing.version:
        return standing.share
    return WHOLE - standing.share if version == standing.beside else 0


def read_releases(session: Session, *, limit: int) -> list[SiteRelease]:
    """What was decided, the newest first."""
    return list(session.scalars(select(SiteRelease).order_by(SiteRelease.id.desc()).limit(limit)))


def read_refusals(session: Session) -> tuple[Refusal, ...]:
    """Folders whose files, as they stand, were refused."""
    rows = session.scalars(select(SiteRefusal).order_by(SiteRefusal.at.desc()))
    return tuple(Refusal(row.folder, row.at, tuple(row.problems)) for row in rows)


def _decided(session: Session) -> list[tuple[SiteVersion, SiteRelease | None]]:
    """Each version with the last decision that let callers begin on it."""
    newest = select(func.max(SiteRelease.id)).group_by(SiteRelease.version)
    by_version = {row.version: row for row in session.scalars(select(SiteRelease).where(SiteRelease.id.in_(newest)))}
    return [(kept, by_version.get(kept.hash)) for kept in session.scalars(select(SiteVersion))]


def _counted(session: Session, rows: Select[str, int]) -> dict[str, int]:
    return {row[0]: row[1] for row in session.execute(rows)}
