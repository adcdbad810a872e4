"""All cases of a file of reference tables."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from routing.simulate.tables.callbacks import exact_callbacks, simulated_callbacks
from routing.simulate.tables.case import Case
from routing.simulate.tables.described import described_cases
from routing.simulate.tables.exact import exact_cases
from routing.simulate.tables.published import published_cases
from routing.simulate.tables.simulated import simulated_cases


def cases_of(file: Path, *, effort: float, only: Sequence[str] = ("",)) -> list[Case]:
    """The cases whose name contains one of `only`, of `effort` times their full length."""
    tables = json.loads(file.read_text(encoding="utf-8"))
    return [case for case in _all(tables, effort) if any(part in case.name for part in only)]


def _all(tables: dict[str, dict[str, object]], effort: float) -> Iterator[Case]:
    yield from exact_cases(tables["exact"], effort)
    yield from exact_callbacks(tables["exact"], effort)
    yield from simulated_cases(tables["sim"], effort)
    yield from published_cases(tables["published"], effort)
    yield from simulated_callbacks(tables["callback_sim"], effort)
    yield from described_cases(tables["callback_sim"], effort)
