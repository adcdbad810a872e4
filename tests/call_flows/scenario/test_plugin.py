"""The pytest plugin: dialogues of a site are tests like any other, with their names and their failures."""

import importlib
import tomllib
from pathlib import Path

import pytest

from tests.call_flows.conftest import texts_of
from tests.call_flows.scenario.conftest import HOLD, MAIN, SITE
from tests.call_flows.scenario.test_test_command import BAD, GOOD

pytest_plugins = ["pytester"]
ROOT = Path(__file__).resolve().parents[3]
PLUGIN = (
    "-p",
    "no:callwright",
    "-p",
    "call_flows.scenario.pytest_plugin",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:randomly",
)


@pytest.fixture
def site(pytester):
    """A site in a folder of its own, as it would lie in a repository."""
    root = pytester.path / "sites" / "small"
    for name, text in {**texts_of(MAIN, SITE, hold=HOLD), "tests/good.yaml": GOOD}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (pytester.path / "other" / "tests").mkdir(parents=True)
    (pytester.path / "other" / "tests" / "no.yaml").write_text("not: ours\n")
    return root


def test_dialogues_are_collected_by_their_names(pytester, site):
    """A file of a site is a module of tests; another YAML file is none of ours."""
    told = pytester.runpytest_inprocess(*PLUGIN, "-v")
    told.assert_outcomes(passed=1)
    told.stdout.fnmatch_lines(["*sites/small/tests/good.yaml::billing is reached PASSED*"])


def test_a_failure_is_told_as_callwright_test_tells_it(pytester, site):
    """Without the machine's own way there."""
    (site / "tests" / "bad.yaml").write_text(BAD)
    told = pytester.runpytest_inprocess(*PLUGIN)
    told.assert_outcomes(passed=1, failed=1)
    told.stdout.fnmatch_lines(["*tests/bad.yaml:4:5: the caller should hear “Wolcome”*", "*heard instead:*"])
    told.stdout.no_fnmatch_line("*Traceback*")


def test_a_file_with_slips_is_an_error_that_names_them(pytester, site):
    """Collected or not at all."""
    (site / "tests" / "odd.yaml").write_text("test: t\ncall: [{heers: x}]\n")
    told = pytester.runpytest_inprocess(*PLUGIN)
    told.assert_outcomes(errors=1)
    told.stdout.fnmatch_lines(["*tests/odd.yaml:2:9: error E010: There is no step 'heers'. Did you mean 'hears'?*"])


def test_a_site_with_errors_is_told_once_for_each_file(pytester, site):
    """With the checker's own words."""
    (site / "site.yaml").write_text("site: x\nnonsense: 3\n")
    told = pytester.runpytest_inprocess(*PLUGIN)
    told.assert_outcomes(errors=1)
    told.stdout.fnmatch_lines(["*E010: The key 'nonsense' is not known here.*"])


def test_one_dialogue_can_be_chosen(pytester, site):
    """-k, as for any test."""
    (site / "tests" / "bad.yaml").write_text(BAD)
    pytester.runpytest_inprocess(*PLUGIN, "-k", "billing").assert_outcomes(passed=1, deselected=1)


def test_the_wheel_registers_the_plugin():
    """It is found wherever Callwright is installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module = importlib.import_module(project["entry-points"]["pytest11"]["callwright"])
    assert callable(module.pytest_collect_file)
