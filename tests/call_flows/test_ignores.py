"""Comments that silence a check: where they count, what they must say, and what they cannot silence."""
# ruff: noqa: E501 - a row of a table reads best in one line

import pytest

from call_flows.check.codes import CODES
from call_flows.check.ignores import may_be_ignored, read_ignores
from tests.call_flows.conftest import problems_of
from tests.call_flows.test_checks import GOOD

LOUD = GOOD.replace("For cats, press 1.", "Press 1 for cats.")
LINE = "    menu: Press 1 for cats. For dogs, press 2.\n"


def codes(flow: str) -> list[str]:
    return [problem.code for problem in problems_of(flow)]


@pytest.mark.parametrize(
    "written",
    [
        LINE.replace("2.\n", "2.  # callwright: ignore W602 our callers know the keys\n"),
        "    # callwright: ignore W602 our callers know the keys\n" + LINE,
        "    # callwright: ignore W602, W602: our callers know the keys\n    # (since 1999)\n\n" + LINE,
    ],
    ids=["on the line", "above it", "above it, with more between"],
)
def test_a_comment_with_a_reason_silences_its_code_on_its_line(written):
    assert codes(LOUD) == ["W602"]
    assert codes(LOUD.replace(LINE, written)) == []


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("# callwright: ignore W602", ["W602", "W630"]),
        ("# callwright: ignore all of it", ["W602", "W630"]),
        ("# callwright: ignore W601 not this one", ["W602", "W630"]),
        ("# callwright: ignore E205 never this one", ["W602", "W630"]),
        ("# callwright: ignore W999 no such code", ["W602", "W630"]),
    ],
)
def test_a_comment_that_silences_nothing_is_told_itself(comment, left):
    """Without a reason, without a code, stale, or of a code that the engine relies on."""
    assert sorted(codes(LOUD.replace(LINE, LINE.rstrip("\n") + f"  {comment}\n"))) == left


def test_what_the_engine_relies_on_cannot_be_silenced():
    flow = GOOD.replace("next: front}", "next: frnt}  # callwright: ignore E101 it will come")
    assert "E101" in codes(flow)
    assert not any(may_be_ignored(code) for code in CODES if code < "E300")
    assert not may_be_ignored("E401")


def test_the_words_in_a_text_are_no_comment():
    """A caller may be told anything."""
    flow = 'a: "# callwright: ignore W601 in quotes"\nb: |\n  # callwright: ignore W601 in a block\nc: x # callwright: ignore W601 here\n'
    assert [(ignore.line, ignore.reason) for ignore in read_ignores(flow, "f")] == [(4, "here")]
