"""Tables for spreadsheets: the one door to CSV, where nobody's words become a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LEFT_OUT: Final = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])


def safe_cell(value: object) -> str:
    """A value as a cell that shows it and computes nothing: what could begin a formula gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    text = str(value).translate(_LEFT_OUT)
    return (
        f"'{text}"
        if text.lstrip(" '\u00a0\ufeff").startswith(_STARTS_A_FORMULA) or text[:1] in {"\t", "\r", "\n"}
        else text
    )


def csv_text(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV with safe cells."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_cell(name) for name in head])
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return out.getvalue()
