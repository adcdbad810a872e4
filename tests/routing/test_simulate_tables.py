"""The comparison with known answers: its statistics, its rule, and, in the slow tier, all of the reference tables."""

import dataclasses
import math

import pytest

from routing.erlang import erlang_c
from routing.simulate import Measure, Poisson
from routing.simulate.__main__ import main
from routing.simulate.replicate import Result
from routing.simulate.statistics import difference, estimate, ratio, student
from routing.simulate.tables.case import Case, Row, Source
from routing.simulate.tables.collect import cases_of
from routing.simulate.tables.compare import compare, family, line, outside
from routing.simulate.tables.run import Plan, run_tables
from routing.simulate.tables.shapes import markov
from routing.simulate.twins import Twin

WAIT = Measure("mean_wait")


@pytest.mark.parametrize(
    ("confidence", "freedom", "quantile"),
    [
        (0.95, 1, 12.7062), (0.95, 2, 4.30265), (0.95, 9, 2.26216), (0.95, 10, 2.22814), (0.99, 19, 2.86093),
        (0.95, 199, 1.97196), (0.95, 999, 1.96234), (0.99, 100_000, 2.57588),
    ],
)  # fmt: skip
def test_students_quantile_is_that_of_the_printed_tables(confidence, freedom, quantile):
    assert student(confidence, freedom) == pytest.approx(quantile, rel=3e-6)


def test_a_half_width_is_reckoned_by_hand():
    found = estimate([1.0, 2.0, 3.0, math.nan])
    assert (found.mean, found.count) == (2.0, 3)
    assert found.half_width == pytest.approx(4.302653 / math.sqrt(3), rel=1e-6)
    assert difference([3.0, 5.0, 8.0], [2.0, 3.0, 5.0]).mean == 2.0


def test_a_ratio_of_sums_is_not_the_mean_of_ratios():
    found = ratio([1.0, 9.0], [2.0, 10.0])
    assert found.mean == pytest.approx(10 / 12)
    assert found.half_width > 0


def case_of(*rows):
    return Case("anchor", Source.EXACT, markov(0.05, 60.0, 4, 0.01), rows)


def played(*values):
    return Result({WAIT: values}, 10, 1.0)


def test_an_exact_row_is_inside_our_own_half_width_only():
    case = case_of(Row("near", WAIT, 2.5), Row("far", WAIT, 9.0))
    near, far = compare(case, played(1.0, 2.0, 3.0, 4.0))
    assert (near.inside, far.inside) == (True, False)
    assert outside([near, far]) == [far]
    assert line(far) == "anchor  far  2.5 ± 2.1  9  no"


def test_a_references_interval_and_its_last_digit_count_too():
    case = case_of(Row("wide", WAIT, 9.0, half_width=7.0), Row("printed", WAIT, 4.6, rounding=0.05))
    wide, printed = compare(case, played(1.0, 2.0, 3.0, 4.0))
    assert (wide.inside, printed.inside) == (True, True)
    assert "9 ± 7" in line(wide)


def test_all_rows_played_again_hold_together_with_the_confidence_of_one():
    assert family(1) == 0.95
    assert family(20) ** 20 == pytest.approx(0.95)


@pytest.fixture
def tables(data):
    return data / "routing" / "reference_tables.json"


def expected_calls(scenario):
    """Of one replication: nobody is made to wait for a queue that forgets too slowly."""
    flows = [callers.arrivals for callers in scenario.callers]
    return sum(flow.per_second for flow in flows if isinstance(flow, Poisson)) * scenario.window.closes


@pytest.mark.data
def test_every_scenario_of_the_reference_has_rows(tables):
    cases = cases_of(tables, effort=1.0)
    assert len({case.name for case in cases}) == len(cases) > 110
    assert all(case.rows for case in cases)
    assert max(expected_calls(case.scenario) for case in cases) < 3_000_000
    rows = sum(len(case.rows) for case in cases)
    assert rows > 780
    limit = next(case for case in cases if case.name == "exact.halfin_whitt_0.5").rows[0]
    assert limit.rounding == pytest.approx(abs(erlang_c(10, 10 - 0.5 * math.sqrt(10)) - limit.reference))


@pytest.mark.data
@pytest.mark.parametrize(("twin", "effort"), [("memory", 0.02), ("redis", 0.001)])
def test_a_table_is_played_and_told_row_by_row(tables, twin, effort, capsys):
    asked = [
        "--tables",
        str(tables),
        "--only",
        "erlang_b_5_",
        "--twin",
        twin,
        "--effort",
        str(effort),
        "--workers",
        "1",
    ]
    assert main(asked) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("exact.erlang_b_5_3  p_block  0.1")
    assert told[0].endswith("yes")
    assert told[-2].startswith("inside 1 of 1 rows of 1 scenarios at 95 %")


@pytest.mark.data
def test_a_wrong_answer_is_refuted_and_fails(tables, monkeypatch):
    """The proof must be able to fail: the known answer is bent by a fifth."""
    true = cases_of(tables, effort=0.02, only=("erlang_b_5_",))[0]
    row = dataclasses.replace(true.rows[0], reference=true.rows[0].reference * 1.2)
    wrong = dataclasses.replace(true, rows=(row,))
    monkeypatch.setattr("routing.simulate.tables.run.cases_of", lambda *_, **__: [wrong])
    said = []
    plan = Plan(tables, Twin.MEMORY, effort=0.02, replications=10, seed=1, workers=1, only=("",))
    assert run_tables(plan, said.append) == 1
    assert "refuted 1" in said[-1]


@pytest.mark.data
def test_no_scenario_of_that_name_is_an_error(tables):
    said = []
    plan = Plan(tables, Twin.MEMORY, effort=0.02, replications=10, seed=1, workers=1, only=("nothing like it",))
    assert run_tables(plan, said.append) == 1
    assert said == ["no scenario's name contains nothing like it\n"]


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_no_row_of_the_reference_tables_is_refuted(tables):
    said = []
    plan = Plan(tables, Twin.MEMORY, effort=0.02, replications=10, seed=1, workers=2, only=("",))
    assert run_tables(plan, said.append) == 0, "".join(said[-30:])
