"""The gate before a site goes live: it is read, checked, and its own tests are played; only then it is published."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from call_flows.loaded import LoadedSite
from call_flows.loader import load_site
from call_flows.problems import SiteRefused
from call_flows.scenario.command import in_virtual_time
from call_flows.scenario.folder import read_suite
from foundation.errors import CallwrightError, Problem

LONGEST_LIST: Final = 200
WATCHED: Final = ("flows", "tests", "knowledge", "prompts", "scorecards")
Stamp = Mapping[str, tuple[int, int]]


class TestsFailed(CallwrightError):
    """The site's own tests do not pass: every failure is in `failures`; run `callwright test` to see them."""

    __test__ = False

    def __init__(self, failures: tuple[str, ...]) -> None:
        self.failures = failures
        more = f" (and {len(failures) - 1} more)" if len(failures) > 1 else ""
        super().__init__(Problem("tests_failed", failures[0] + more, todo="`callwright test` tells where each stood."))

    def __str__(self) -> str:
        count = (
            f"{len(self.failures)} of the site's tests fail" if len(self.failures) > 1 else "a test of the site fails"
        )
        return "\n".join([*self.failures, f"Nothing went live: {count}. {self.problem.todo}"])


def ready(folder: Path) -> LoadedSite:
    """The folder's site, fit to go live. Raises SiteRefused with every error, or TestsFailed with every failure."""
    site = load_site(folder)
    suite = read_suite(site, folder)
    failures = [str(problem) for problem in suite.problems]
    failures += (
        f"{outcome.failure.place}: “{outcome.scenario.name}”: {outcome.failure.what}"
        for outcome in in_virtual_time(site, suite.scenarios)
        if outcome.failure is not None
    )
    if failures:
        raise TestsFailed(tuple(failures))
    return site


def reasons(refused: SiteRefused | TestsFailed) -> list[str]:
    """Why a site may not go live, one line each."""
    found = list(refused.failures) if isinstance(refused, TestsFailed) else [str(one) for one in refused.problems]
    return found[:LONGEST_LIST]


def stamp_of(folder: Path) -> Stamp:
    """When the site's files were last written, and how long they are: another stamp, and something was edited."""
    files = [folder / "site.yaml"]
    for name in WATCHED:
        files += (Path(where) / file for where, _, found in os.walk(folder / name) for file in found)
    stamp = {}
    for file in files:
        try:
            seen = file.stat()
        except OSError:
            continue  # gone between two looks
        stamp[str(file)] = (seen.st_mtime_ns, seen.st_size)
    return stamp
