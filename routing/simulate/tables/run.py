"""Plays the tables and tells, one row a line, what came out."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from foundation.clock import SystemClock
from routing.simulate.replicate import Crew, Job, Played, Result, crew
from routing.simulate.tables.case import Case
from routing.simulate.tables.collect import cases_of
from routing.simulate.tables.compare import CONFIDENCE, Compared, compare, family, line, outside
from routing.simulate.twins import Twin

Say = Callable[[str], object]
FRESH = 1_000_003
"""Added to the seed when a row is played again."""
LONGER = 3
"""How much longer it is played then: short runs of a queue that forgets slowly believe themselves too sure."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be played, and how much of it."""

    file: Path
    twin: Twin
    effort: float
    replications: int
    seed: int
    workers: int
    only: tuple[str, ...]


def run_tables(plan: Plan, say: Say) -> int:
    """Play all, say what came out; 1 when a row is refuted, else 0."""
    clock = SystemClock()
    began = clock.monotonic()
    cases = cases_of(plan.file, effort=plan.effort, only=plan.only)
    if not cases:
        say(f"no scenario's name contains {' or '.join(plan.only)}\n")
        return 1
    with crew(plan.twin, plan.workers) as played_by:
        first, rows = [], []
        for case, result in _play(cases, plan.replications, plan.seed, played_by, plan.twin):
            first.append(result)
            rows += _tell(compare(case, result), say)
        missed = outside(rows)
        refuted = _again(missed, plan, played_by, say) if missed else []
    calls, seconds = sum(r.calls for r in first), clock.monotonic() - began
    say(
        f"inside {len(rows) - len(missed)} of {len(rows)} rows of {len(cases)} scenarios at 95 %; "
        f"by chance some {len(rows) * (1 - CONFIDENCE):.0f} are outside; refuted {len(refuted)}\n"
        f"{plan.twin}, seed {plan.seed}, effort {plan.effort:g}: {calls:,} calls in {seconds:.0f} s, "
        f"{calls / sum(r.seconds for r in first):,.0f} calls a second and process\n"
    )
    return 1 if refuted else 0


def _play(
    cases: list[Case], replications: int, seed: int, played_by: Crew, twin: Twin
) -> Iterator[tuple[Case, Result]]:
    """Every case, replication by replication, with a bar."""
    jobs = [
        Job(case.scenario, case.measures, case.seed(seed), number)
        for case in cases
        for number in range(replications * case.sets)
    ]
    with _bar() as bar:
        task = bar.add_task(f"playing on {twin}", total=len(jobs))
        played = played_by(jobs)
        for case in cases:
            part = []
            for one in itertools.islice(played, replications * case.sets):
                part.append(one)
                bar.update(task, advance=1, description=case.name)
            yield case, _gathered(case, part)


def _tell(rows: Iterable[Compared], say: Say) -> list[Compared]:
    told = list(rows)
    for compared in told:
        say(line(compared) + "\n")
    return told


def _gathered(case: Case, part: list[Played]) -> Result:
    columns = zip(*(played.values for played in part), strict=True)
    values = {measure: tuple(column) for measure, column in zip(case.measures, columns, strict=True)}
    return Result(values, sum(p.calls for p in part), sum(p.seconds for p in part))


def _again(missed: list[Compared], plan: Plan, played_by: Crew, say: Say) -> list[Compared]:
    """What was outside, longer, fresh chance, twice the replications, a family-wise confidence; what stays so."""
    names = {compared.case.name for compared in missed}
    every = cases_of(plan.file, effort=LONGER * plan.effort, only=plan.only)
    cases = [case for case in every if case.name in names]
    confidence = family(len(missed))
    say(
        f"again, {LONGER} times as long, fresh chance, twice the replications; "
        f"{confidence:.3%} each, so that all hold with 95 %\n"
    )
    wanted = {(compared.case.name, compared.row.label) for compared in missed}
    rows: list[Compared] = []
    for case, result in _play(cases, 2 * plan.replications, plan.seed + FRESH, played_by, plan.twin):
        played = (c for c in compare(case, result, confidence) if (case.name, c.row.label) in wanted)
        rows += _tell(played, say)
    return outside(rows)


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)
