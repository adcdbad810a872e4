"""`callwright test`: what it prints, what it writes, and how it ends."""

import io
import json
import shutil
import xml.etree.ElementTree as ET

import pytest

from call_flows.library import NORTHWIND
from call_flows.scenario.command import Wanted, run_tests
from tests.call_flows.conftest import texts_of
from tests.call_flows.scenario.conftest import HOLD, MAIN, SITE

GOOD = "test: billing is reached\nflow: main\ncall:\n  - says: billing\n  - expect: {queued: billing}\n"
BAD = "test: nobody & <nothing>\nflow: main\ncall:\n  - hears: Wolcome\n"


@pytest.fixture
def folder(tmp_path):
    """A site in a folder."""
    for name, text in texts_of(MAIN, SITE, hold=HOLD).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "tests" / "deeper").mkdir(parents=True)
    (tmp_path / "tests" / "good.yaml").write_text(GOOD)
    return tmp_path


def ran(folder, **wanted):
    out = io.StringIO()
    status = run_tests(folder, out, Wanted(**wanted))
    return status, out.getvalue()


def test_all_well(folder):
    """The coverage is told with places; the last line counts."""
    status, told = ran(folder, verbose=True)
    assert status == 0
    assert "ok      billing is reached" in told
    assert "Coverage: nodes " in told
    assert "flows/main.yaml:" in told
    assert told.endswith("1 passed, 0 failed; 0.2 minutes of callers' time.\n")


def test_a_failure_ends_with_1_and_is_told_with_its_line(folder):
    """File, line, column, and what was heard instead."""
    (folder / "tests" / "deeper" / "bad.yml").write_text(BAD)
    status, told = ran(folder)
    assert status == 1
    assert "FAILED  nobody & <nothing>\n  tests/deeper/bad.yml:4:5: the caller should hear “Wolcome”" in told
    assert "1 passed, 1 failed" in told


def test_a_file_that_cannot_be_read_fails_and_the_others_are_played(folder):
    """Every problem of every file."""
    (folder / "tests" / "odd.yaml").write_text("test: t\ncall:\n  - heers: x\n")
    status, told = ran(folder)
    assert status == 1
    assert "tests/odd.yaml:3:5: error E010: There is no step 'heers'. Did you mean 'hears'?" in told
    assert "1 passed, 0 failed, 1 problems in test files" in told


def test_a_threshold_that_is_not_reached_fails(folder):
    """--fail-under holds for nodes and for exits."""
    status, told = ran(folder, fail_under=90.0)
    assert status == 1
    assert "The coverage is below 90 %." in told
    assert ran(folder, fail_under=10.0)[0] == 0


def test_some_tests_are_chosen_by_words(folder):
    """File or name; `not:` leaves out. A part tells no coverage."""
    (folder / "tests" / "bad.yaml").write_text(BAD)
    assert ran(folder, words="good billing")[0] == 0
    assert ran(folder, words="not:bad")[0] == 0
    assert "Coverage" not in ran(folder, words="good")[1]
    assert ran(folder, words="nothing of the kind") == (2, "No test matches.\n")


def test_junit_is_well_formed_whatever_stands_in_a_name(folder):
    """Suites by file, failures with their text, problems as errors."""
    (folder / "tests" / "bad.yaml").write_text(BAD)
    (folder / "tests" / "odd.yaml").write_text("test: t\ncall: [{heers: x}]\n")
    ran(folder, junit=folder / "out.xml")
    root = ET.parse(folder / "out.xml").getroot()  # noqa: S314 - our own
    assert dict(root.attrib) == {"name": "small", "tests": "3", "failures": "1", "errors": "1"}
    case = root.find(".//testcase[failure]")
    assert (case.get("name"), case.get("file"), case.get("line")) == ("nobody & <nothing>", "tests/bad.yaml", "1")
    assert "tests/bad.yaml:4:5" in case.find("failure").text
    assert root.find(".//error").get("type") == "E010"


def test_json_is_for_programs(folder):
    """Everything the text says."""
    (folder / "tests" / "bad.yaml").write_text(BAD)
    told = json.loads(ran(folder, format="json")[1])
    assert [test["passed"] for test in told["tests"]] == [False, True]
    assert told["tests"][0]["failure"]["place"] == "tests/bad.yaml:4:5"
    assert {"nodes", "exits", "missed", "fail_under"} == set(told["coverage"])


def test_github_shows_failures_beside_the_lines(folder):
    """One annotation a failure, one line each."""
    (folder / "tests" / "bad.yaml").write_text(BAD)
    first = ran(folder, format="github")[1].splitlines()[0]
    assert first.startswith("::error file=tests/bad.yaml,line=4,title=nobody & <nothing>::tests/bad.yaml:4:5: ")
    assert "%0A" in first


def test_what_cannot_be_tested_ends_with_2(folder, tmp_path):
    """No folder, no tests, a site with errors."""
    assert ran(tmp_path / "nowhere")[0] == 2
    shutil.rmtree(folder / "tests")
    assert ran(folder) == (2, "There are no tests: write tests/*.yaml beside site.yaml.\n")
    (folder / "site.yaml").write_text("site: x\nflows: 3\n")
    status, told = ran(folder)
    assert status == 2
    assert "so that nothing was tested" in told


def test_the_shipped_banks_dialogues_go_through_and_cover_it():
    """What designers copy: every dialogue, nine in ten of its exits at least."""
    status, told = ran(NORTHWIND, fail_under=90.0)
    assert status == 0, told
