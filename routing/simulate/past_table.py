"""Past calls and rates from tables (CSV, plain or gzip), whatever their columns are called.

A log of calls has `arrived`, and may have `queue`, `waited`, `handled` and `outcome`; a table of rates has `half_hour`
and `calls`, and may have `queue` and `weekday`. What a file calls otherwise is mapped; what is missing is named.
"""

import csv
import difflib
import gzip
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from foundation.errors import CallwrightError, Problem
from routing.simulate.past import PastCall
from routing.simulate.rates import DAYS, SLOTS, Rates

CALL_COLUMNS = ("arrived", "queue", "waited", "handled", "outcome")
ANSWERED, ABANDONED, ELSEWHERE = "answered", "abandoned", "elsewhere"
OUTCOMES = (ANSWERED, ABANDONED, ELSEWHERE)
JOINED = "+"
"""Between two columns of which the first is the date and the second the time, or seconds after midnight."""
CLOCK_PARTS = 2
MOST_TOLD = 12


class TableUnreadable(CallwrightError):
    """A table lacks a column, or says something that cannot be read."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a table is read: its column for each of ours, its words for outcomes and queues, and the rows that count.

    `queue` is that of all its calls where the table has no column for it.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, str] = field(default_factory=dict)
    queue: str = ""


def read_calls(file: Path, reading: Reading) -> list[PastCall]:
    """All calls of a log, in order of arrival. Raises TableUnreadable."""
    with _rows(file) as rows:
        columns = _columns(file, rows.fieldnames or [], reading)
        found = [
            _call(row, columns, reading, f"{file}:{rows.line_num}")
            for row in rows
            if all((row[name] or "") == value for name, value in reading.only.items())
        ]
    if not found:
        todo = "Look at --only: it keeps the rows whose column has that very value." if reading.only else ""
        raise TableUnreadable(Problem("no_calls", "There is no call in it.", where=str(file), todo=todo))
    return sorted(found, key=lambda call: call.arrived)


def read_rates(file: Path, queue: str) -> Rates:
    """Mean calls of each half-hour. Without a weekday a row holds for all; without a queue, for the one named."""
    with _rows(file) as rows:
        names = rows.fieldnames or []
        for needed in ("half_hour", "calls"):
            if needed not in names:
                raise _missing(file, needed, names, "A table of rates has half_hour (08:00) and calls.")
        found: defaultdict[tuple[str, int], list[float]] = defaultdict(lambda: [0.0] * SLOTS)
        for row in rows:
            where = f"{file}:{rows.line_num}"
            slot, calls = _slot(row["half_hour"] or "", where), _number(row["calls"] or "", "calls", where)
            for day in _days(row.get("weekday") or "", where):
                found[row.get("queue") or queue, day][slot] += calls
    return Rates(dict(found))


@contextmanager
def _rows(file: Path) -> Iterator["csv.DictReader[str]"]:
    try:
        opened = gzip.open if file.suffix == ".gz" else open
        with opened(file, "rt", encoding="utf-8-sig", newline="") as text:
            yield csv.DictReader(text)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TableUnreadable(Problem("table_unreadable", "The table cannot be read.", where=str(file))) from error


def _columns(file: Path, names: Sequence[str], reading: Reading) -> dict[str, tuple[str, ...]]:
    """For each of our columns that the file has: its own, one or two."""
    found: dict[str, tuple[str, ...]] = {}
    for ours in CALL_COLUMNS:
        mapped = reading.columns.get(ours)
        theirs = tuple((mapped or ours).split(JOINED))
        lacking = next((one for one in theirs if one not in names), None)
        if lacking is None:
            found[ours] = theirs
        elif mapped is not None or ours == "arrived":
            raise _missing(file, lacking, names, f"Name it: --column {ours}=ITS_COLUMN.")
    for name in reading.only:
        if name not in names:
            raise _missing(file, name, names, "--only keeps rows by a column that is there.")
    if "queue" not in found and not reading.queue:
        raise _missing(file, "queue", names, "Name the queue they all called with --queue, or --column queue=…")
    return found


def _missing(file: Path, column: str, names: Sequence[str], todo: str) -> TableUnreadable:
    near = difflib.get_close_matches(column.lower(), [name.lower() for name in names], n=1)
    there = ", ".join(names[:MOST_TOLD]) + (", …" if len(names) > MOST_TOLD else "")
    hint = f" Nearest is '{near[0]}'." if near else ""
    told = f"There is no column '{column}'; there are: {there or 'none'}.{hint}"
    return TableUnreadable(Problem("column_missing", told, where=str(file), todo=todo))


def _call(row: Mapping[str, str], columns: Mapping[str, tuple[str, ...]], reading: Reading, where: str) -> PastCall:
    arrived = _moment([row[name] or "" for name in columns["arrived"]], where)
    waited = max(0.0, _seconds(row, columns, "waited", where) or 0.0)
    handled = _seconds(row, columns, "handled", where)
    outcome = _outcome(row, columns, reading, where)
    if outcome is None:
        outcome = ANSWERED if handled else ABANDONED if waited else ELSEWHERE
    written = "" if "queue" not in columns else row[columns["queue"][0]] or ""
    queue = reading.values.get(written, written) or reading.queue
    return PastCall(queue, arrived, waited, outcome == ABANDONED, handled if outcome == ANSWERED else None)


def _outcome(
    row: Mapping[str, str], columns: Mapping[str, tuple[str, ...]], reading: Reading, where: str
) -> str | None:
    if "outcome" not in columns:
        return None
    written = row[columns["outcome"][0]] or ""
    found = reading.values.get(written, written.lower())
    if found not in OUTCOMES:
        todo = f"Say what it means: --value {written or 'WORD'}=answered (or abandoned, elsewhere)."
        raise TableUnreadable(Problem("outcome_unknown", f"'{written}' is no outcome.", where=where, todo=todo))
    return found


def _seconds(row: Mapping[str, str], columns: Mapping[str, tuple[str, ...]], name: str, where: str) -> float | None:
    if name not in columns:
        return None
    written = row[columns[name][0]] or ""
    return _number(written, name, where) if written.strip() else None


def _number(written: str, column: str, where: str) -> float:
    parts = written.strip().split(":")
    try:
        number = sum(float(part) * 60.0**place for place, part in enumerate(reversed(parts)))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        todo = "Write seconds (95), minutes (1:35) or hours (0:01:35)."
        raise TableUnreadable(Problem("number_unread", f"{column} '{written}' is no number.", where=where, todo=todo))
    return number


def _moment(written: Sequence[str], where: str) -> datetime:
    try:
        day = datetime.fromisoformat(written[0].strip())
        if len(written) == 1:
            return day.replace(tzinfo=None)
        return day.replace(tzinfo=None) + timedelta(seconds=_number(written[1], "arrived", where))
    except ValueError:
        todo = "Write 2026-03-02T09:15:00; or join a date and seconds after midnight: --column arrived=date+seconds."
        told = f"arrived '{' '.join(written)}' is no moment."
        raise TableUnreadable(Problem("moment_unread", told, where=where, todo=todo)) from None


def _slot(written: str, where: str) -> int:
    hour, _, minute = written.partition(":")
    if hour.isdigit() and minute in {"00", "30"} and int(hour) * 2 < SLOTS:
        return int(hour) * 2 + (minute == "30")
    raise TableUnreadable(
        Problem("half_hour_unread", f"'{written}' is no half-hour.", where=where, todo="Write 08:00 or 08:30.")
    )


def _days(written: str, where: str) -> Sequence[int]:
    first, dash, last = written.strip().lower().partition("-")
    if not first:
        return range(len(DAYS))
    if first not in DAYS or (dash and last not in DAYS):
        told = f"'{written}' is no day of the week."
        raise TableUnreadable(Problem("weekday_unread", told, where=where, todo="Write mon, or mon-fri."))
    start = DAYS.index(first)
    return [start] if not dash else [day % 7 for day in range(start, start + (DAYS.index(last) - start) % 7 + 1)]
