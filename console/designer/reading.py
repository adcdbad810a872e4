"""The place where the designer's page is read: what is live, what the files hold, what was published and by whom."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from call_flows.changes import Change, changes_between
from call_flows.loaded import LoadedSite
from call_flows.loader import check_folder, load_site
from call_flows.problems import Problem, Severity, SiteRefused
from console.designer.counting import Tally, tally
from console.going_live import Stamp, stamp_of
from console.looking import looking
from console.services import Services
from ivr.releases import Standing
from ivr.sites import NoSite
from ivr.versions import Refusal, VersionRow, read_refusals, read_versions

SPANS: Final = {"1h": timedelta(hours=1), "24h": timedelta(days=1), "7d": timedelta(days=7), "30d": timedelta(days=30)}
DAY: Final = "24h"


@dataclass(frozen=True, slots=True)
class Files:
    """The site's folder as it stands: what is wrong with it, and what it would change."""

    folder: Path
    version: str
    beside: str
    """The version that is live, which they are compared with."""
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    changes: tuple[Change, ...]

    @property
    def is_live(self) -> bool:
        """Whether nobody on the line would notice a difference to what answers now."""
        return bool(self.beside) and not self.errors and not self.changes


@dataclass(frozen=True, slots=True)
class FlowRow:
    """One flow: its size, the calls that came through, and who gave up in it."""

    name: str
    description: str
    nodes: int
    calls: int
    gave_up: int


@dataclass(frozen=True, slots=True)
class DesignerBoard:
    """The designer's page at one moment."""

    site: str
    standing: Standing | None
    versions: tuple[VersionRow, ...]
    refusals: tuple[Refusal, ...]
    flows: tuple[FlowRow, ...]
    calls: int


class FilesRead:
    """Reads a folder again only when something in it was written."""

    def __init__(self) -> None:
        self._kept: tuple[Stamp, str, Files] | None = None

    def read(self, folder: Path, live: LoadedSite | None) -> Files:
        """The folder as it stands."""
        stamp, running = stamp_of(folder), live.version if live is not None else ""
        if self._kept is None or self._kept[:2] != (stamp, running):
            self._kept = (stamp, running, _files(folder, live))
        return self._kept[2]


def _files(folder: Path, live: LoadedSite | None) -> Files:
    problems = check_folder(folder)
    errors = tuple(problem for problem in problems if problem.severity is Severity.ERROR)
    warnings = tuple(problem for problem in problems if problem.severity is Severity.WARNING)
    try:
        site = load_site(folder)
    except SiteRefused:
        return Files(folder, "", live.version if live is not None else "", errors, warnings, ())
    if live is None:
        return Files(folder, site.version, "", errors, warnings, ())
    return Files(folder, site.version, live.version, errors, warnings, changes_between(live, site))


def live_site(here: Services) -> LoadedSite | None:
    """The site that answers most callers; None before the first is published."""
    try:
        here.shelf.look()
        return here.shelf.current().loaded
    except NoSite:
        return None


def read_board(here: Services, span: str) -> DesignerBoard:
    """Everything but the files."""
    live = live_site(here)
    standing = here.shelf.releases.standing()
    with looking(here.db) as session:
        versions = tuple(read_versions(session, standing))
        refusals = read_refusals(session)
        counted = tally(session, since_of(here, span))
    flows = tuple(_flow(live, name, counted) for name in live.flows) if live is not None else ()
    return DesignerBoard(live.name if live is not None else "", standing, versions, refusals, flows, counted.calls)


def read_tally(here: Services, span: str, version: str) -> Tally:
    """Counts for a flow's map."""
    with looking(here.db) as session:
        return tally(session, since_of(here, span), version)


def since_of(here: Services, span: str) -> datetime:
    """When a span began."""
    return here.clock.now() - SPANS.get(span, SPANS[DAY])


def _flow(site: LoadedSite, name: str, counted: Tally) -> FlowRow:
    flow = site.flows[name]
    return FlowRow(name, flow.header.description, len(flow.nodes), counted.through[name], counted.gave_up(name))
