"""A pytest plugin: every dialogue in `tests/*.yaml` beside a site.yaml is a test of its own.

It is found by pytest through the entry point `callwright`. `-p no:callwright` leaves the dialogues out.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from call_flows.scenario.failure import Failure
    from call_flows.scenario.reading import Scenario
    from call_flows.scenario.world import World

_WORLDS: "pytest.StashKey[dict[Path, World]]" = pytest.StashKey()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "DialogueFile | None":
    """Collect a test file of a site."""
    root = _site_of(file_path)
    return None if root is None else DialogueFile.from_parent(parent, path=file_path)


def _site_of(file: Path) -> Path | None:
    """The folder of the site that a file holds dialogues of; None when it does not."""
    if file.suffix not in {".yaml", ".yml"}:
        return None
    tests = next((folder for folder in file.parents if folder.name == "tests"), None)
    return tests.parent if tests is not None and (tests.parent / "site.yaml").is_file() else None


class DialogueFile(pytest.File):
    """One test file."""

    def collect(self) -> Iterator[pytest.Item]:
        """Its dialogues; a file that cannot be read whole is an error that tells every problem."""
        from call_flows.problems import SiteRefused
        from call_flows.scenario.folder import read_file

        root = _site_of(self.path)
        assert root is not None  # noqa: S101 - for the type checker: collected for being one
        try:
            world = self._world(root)
        except SiteRefused as refused:
            raise self.CollectError(str(refused)) from None
        scenarios, problems = read_file(world.site, self.path, self.path.relative_to(root).as_posix())
        if problems:
            raise self.CollectError("\n".join(str(problem) for problem in problems))
        for scenario in scenarios:
            yield DialogueItem.from_parent(self, name=scenario.name, scenario=scenario, world=world)

    def _world(self, root: Path) -> "World":
        """The site, read once for all of its files."""
        from call_flows.loader import load_site
        from call_flows.scenario.world import world_of

        worlds = self.config.stash.setdefault(_WORLDS, {})
        if root not in worlds:
            worlds[root] = world_of(load_site(root))
        return worlds[root]


class DialogueItem(pytest.Item):
    """One dialogue."""

    def __init__(self, *, scenario: "Scenario", world: "World", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scenario = scenario
        self.world = world

    def runtest(self) -> None:
        """Play it."""
        from call_flows.scenario.playing import play

        outcome = play(self.world, self.scenario)
        if outcome.failure is not None:
            raise DialogueFailed(outcome.failure)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *arguments: Any) -> Any:
        """What went wrong, without the machine's own way there."""
        if isinstance(excinfo.value, DialogueFailed):
            return "\n".join(excinfo.value.failure.lines())
        return super().repr_failure(excinfo, *arguments)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands."""
        return self.path, self.scenario.place.line - 1, self.name


class DialogueFailed(AssertionError):
    """A dialogue did not go as it is written."""

    def __init__(self, failure: "Failure") -> None:
        super().__init__(failure.what)
        self.failure = failure
