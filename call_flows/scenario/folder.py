"""The test files of a site's folder."""

from dataclasses import dataclass, field
from pathlib import Path

from call_flows.loaded import LoadedSite
from call_flows.problems import Place, Problem
from call_flows.scenario.reading import Scenario, read_tests
from call_flows.yaml_text import MAX_BYTES

TESTS = "tests"


@dataclass(slots=True)
class Suite:
    """Every dialogue of a site, and what is wrong with files that could not be read whole."""

    scenarios: list[Scenario] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def test_files(root: Path) -> list[Path]:
    """The test files of a site's folder."""
    folder = root / TESTS
    return sorted(file for file in folder.rglob("*.y*ml") if file.is_file()) if folder.is_dir() else []


def read_suite(site: LoadedSite, root: Path) -> Suite:
    """Read every test file."""
    suite = Suite()
    for file in test_files(root):
        scenarios, problems = read_file(site, file, file.relative_to(root).as_posix())
        suite.scenarios += scenarios
        suite.problems += problems
    return suite


def read_file(site: LoadedSite, file: Path, name: str) -> tuple[list[Scenario], list[Problem]]:
    """Read one test file, by the name under which it is told of."""
    try:
        text = file.read_bytes()[: MAX_BYTES + 1].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"The file is not UTF-8 text (byte {error.start})."
        return [], [Problem(Place(name), "E006", what, todo="Save it as UTF-8.")]
    except OSError as error:
        return [], [Problem(Place(name), "E006", f"The file cannot be read: {error.strerror}.")]
    return read_tests(site, text, name)


test_files.__test__ = False  # type: ignore[attr-defined]
