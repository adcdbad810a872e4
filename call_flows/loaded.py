"""A site that has been read, checked and made ready to run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from call_flows.articles import Knowledge
from call_flows.flow import Flow
from call_flows.problems import Problem
from call_flows.scorecards import Scorecard
from call_flows.site import NumberEntry, Site


@dataclass(frozen=True, slots=True)
class LoadedSite:
    """One version of a site. `version` is the hash of its texts: a call stays on the one with which it began."""

    site: Site
    flows: Mapping[str, Flow]
    version: str
    texts: Mapping[str, str]
    zone: ZoneInfo
    warnings: tuple[Problem, ...] = ()
    prompts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Recorded prompts by language; empty when loaded from texts alone."""
    root: Path | None = None
    """The folder it was read from; None when loaded from texts alone."""
    knowledge: Knowledge = field(default_factory=Knowledge)
    scorecards: Mapping[str, Scorecard] = field(default_factory=dict)
    """By what calls are reviewed, by name."""

    def answers(self, dialled: str) -> NumberEntry | None:
        """What answers a telephone number of this site."""
        return self.site.numbers.get(dialled)

    @property
    def name(self) -> str:
        """The site's name."""
        return str(self.site.site)
