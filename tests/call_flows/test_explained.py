"""The page of each code: its wrong example yields exactly that code, its right one none, and nothing is missing."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from call_flows.check.codes import CODES
from call_flows.check.command import explain
from call_flows.check.explained import explained, index_page, pages
from call_flows.check.ignores import may_be_ignored
from call_flows.loader import check_folder

DOCS = Path(__file__).resolve().parents[2] / "docs" / "checks"


def found_in(example, folder: Path) -> set[str]:
    for file, text in example.texts().items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    return {problem.code for problem in check_folder(folder)}


def test_every_code_has_a_page_and_every_page_a_code():
    """A new code is explained in call_flows/check/explained/*.yaml before it is told to anybody."""
    assert set(pages()) == set(CODES)


@pytest.mark.parametrize("code", sorted(pages()))
def test_the_wrong_example_yields_exactly_its_code_and_the_right_one_none(code, tmp_path):
    """Each check of the language page is shown broken and mended here, one by one."""
    page = pages()[code]
    assert found_in(page.wrong, tmp_path / "wrong") == {code}
    assert found_in(page.right, tmp_path / "right") == set()
    assert page.wrong != page.right


@pytest.mark.parametrize("code", sorted(pages()))
def test_a_page_says_why(code):
    """Whom it hurts, in a sentence or more; and the file in docs/ is what the program says."""
    page = pages()[code]
    assert len(page.why.split()) > 12
    assert (DOCS / f"{code}.md").read_text(encoding="utf-8") == page.markdown()
    assert ("# callwright: ignore" in page.markdown()) is (may_be_ignored(code) or code == "W630")


def test_the_index_leads_to_every_page():
    assert [code for code in CODES if f"[{code}]({code}.md)" not in index_page()] == []
    assert {file.stem for file in DOCS.glob("*.md")} == {*CODES, "README"}


def test_a_code_is_explained_in_the_terminal():
    """However it is written; a code that is not there is told with the nearest."""
    out = io.StringIO()
    assert explain("e205", out) == 0
    assert "failed: people" in out.getvalue()
    assert explained("E999") is None
    out = io.StringIO()
    assert explain("W6001", out) == 2
    assert "Did you mean" in out.getvalue()


NAMED_ON_THE_PAGE = {
    "unknown key": "E010", "unknown verb": "E014", "unknown queue": "E103", "unknown skill": "E104",
    "unknown prompt": "E106", "unknown slot": "E105", "unknown flow": "E102", "unwired exit": "E201",
    "unreachable node": "E202", "dead end": "E203", "a loop that hears nobody": "E204",
    "a menu without failed": "E205", "a slot read before it is set": "E206", "two options with one key": "E301",
    "phrases that sound alike": "E302", "recording with no consent": "E401", "private slot spoken": "E402",
    "private slot logged": "E403", "private slot sent": "E404", "a queue no agent can serve": "E501",
    "hours that never open": "E502", "a duplicated key": "E002", "a bare number": "E013",
    "more than five options": "W601", "a key before the thing": "W602", "over twenty seconds": "W603",
    "more than two menus deep": "W604", "no way to a person": "W605", "a missing translation": "W606",
}  # fmt: skip


def test_every_check_that_the_language_page_promises_is_there():
    """The list of `design/flow_language`, each by its code; above, each is shown broken and mended."""
    assert set(NAMED_ON_THE_PAGE.values()) <= set(pages())


def test_the_command_line_explains_and_says_what_its_status_means():
    run = [sys.executable, "-m", "console.cli.main", "check"]
    told = subprocess.run([*run, "--explain", "E401"], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")
    assert "E401" in told.stdout
    assert subprocess.run(run, capture_output=True, check=False).returncode == 2
