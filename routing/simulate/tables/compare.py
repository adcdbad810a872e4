"""Ours against theirs, row by row, and the rule by which a row is refuted.

A row is inside when |ours - reference| is at most √(ours² + theirs²) of the 95 % half widths, plus half a unit of the
reference's last printed digit. One row in twenty of true rows is outside by chance. So whatever is outside is played
again three times as long, with fresh chance and twice the replications, and there must lie inside intervals so wide
that all of the k rows played again are inside together with 95 % (Šidák: 0.95 to the power 1/k each). What is outside
of those is refuted.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from routing.simulate.replicate import Result
from routing.simulate.statistics import Estimate, student
from routing.simulate.tables.case import Case, Row, counted_in

CONFIDENCE = 0.95
MANY = 100_000


@dataclass(frozen=True, slots=True)
class Compared:
    """A row, our figure, and whether they agree."""

    case: Case
    row: Row
    ours: Estimate
    allowed: float

    @property
    def inside(self) -> bool:
        """Whether the difference is one that chance makes."""
        return bool(abs(self.ours.mean - self.row.reference) <= self.allowed)


def compare(case: Case, result: Result, confidence: float = CONFIDENCE) -> Iterator[Compared]:
    """Every row of the case; the reference's own 95 % widths are widened to the confidence asked for."""
    wider = student(confidence, MANY) / student(CONFIDENCE, MANY)
    for row in case.rows:
        ours = counted_in(result, row.counting, confidence)
        theirs = ours.half_width if math.isnan(row.half_width) else row.half_width * wider
        yield Compared(case, row, ours, math.hypot(ours.half_width, theirs) + row.rounding)


def family(count: int) -> float:
    """The confidence each of so many rows needs, so that all hold together with 95 %."""
    return float(CONFIDENCE ** (1 / max(1, count)))


def line(compared: Compared) -> str:
    """`name  measure  ours ± half width  reference (± its own)  yes | no`."""
    row = compared.row
    theirs = f"{row.reference:.7g}"
    if row.half_width and not math.isnan(row.half_width):
        theirs += f" ± {row.half_width:.2g}"
    verdict = "yes" if compared.inside else "no"
    return f"{compared.case.name}  {row.label}  {compared.ours}  {theirs}  {verdict}"


def outside(rows: Sequence[Compared]) -> list[Compared]:
    """Those that do not agree."""
    return [compared for compared in rows if not compared.inside]
