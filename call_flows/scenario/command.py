"""`callwright test FOLDER`: plays the dialogues of a site, tells what failed and what was never tried."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TextIO

from call_flows.loaded import LoadedSite
from call_flows.loader import load_site
from call_flows.problems import Problem, SiteRefused
from call_flows.scenario.coverage import Coverage, coverage_of
from call_flows.scenario.folder import Suite, read_suite
from call_flows.scenario.junit import junit
from call_flows.scenario.playing import Outcome, play
from call_flows.scenario.reading import Scenario
from call_flows.scenario.world import world_of

Player = Callable[[LoadedSite, Iterable[Scenario]], Iterable[Outcome]]
FORMATS: Final = ("text", "json", "github")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to run and how to tell of it."""

    words: str = ""
    format: str = "text"
    junit: Path | None = None
    fail_under: float = 0.0
    verbose: bool = False


def in_virtual_time(site: LoadedSite, scenarios: Iterable[Scenario]) -> Iterable[Outcome]:
    """Play dialogues one after the other against the engine alone."""
    world = world_of(site)
    return [play(world, scenario) for scenario in scenarios]


def run_tests(folder: Path, stream: TextIO, wanted: Wanted, player: Player = in_virtual_time) -> int:
    """Play a site's dialogues: 0 when all went well, 1 when not, 2 when there is nothing to play."""
    if not folder.is_dir():
        stream.write(f"{folder}: there is no such folder. Name the folder that holds site.yaml.\n")
        return 2
    try:
        site = load_site(folder)
    except SiteRefused as refused:
        stream.write(f"{refused}\nThe site has errors, so that nothing was tested.\n")
        return 2
    suite = read_suite(site, folder)
    chosen = [one for one in suite.scenarios if chosen_by(wanted.words, one)]
    outcomes = list(player(site, chosen))
    coverage = None if wanted.words else coverage_of(site, (outcome.notes for outcome in outcomes))
    if wanted.junit is not None:
        wanted.junit.write_text(junit(site.name, outcomes, suite.problems), encoding="utf-8")
    _PRINTERS[wanted.format](stream, wanted, suite, outcomes, coverage)
    if not chosen and not suite.problems:
        return 2
    failed = bool(suite.problems) or any(outcome.failure is not None for outcome in outcomes)
    if not failed and outcomes and all(outcome.skipped for outcome in outcomes):
        return 2
    return 1 if failed or (coverage is not None and coverage.percent() < wanted.fail_under) else 0


def chosen_by(words: str, scenario: Scenario) -> bool:
    """Whether a dialogue's file or name has all the words; one that begins with `not:` must be missing."""
    where = f"{scenario.file} {scenario.name}".lower()
    return all(
        (word.removeprefix("not:") not in where) if word.startswith("not:") else word in where
        for word in words.lower().split()
    )


def _as_text(stream: TextIO, wanted: Wanted, suite: Suite, outcomes: list[Outcome], coverage: Coverage | None) -> None:
    stream.writelines(f"{problem}\n" for problem in suite.problems)
    for outcome in outcomes:
        if outcome.failure is not None:
            stream.write(f"FAILED  {outcome.scenario.name}\n")
            stream.writelines(f"  {line}\n" for line in outcome.failure.lines())
        elif outcome.skipped:
            stream.write(f"skipped {outcome.scenario.name}: {outcome.skipped}\n")
        elif wanted.verbose:
            stream.write(f"ok      {outcome.scenario.name} ({outcome.seconds:.0f} s of a caller's time)\n")
    if not outcomes and not suite.problems:
        none = "No test matches." if wanted.words else "There are no tests: write tests/*.yaml beside site.yaml."
        stream.write(f"{none}\n")
        return
    failed = sum(outcome.failure is not None for outcome in outcomes)
    left = sum(bool(outcome.skipped) for outcome in outcomes)
    minutes = sum(outcome.seconds for outcome in outcomes) / 60
    wrong = f", {left} skipped" if left else ""
    wrong += f", {len(suite.problems)} problems in test files" if suite.problems else ""
    if coverage is not None:
        stream.writelines(f"{line}\n" for line in coverage.lines())
        if coverage.percent() < wanted.fail_under:
            stream.write(f"The coverage is below {wanted.fail_under:g} %.\n")
    stream.write(
        f"{len(outcomes) - failed - left} passed, {failed} failed{wrong}; {minutes:.1f} minutes of callers' time.\n"
    )


def _as_json(stream: TextIO, wanted: Wanted, suite: Suite, outcomes: list[Outcome], coverage: Coverage | None) -> None:
    told: dict[str, Any] = {
        "problems": [str(problem) for problem in suite.problems],
        "tests": [_outcome(outcome) for outcome in outcomes],
    }
    if coverage is not None:
        told["coverage"] = {
            "nodes": round(coverage.of_nodes().percent, 2),
            "exits": round(coverage.of_exits().percent, 2),
            "fail_under": wanted.fail_under,
            "missed": [
                {"place": str(one.place), "flow": one.flow, "node": one.node, "exit": one.exit}
                for one in coverage.missed()
            ],
        }
    stream.write(json.dumps(told, indent=1, ensure_ascii=False) + "\n")


def _outcome(outcome: Outcome) -> dict[str, Any]:
    scenario, failure = outcome.scenario, outcome.failure
    told: dict[str, Any] = {
        "name": scenario.name,
        "file": scenario.file,
        "line": scenario.place.line,
        "seconds": round(outcome.seconds, 3),
        "passed": failure is None and not outcome.skipped,
    }
    if outcome.skipped:
        told["skipped"] = outcome.skipped
    if failure is not None:
        told["failure"] = {"place": str(failure.place), "what": failure.what, "lines": failure.lines()}
    return told


def _as_github(
    stream: TextIO, wanted: Wanted, suite: Suite, outcomes: list[Outcome], coverage: Coverage | None
) -> None:
    stream.writelines(
        _annotation(problem.place.file, problem.place.line, problem.code, str(problem)) for problem in suite.problems
    )
    for outcome in outcomes:
        failure = outcome.failure
        if failure is not None:
            told = "\n".join(failure.lines())
            stream.write(_annotation(failure.place.file, failure.place.line, outcome.scenario.name, told))
    _as_text(stream, wanted, Suite(suite.scenarios, list[Problem]()), outcomes, coverage)


def _annotation(file: str, line: int, title: str, text: str) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    named = title.replace("%", "%25").replace(",", "%2C").replace(":", "%3A").replace("\n", "%0A")
    return f"::error file={file},line={line},title={named}::{escaped}\n"


_PRINTERS: Final = {"text": _as_text, "json": _as_json, "github": _as_github}
